#pragma once
#include <torch/torch.h>

#include <optional>
#include <vector>

#include "engine/nn/fused/fused_stage.hpp"
#include "engine/nn/layers/hidden_activation.hpp"
#include "engine/nn/ops/dense_kernels.hpp"

namespace qarium::nn {

/// A parameter with its gradient, as arrays.
struct FusedParameter {
  FusedParameter() = default;
  /// `parameter` lies in flat storage on the CPU (nn::FlatParameters).
  explicit FusedParameter(const torch::Tensor& parameter)
      : value(parameter.data_ptr<float>()), gradient(parameter.grad().data_ptr<float>()) {}
  float* value = nullptr;
  float* gradient = nullptr;
};

/// Normalisation of rows, with ReLU after it or not.
class FusedLayerNorm {
 public:
  FusedLayerNorm(const torch::nn::LayerNorm& norm, bool relu);
  float* forward(const float* in, std::int64_t rows, Arena& arena);
  /// In place.
  float* backward(float* out_gradient);

 private:
  kernels::LayerNorm norm_;
  FusedParameter gain_;
  FusedParameter shift_;
  bool relu_;
  std::int64_t rows_ = 0;
  float* normal_ = nullptr;
  float* scale_ = nullptr;
  const float* result_ = nullptr;
};

/// A linear layer, with ReLU after it or not, and normalisation before that where there is one.
class FusedLinear {
 public:
  FusedLinear(const torch::nn::Linear& linear, bool relu);
  FusedLinear(const torch::Tensor& weight, const torch::Tensor& bias, bool relu);
  /// A hidden layer. Requires `activation.has_fused()`.
  FusedLinear(const torch::nn::LinearImpl& linear, const HiddenActivation& activation);

  float* forward(const float* in, std::int64_t rows, Arena& arena);
  float* backward(float* out_gradient, bool wanted, Arena& arena);
  std::int64_t in() const { return linear_.in; }
  std::int64_t out() const { return linear_.out; }

 private:
  kernels::Linear linear_;
  FusedParameter weight_;
  FusedParameter bias_;
  bool relu_;
  std::optional<FusedLayerNorm> norm_;  ///< rectifies, too
  std::int64_t rows_ = 0;
  const float* in_ = nullptr;
  const float* result_ = nullptr;
};

/// Linear layers one after another.
class FusedLayers final : public FusedStage {
 public:
  explicit FusedLayers(std::vector<FusedLinear> layers) : layers_(std::move(layers)) {}
  float* forward(float* in, std::int64_t rows, bool learn, Arena& arena) override;
  float* backward(float* out_gradient, bool wanted, Arena& arena) override;
  std::int64_t out() const { return layers_.back().out(); }

 private:
  std::vector<FusedLinear> layers_;
};

}  // namespace qarium::nn
