#pragma once
#include <memory>

#include "engine/config/hyperparameters.hpp"
#include "engine/env/spaces.hpp"
#include "engine/nn/encoder/token_grid.hpp"
#include "engine/nn/stage_block.hpp"

namespace qarium::nn {

/// observation [B, ...] -> tokens [B, N, D]. Observations arrive as float32, bytes as their numeric value.
class Encoder : public StageBlock {
 public:
  virtual torch::Tensor forward(const torch::Tensor& observation) = 0;
  /// Where the N tokens lie; a single one that stands for everything lies at (0, 0, 0).
  virtual TokenGrid grid() const = 0;
};

/// The encoder that `options.kind` names, for this observation space. `attended` says whether attention follows, which
/// asks for tokens that cover the border. Throws core::UserError where the kind cannot read the observation.
std::shared_ptr<Encoder> make_encoder(const config::EncoderOptions& options, const env::Box& observation_space,
                                      bool attended);

// The kinds; each throws as above.
std::shared_ptr<Encoder> make_mlp(const config::EncoderOptions& options, const env::Box& space, bool attended);
std::shared_ptr<Encoder> make_grid_conv(const config::EncoderOptions& options, const env::Box& space, bool attended);
std::shared_ptr<Encoder> make_nature_conv(const config::EncoderOptions& options, const env::Box& space, bool attended);

}  // namespace qarium::nn
