#include "engine/agent/network/keep_matching.hpp"

#include <functional>

namespace qarium::agent {
namespace {

/// Calls f(place in `from`, place in `to`, elements) for each parameter that both have.
void for_each_matching(const nn::FlatParameters& from, const nn::FlatParameters& to,
                       const std::function<void(std::int64_t, std::int64_t, std::int64_t)>& f) {
  for (const auto& slice : to.slices()) {
    for (const auto& old : from.slices()) {
      if (old.name != slice.name || old.shape != slice.shape) continue;
      f(old.offset, slice.offset, slice.elements());
    }
  }
}

void copy_part(const torch::Tensor& source, std::int64_t source_at, torch::Tensor& sink, std::int64_t sink_at,
               std::int64_t n) {
  sink.narrow(0, sink_at, n).copy_(source.narrow(0, source_at, n));
}

}  // namespace

void keep_matching(nn::FlatParameters& from, nn::FlatParameters& to) {
  const torch::NoGradGuard no_grad;
  for_each_matching(from, to, [&](std::int64_t source_at, std::int64_t sink_at, std::int64_t n) {
    copy_part(from.values(), source_at, to.values(), sink_at, n);
  });
}

void keep_matching(nn::FlatParameters& from, Optimizer& from_optimizer, nn::FlatParameters& to,
                   Optimizer& to_optimizer) {
  keep_matching(from, to);
  const torch::NoGradGuard no_grad;
  for_each_matching(from, to, [&](std::int64_t source_at, std::int64_t sink_at, std::int64_t n) {
    copy_part(from_optimizer.mean(), source_at, to_optimizer.mean(), sink_at, n);
    copy_part(from_optimizer.square(), source_at, to_optimizer.square(), sink_at, n);
    if (!from_optimizer.has_velocity()) return;
    copy_part(from_optimizer.velocity(), source_at, to_optimizer.velocity(), sink_at, n);
  });
  to_optimizer.restore(from_optimizer.kind(), from_optimizer.steps());
}

}  // namespace qarium::agent
