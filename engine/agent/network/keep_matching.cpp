#include "engine/agent/network/keep_matching.hpp"

namespace qarium::agent {

void keep_matching(nn::FlatParameters& from, Optimizer& from_optimizer, nn::FlatParameters& to,
                   Optimizer& to_optimizer) {
  const torch::NoGradGuard no_grad;
  const auto copy = [](torch::Tensor& source, std::int64_t source_at, torch::Tensor& sink, std::int64_t sink_at,
                       std::int64_t n) { sink.narrow(0, sink_at, n).copy_(source.narrow(0, source_at, n)); };
  for (const auto& slice : to.slices()) {
    for (const auto& old : from.slices()) {
      if (old.name != slice.name || old.shape != slice.shape) continue;
      std::int64_t n = 1;
      for (const auto extent : slice.shape)
        n *= extent;
      copy(from.values(), old.offset, to.values(), slice.offset, n);
      copy(from_optimizer.mean(), old.offset, to_optimizer.mean(), slice.offset, n);
      copy(from_optimizer.square(), old.offset, to_optimizer.square(), slice.offset, n);
      if (!from_optimizer.has_velocity()) continue;
      copy(from_optimizer.velocity(), old.offset, to_optimizer.velocity(), slice.offset, n);
    }
  }
  to_optimizer.restore(from_optimizer.kind(), from_optimizer.steps());
}

}  // namespace qarium::agent
