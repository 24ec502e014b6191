#pragma once
#include <memory>

#include "engine/config/hyperparameters.hpp"
#include "engine/nn/probe.hpp"
#include "engine/nn/stage_block.hpp"

namespace qarium::nn {

/// attended [..., D], memory [..., M] -> fused [..., F] (METHODS section 3). Without a memory M is 0,
/// every kind passes on what is attended.
///
///   concat     [x, h]
///   residual   x + W_h h
///   gated      z x + (1 - z) W_h h,  z = sigmoid(W_z [x, h] + b); reports `fusion.gate`
/// Its fused form takes the two side by side, [rows, D + M].
class Fusion : public StageBlock {
 public:
  virtual torch::Tensor forward(const torch::Tensor& attended, const torch::Tensor& memory, Probe* probe) = 0;
};

/// Widths are D and M. Throws core::UserError for an unknown kind.
std::shared_ptr<Fusion> make_fusion(const config::FusionOptions& options, std::int64_t attended, std::int64_t memory);

/// Makes one kind.
using MakeFusion = std::shared_ptr<Fusion>(std::int64_t attended, std::int64_t memory);
#define QARIUM_KIND(name, make) MakeFusion make;
#include "engine/nn/fusion/kinds.inc"

}  // namespace qarium::nn
