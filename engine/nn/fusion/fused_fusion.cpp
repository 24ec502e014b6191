#include "engine/nn/fusion/fused_fusion.hpp"

#include <algorithm>
#include <cmath>

#include "engine/nn/fused/fused_layers.hpp"

namespace qarium::nn {
namespace {

/// Columns [first, first + width) of rows `stride` long, as rows of their own.
float* columns(const float* from, std::int64_t rows, std::int64_t stride, std::int64_t first, std::int64_t width,
               Arena& arena) {
  float* out = arena.take(rows * width);
  for (std::int64_t row = 0; row < rows; ++row)
    std::copy_n(from + row * stride + first, width, out + row * width);
  return out;
}

/// What both have: the memory's output brought to D.
class FusedProjection : public FusedStage {
 protected:
  FusedProjection(const torch::nn::Linear& project, std::int64_t width, std::int64_t memory)
      : width_(width), memory_(memory), project_(project, false) {}

  float* project(const float* in, std::int64_t rows, Arena& arena) {
    rows_ = rows;
    return project_.forward(columns(in, rows, stride(), width_, memory_, arena), rows, arena);
  }
  /// Adds to the memory's columns of `in_gradient`.
  void back_through_projection(float* gradient, float* in_gradient, Arena& arena) {
    const float* of_memory = project_.backward(gradient, true, arena);
    for (std::int64_t row = 0; row < rows_; ++row)
      kernels::add(of_memory + row * memory_, in_gradient + row * stride() + width_, memory_);
  }
  std::int64_t stride() const { return width_ + memory_; }

  std::int64_t width_;
  std::int64_t memory_;
  std::int64_t rows_ = 0;

 private:
  FusedLinear project_;
};

/// x + W_h h
class FusedResidual final : public FusedProjection {
 public:
  FusedResidual(const torch::nn::Linear& project, std::int64_t width, std::int64_t memory)
      : FusedProjection(project, width, memory) {}

  float* forward(float* in, std::int64_t rows, bool /*learn*/, Arena& arena) override {
    float* out = project(in, rows, arena);
    for (std::int64_t row = 0; row < rows; ++row)
      kernels::add(in + row * stride(), out + row * width_, width_);
    return out;
  }

  float* backward(float* out_gradient, bool /*wanted*/, Arena& arena) override {
    float* in_gradient = arena.take(rows_ * stride());
    std::fill_n(in_gradient, rows_ * stride(), 0.0F);
    for (std::int64_t row = 0; row < rows_; ++row)
      std::copy_n(out_gradient + row * width_, width_, in_gradient + row * stride());
    back_through_projection(out_gradient, in_gradient, arena);
    return in_gradient;
  }
};

/// z x + (1 - z) W_h h
class FusedGated final : public FusedProjection {
 public:
  FusedGated(const torch::nn::Linear& project, const torch::nn::Linear& gate, std::int64_t width, std::int64_t memory)
      : FusedProjection(project, width, memory), gate_layer_(gate, false) {}

  float* forward(float* in, std::int64_t rows, bool /*learn*/, Arena& arena) override {
    in_ = in;
    projected_ = project(in, rows, arena);
    gate_ = gate_layer_.forward(in, rows, arena);
    float* out = arena.take(rows * width_);
    for (std::int64_t row = 0; row < rows; ++row) {
      for (std::int64_t i = 0; i < width_; ++i) {
        const auto at = row * width_ + i;
        gate_[at] = 1 / (1 + std::exp(-gate_[at]));
        out[at] = projected_[at] + gate_[at] * (in[row * stride() + i] - projected_[at]);
      }
    }
    return out;
  }

  float* backward(float* out_gradient, bool /*wanted*/, Arena& arena) override {
    float* of_gate = arena.take(rows_ * width_);
    float* of_projection = arena.take(rows_ * width_);
    for (std::int64_t row = 0; row < rows_; ++row) {
      for (std::int64_t i = 0; i < width_; ++i) {
        const auto at = row * width_ + i;
        const float gate = gate_[at];
        of_gate[at] = out_gradient[at] * (in_[row * stride() + i] - projected_[at]) * gate * (1 - gate);
        of_projection[at] = out_gradient[at] * (1 - gate);
        out_gradient[at] *= gate;
      }
    }
    float* in_gradient = gate_layer_.backward(of_gate, true, arena);
    for (std::int64_t row = 0; row < rows_; ++row)
      kernels::add(out_gradient + row * width_, in_gradient + row * stride(), width_);
    back_through_projection(of_projection, in_gradient, arena);
    return in_gradient;
  }

 private:
  FusedLinear gate_layer_;
  const float* in_ = nullptr;
  const float* projected_ = nullptr;
  float* gate_ = nullptr;
};

}  // namespace

std::unique_ptr<FusedStage> fused_residual(const torch::nn::Linear& project, std::int64_t width, std::int64_t memory) {
  return std::make_unique<FusedResidual>(project, width, memory);
}

std::unique_ptr<FusedStage> fused_gated(const torch::nn::Linear& project, const torch::nn::Linear& gate,
                                        std::int64_t width, std::int64_t memory) {
  return std::make_unique<FusedGated>(project, gate, width, memory);
}

}  // namespace qarium::nn
