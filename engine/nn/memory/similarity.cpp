#include "engine/nn/memory/similarity.hpp"

namespace qarium::nn {
namespace {

constexpr double kTiny = 1e-16;

torch::Tensor length(const torch::Tensor& x) {
  return (x.square().sum(-1, true) + kTiny).sqrt();
}

}  // namespace

torch::Tensor similarities(const torch::Tensor& keys, const torch::Tensor& matrix) {
  return torch::matmul(keys, matrix.transpose(1, 2)) / (length(keys) * length(matrix).transpose(1, 2));
}

}  // namespace qarium::nn
