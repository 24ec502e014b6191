#pragma once
#include <memory>

#include "engine/core/hyperparameters.hpp"
#include "engine/core/snapshot.hpp"
#include "engine/env/environment.hpp"
#include "engine/nn/attention/attention.hpp"
#include "engine/nn/encoder/encoder.hpp"
#include "engine/nn/fusion/fusion.hpp"
#include "engine/nn/head/head.hpp"
#include "engine/nn/memory/memory.hpp"

namespace qarium::nn {

/// The five stages in a row: observation -> Encoder -> Attention -> Memory -> Fusion -> Head -> action values.
class Network final : public torch::nn::Module {
 public:
  /// Throws core::UserError where the stages do not compose.
  Network(const core::Hyperparameters& hyperparameters, const env::EnvironmentSpec& spec);

  /// observation [B, ...] float32 -> action values [B, A].
  torch::Tensor forward(const torch::Tensor& observation, Probe* probe = nullptr);

  /// Where the tokens that attention weighs lie.
  TokenGrid grid() const { return encoder_->grid(); }
  /// The block of a stage, under the name of the stage in lower case ("encoder").
  StageBlock& block(core::Stage stage);
  core::NetworkView view();

 private:
  core::Hyperparameters hyperparameters_;
  std::vector<std::int64_t> observation_shape_;
  std::shared_ptr<Encoder> encoder_;
  std::shared_ptr<Attention> attention_;
  std::shared_ptr<Memory> memory_;
  std::shared_ptr<Fusion> fusion_;
  std::shared_ptr<Head> head_;
};

}  // namespace qarium::nn
