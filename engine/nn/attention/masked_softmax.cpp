#include "engine/nn/attention/masked_softmax.hpp"

namespace qarium::nn {

torch::Tensor masked_softmax(const torch::Tensor& scores, const torch::Tensor& mask) {
  if (!mask.defined()) return torch::softmax(scores, -1);
  // A finite floor, so that a row of nothing else has a finite gradient; the product makes it zero.
  constexpr double kFloor = -1e30;
  return torch::softmax(scores.masked_fill(mask.logical_not(), kFloor), -1) * mask;
}

}  // namespace qarium::nn
