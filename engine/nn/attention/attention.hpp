#pragma once
#include <memory>

#include "engine/config/hyperparameters.hpp"
#include "engine/nn/attention/attention_pooling.hpp"
#include "engine/nn/encoder/encoder.hpp"
#include "engine/nn/stage_block.hpp"

namespace qarium::nn {

/// What attention is built for.
struct AttentionInputs {
  TokenGrid grid;            ///< N tokens
  std::int64_t width = 0;    ///< D of each
  std::int64_t actions = 1;  ///< A, for one query an action
  std::int64_t memory = 0;   ///< M of the memory's output, for its query; 0 = no memory
};

/// tokens [B, N, D] -> attended [B, E], or [B, A, E] with one query an action. Where nothing attends, the tokens side
/// by side, [B, N D]. Absent tokens weigh nothing; where none is there, what is attended to is zeros. What depends on
/// the tokens alone is computed first and once, so that a memory may ask again and again.
class Attention : public StageBlock {
 public:
  virtual KeysAndValues prepare(const Tokens& tokens, Probe* probe) = 0;
  /// `memory` [B, M]: the memory's last output; read only where the memory asks.
  virtual torch::Tensor attend(const KeysAndValues& tokens, const torch::Tensor& memory, Probe* probe) = 0;

  torch::Tensor forward(const Tokens& tokens, const torch::Tensor& memory, Probe* probe) {
    return attend(prepare(tokens, probe), memory, probe);
  }
};

/// Throws core::UserError for an unknown kind. Requires what config::validate does: heads that divide the width, and a
/// memory where it should ask.
std::shared_ptr<Attention> make_attention(const config::AttentionOptions& options, const AttentionInputs& inputs);

/// Makes one kind.
using MakeAttention = std::shared_ptr<Attention>(const config::AttentionOptions& options,
                                                 const AttentionInputs& inputs);
#define QARIUM_KIND(name, make) MakeAttention make;
#include "engine/nn/attention/kinds.inc"

}  // namespace qarium::nn
