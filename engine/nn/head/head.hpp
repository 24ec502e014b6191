#pragma once
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/config/hyperparameters.hpp"
#include "engine/nn/stage_block.hpp"

namespace qarium::nn {

/// What the numbers of an output are.
enum class HeadOutputs {
  ActionValues,    ///< Q(s, a) of each action: A
  PolicyAndValue,  ///< a logit of each action, and behind them V(s): A + 1
};

/// fused [B, F] -> outputs [B, A or A + 1]. Action values with `dueling` (Wang 2016, equation 9) are Q = V + advantage
/// - mean advantage. Two streams, of advantage and value or of policy and value, have each their own hidden layers.
/// With `per_action`, fused [B, A, F]: every action's vector goes through the same layers to one number; V comes from
/// their mean.
class Head final : public StageBlock {
 public:
  Head(const config::HeadOptions& options, std::int64_t inputs, std::int64_t actions, bool per_action = false,
       HeadOutputs outputs = HeadOutputs::ActionValues);
  torch::Tensor forward(const torch::Tensor& fused);
  /// What its layers of rectified units give, each with its name: "layer 1", "value, layer 1".
  std::vector<std::pair<std::string, torch::Tensor>> activations(const torch::Tensor& fused);
  std::vector<std::int64_t> output_shape() const override { return {actions_ + (criticises() ? 1 : 0)}; }
  std::vector<std::string> layers() const override;
  std::unique_ptr<FusedStage> fused() override;

 private:
  bool criticises() const { return outputs_ == HeadOutputs::PolicyAndValue; }
  bool two_streams() const { return options_.dueling || criticises(); }
  /// Of the stream that tells actions apart.
  const char* name() const;
  torch::Tensor stream(torch::nn::ModuleList& linears, torch::Tensor x);

  config::HeadOptions options_;
  std::int64_t inputs_;
  std::int64_t actions_;
  bool per_action_;
  HeadOutputs outputs_;
  torch::nn::ModuleList actions_stream_{nullptr};  ///< action values, advantages or logits
  torch::nn::ModuleList value_{nullptr};           ///< null where there is one stream
};

}  // namespace qarium::nn
