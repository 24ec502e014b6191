// How a network is, by its parameters and by how its units answer.
#include <cmath>
#include <string>

#include "engine/agent/network/network_policy.hpp"
#include "engine/agent/network/optimizer.hpp"

namespace qarium::agent {
namespace {

double squares(const torch::Tensor& all) {
  return all.square().sum().item<double>();
}

}  // namespace

std::vector<protocol::BlockNorms> NetworkPolicy::block_norms() {
  const torch::NoGradGuard no_grad;
  std::vector<protocol::BlockNorms> all;
  for (const auto stage : core::kStages) {
    protocol::BlockNorms norms{.stage = stage};
    for (const auto& slice : parameters_.slices()) {
      if (slice.block() != core::stage_word(stage)) continue;
      const auto n = slice.elements();
      norms.weights += squares(parameters_.values().narrow(0, slice.offset, n));
      norms.gradient += squares(parameters_.gradients().narrow(0, slice.offset, n));
    }
    norms.weights = std::sqrt(norms.weights);
    norms.gradient = std::sqrt(norms.gradient);
    if (norms.weights > 0) all.push_back(norms);
  }
  return all;
}

std::int64_t NetworkPolicy::recycle_dormant(Observations observations, Optimizer& optimizer,
                                            core::RandomStream stream) {
  const auto& values = parameters_.values();
  return network_->recycle_dormant(batch(observations), stream, [&](const torch::Tensor& part) {
    // The moments lie as the parameters do.
    const auto at = part.storage_offset();
    for (auto* moment : {&optimizer.mean(), &optimizer.square()})
      moment->as_strided(part.sizes(), part.strides(), at - values.storage_offset()).zero_();
  });
}

}  // namespace qarium::agent
