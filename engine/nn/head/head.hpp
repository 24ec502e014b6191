#pragma once
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/config/hyperparameters.hpp"
#include "engine/nn/stage_block.hpp"

namespace qarium::nn {

/// fused [B, F] -> action values [B, A]. `dueling` (Wang 2016, equation 9): Q = V + advantage - mean advantage, each
/// stream with its own hidden layers. With `per_action`, fused [B, A, F]: every action's vector goes through the same
/// layers to one number; V comes from their mean.
class Head final : public StageBlock {
 public:
  Head(const config::HeadOptions& options, std::int64_t inputs, std::int64_t actions, bool per_action = false);
  torch::Tensor forward(const torch::Tensor& fused);
  /// What its layers of rectified units give, each with its name: "layer 1", "value, layer 1".
  std::vector<std::pair<std::string, torch::Tensor>> activations(const torch::Tensor& fused);
  std::vector<std::int64_t> output_shape() const override { return {actions_}; }
  std::vector<std::string> layers() const override;
  std::unique_ptr<FusedStage> fused() override;

 private:
  torch::Tensor stream(torch::nn::ModuleList& linears, torch::Tensor x);

  config::HeadOptions options_;
  std::int64_t inputs_;
  std::int64_t actions_;
  bool per_action_;
  torch::nn::ModuleList advantage_{nullptr};  ///< the only stream where not dueling
  torch::nn::ModuleList value_{nullptr};
};

}  // namespace qarium::nn
