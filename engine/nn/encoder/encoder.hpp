#pragma once
#include <memory>
#include <utility>
#include <vector>

#include "engine/config/hyperparameters.hpp"
#include "engine/env/spaces.hpp"
#include "engine/nn/encoder/token_grid.hpp"
#include "engine/nn/layers/hidden_weights.hpp"
#include "engine/nn/layers/layer_style.hpp"
#include "engine/nn/stage_block.hpp"

namespace qarium::nn {

/// What an encoder gives.
struct Tokens {
  // Not explicit: tokens that are always there are their values alone.
  Tokens(torch::Tensor its_values, torch::Tensor its_present = {})  // NOLINT(google-explicit-constructor)
      : values(std::move(its_values)), present(std::move(its_present)) {}
  torch::Tensor values;   ///< [B, N, D]
  torch::Tensor present;  ///< bool [B, N]: which are there; undefined: all are
};

/// observation [B, ...] -> tokens [B, N, D]. Observations arrive as float32, bytes as their numeric value.
class Encoder : public StageBlock {
 public:
  virtual torch::Tensor forward(const torch::Tensor& observation) = 0;
  /// Whether some of its tokens may be absent. Their values are zeros; attention gives them no weight.
  virtual bool masks() const { return false; }
  /// Which tokens are there: bool [B, N], without gradient; undefined where none is ever absent.
  virtual torch::Tensor present(const torch::Tensor& /*observation*/) { return {}; }
  Tokens tokens(const torch::Tensor& observation) { return {forward(observation), present(observation)}; }
  /// What its layers of rectified units give, from the first on: [..., units] each, the last as `forward`.
  virtual std::vector<torch::Tensor> activations(const torch::Tensor& observation) { return {forward(observation)}; }
  /// The weights of those layers, in the same order, as far as dormant units of theirs can be drawn anew.
  virtual std::vector<HiddenWeights> hidden_weights() { return {}; }
  /// How the N tokens lie; a single one that stands for everything lies at (0, 0, 0).
  virtual TokenGrid grid() const = 0;
};

/// What an encoder is built for.
struct EncoderInputs {
  const env::Box& space;
  bool attended = false;   ///< whether attention follows, which asks for tokens that cover the border
  LayerStyle layers = {};  ///< of its hidden layers
};

/// The encoder that `options.kind` names. Throws core::UserError where the kind cannot read the observation.
std::shared_ptr<Encoder> make_encoder(const config::EncoderOptions& options, const EncoderInputs& inputs);

/// Makes one kind; throws as above.
using MakeEncoder = std::shared_ptr<Encoder>(const config::EncoderOptions& options, const EncoderInputs& inputs);
#define QARIUM_KIND(name, make) MakeEncoder make;
#include "engine/nn/encoder/kinds.inc"

}  // namespace qarium::nn
