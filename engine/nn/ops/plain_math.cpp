#include "engine/nn/ops/plain_math.hpp"

namespace qarium::nn {
namespace {

constexpr double kTiny = 1e-16;
/// Beyond this argument log(1 + e^x) is x in double too.
constexpr double kSoftplusLinear = 50;

torch::Tensor length(const torch::Tensor& x) {
  return (x.square().sum(-1, true) + kTiny).sqrt();
}

}  // namespace

torch::Tensor similarities(const torch::Tensor& keys, const torch::Tensor& matrix) {
  return torch::matmul(keys, matrix.transpose(1, 2)) / (length(keys) * length(matrix).transpose(1, 2));
}

torch::Tensor exact_softplus(const torch::Tensor& x) {
  return torch::softplus(x, 1, kSoftplusLinear);
}

}  // namespace qarium::nn
