#include "engine/nn/fused/torch_stage.hpp"

#include <algorithm>
#include <cassert>

namespace qarium::nn {

torch::Tensor tensor_over(float* values, std::int64_t rows, const std::vector<std::int64_t>& shape) {
  std::vector<std::int64_t> sizes = {rows};
  sizes.insert(sizes.end(), shape.begin(), shape.end());
  return torch::from_blob(values, sizes, torch::kFloat);
}

float* TorchStage::forward(float* in, std::int64_t rows, bool learn, Arena& /*arena*/) {
  const torch::AutoGradMode gradient(learn);
  in_ = tensor_over(in, rows, shape_);
  if (learn && !first_) in_.requires_grad_();
  out_ = function_(in_).contiguous();
  return out_.data_ptr<float>();
}

float* TorchStage::backward(float* out_gradient, bool wanted, Arena& arena) {
  out_.backward(torch::from_blob(out_gradient, out_.sizes(), torch::kFloat));
  if (!wanted) return nullptr;
  assert(!first_);
  float* in_gradient = arena.take(in_.numel());
  const auto gradient = in_.grad().defined() ? in_.grad().contiguous() : torch::zeros_like(in_);
  std::copy_n(gradient.data_ptr<float>(), in_.numel(), in_gradient);
  return in_gradient;
}

}  // namespace qarium::nn
