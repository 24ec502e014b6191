#include "engine/agent/network/divergence.hpp"

namespace qarium::agent {
namespace {

bool finite(const torch::Tensor& values) {
  return values.isfinite().all().item<bool>();
}

/// Gradients go from the head to the encoder: the last block in the mapping's order is the first where they went wrong.
std::string first_wrong_gradient(NetworkPolicy& policy) {
  const auto& slices = policy.parameters().slices();
  for (auto slice = slices.rbegin(); slice != slices.rend(); ++slice) {
    if (!finite(policy.parameters().gradients().narrow(0, slice->offset, slice->elements())))
      return std::string(slice->block());
  }
  return "";
}

std::string what_went_wrong(NetworkPolicy& policy, const torch::Tensor& observations) {
  if (!finite(observations)) return "an observation is no finite number: the environment must be mended";
  for (const auto& slice : policy.parameters().slices()) {
    if (!finite(policy.parameters().values().narrow(0, slice.offset, slice.elements())))
      return "a weight of the block '" + std::string(slice.block()) + "' is no finite number";
  }
  if (const auto block = policy.network().first_not_finite(observations); !block.empty())
    return "the output of the block '" + block + "' is the first that is no finite number";
  if (const auto block = first_wrong_gradient(policy); !block.empty())
    return "the gradient of the block '" + block + "' is the first that is no finite number";
  return "the loss is no finite number, with finite outputs: rewards or targets are too large";
}

}  // namespace

std::string describe_divergence(NetworkPolicy& policy, std::span<float> observations) {
  auto shape = policy.network().observation_shape();
  shape.insert(shape.begin(), -1);
  const auto seen =
      torch::from_blob(observations.data(), {static_cast<std::int64_t>(observations.size())}, torch::kFloat)
          .view(shape)
          .to(policy.device());
  return "learning has diverged: " + what_went_wrong(policy, seen) +
         ". The parameters are those before this update. Go back to an earlier checkpoint, and lower learning_rate or "
         "max_grad_norm";
}

}  // namespace qarium::agent
