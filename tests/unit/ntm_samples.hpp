#pragma once
/// Random weights, states and comparisons for the tests of the Neural Turing Machine's sequence.

#include <torch/torch.h>

#include <cmath>
#include <string>
#include <vector>

#include "engine/nn/ops/ntm_op.hpp"
#include "tests/unit/ntm_reference.hpp"

namespace qarium::tests {

inline std::vector<torch::Tensor*> tensors(nn::NtmState& state) {
  return {&state.memory, &state.read_weights, &state.write_weights, &state.reads, &state.h, &state.c};
}
inline std::vector<torch::Tensor*> tensors(nn::NtmWeights& weights) {
  return {&weights.controller_weight, &weights.controller_bias, &weights.head_weight, &weights.head_bias};
}

/// Everything a sequence gets, in double but with values that float has too; memory of order 1.
struct NtmSample {
  nn::NtmShape shape;
  torch::Tensor inputs;
  nn::NtmWeights weights;
  nn::NtmState state;

  NtmSample(const nn::NtmShape& shape_, std::int64_t steps, std::int64_t batch, double scale = 1) : shape(shape_) {
    const auto random = [&](at::IntArrayRef sizes, double by) { return torch::randn(sizes, torch::kDouble) * by; };
    inputs = random({steps, batch, shape.inputs}, 1);
    const auto spread = [](std::int64_t terms) { return 1 / std::sqrt(static_cast<double>(terms)); };
    weights = {
        random({shape.controller_rows(), shape.controller_columns()}, scale * spread(shape.controller_columns())),
        random({shape.controller_rows()}, scale),
        random({shape.head_rows(), shape.units}, 2 * scale * spread(shape.units)), random({shape.head_rows()}, scale)};
    state = random_state(batch);
    for (auto* tensor : tensors(weights))
      *tensor = tensor->to(torch::kFloat).to(torch::kDouble);
    for (auto* tensor : tensors(state))
      *tensor = tensor->to(torch::kFloat).to(torch::kDouble);
    inputs = inputs.to(torch::kFloat).to(torch::kDouble);
  }

  nn::NtmState random_state(std::int64_t batch) const {
    const auto random = [&](at::IntArrayRef sizes) { return torch::randn(sizes, torch::kDouble); };
    return {random({batch, shape.slots, shape.width}),
            torch::softmax(random({batch, shape.read_heads, shape.slots}), -1),
            torch::softmax(random({batch, shape.write_heads, shape.slots}), -1),
            random({batch, shape.read_heads, shape.width}),
            random({batch, shape.units}),
            random({batch, shape.units})};
  }
};

inline std::vector<torch::Tensor*> tensors(NtmSample& sample) {
  std::vector<torch::Tensor*> all{&sample.inputs};
  for (auto* tensor : tensors(sample.weights))
    all.push_back(tensor);
  for (auto* tensor : tensors(sample.state))
    all.push_back(tensor);
  return all;
}

/// Fresh leaves of another type.
inline NtmSample leaves(const NtmSample& sample, torch::ScalarType type) {
  NtmSample copy = sample;
  for (auto* tensor : tensors(copy))
    *tensor = tensor->detach().to(type, false, true).contiguous().requires_grad_();
  return copy;
}

inline double relative_error(const torch::Tensor& found, const torch::Tensor& expected) {
  const auto difference = (found.detach().to(torch::kDouble) - expected.detach().to(torch::kDouble)).norm();
  return (difference / (expected.detach().to(torch::kDouble).norm() + 1e-8)).item<double>();
}

inline bool finite(const nn::NtmResult& result) {
  bool all = result.outputs.isfinite().all().item<bool>();
  auto state = result.state;
  for (auto* tensor : tensors(state))
    all = all && (!tensor->defined() || tensor->isfinite().all().item<bool>());
  return all;
}

inline std::string describe(const nn::NtmShape& s, std::int64_t steps, std::int64_t batch) {
  const auto text = [](std::int64_t n) { return std::to_string(n); };
  return std::string(s.lstm ? "lstm" : "feedforward") + " I " + text(s.inputs) + " C " + text(s.units) + " S " +
         text(s.slots) + " W " + text(s.width) + " R " + text(s.read_heads) + " K " + text(s.write_heads) + " r " +
         text(s.shift_range) + " T " + text(steps) + " B " + text(batch);
}

struct NtmCase {
  nn::NtmShape shape;
  std::int64_t steps, batch;
};

/// Shapes that differ in every way that matters to the kernels.
inline std::vector<NtmCase> ntm_cases() {
  using nn::NtmShape;
  return {
      {NtmShape{10, 100, 128, 20}, 20, 1},     {NtmShape{10, 100, 128, 20}, 20, 3},
      {NtmShape{3, 8, 7, 5, 2, 2, 2}, 20, 3},  {NtmShape{3, 8, 7, 5, 2, 2, 1, false}, 20, 1},
      {NtmShape{5, 18, 33, 3, 1, 3, 2}, 5, 9}, {NtmShape{5, 40, 16, 17, 3, 1, 1, false}, 4, 33},
      {NtmShape{4, 12, 128, 20}, 14, 33},      {NtmShape{1, 1, 1, 1}, 20, 1},
      {NtmShape{40, 24, 20, 6, 2, 1}, 9, 5},   {NtmShape{40, 24, 20, 6, 2, 1, 1, false}, 9, 5},
      {NtmShape{2, 5, 1, 4, 2, 2, 2}, 6, 3},   {NtmShape{2, 5, 2, 4, 1, 1, 3, false}, 6, 2},
      {NtmShape{2, 17, 40, 6, 1, 1, 0}, 1, 3}, {NtmShape{4, 20, 128, 20}, 1, 1},
  };
}

}  // namespace qarium::tests
