#pragma once
#include <memory>

#include "engine/core/hyperparameters.hpp"
#include "engine/nn/probe.hpp"
#include "engine/nn/stage_block.hpp"

namespace qarium::nn {

/// attended [B, D], remembered [B, M] -> fused [B, F].
class Fusion : public StageBlock {
 public:
  virtual torch::Tensor forward(const torch::Tensor& attended, const torch::Tensor& remembered, Probe* probe) = 0;
};

/// Throws core::UserError for an unknown kind.
std::shared_ptr<Fusion> make_fusion(const core::FusionOptions& options, std::int64_t attended, std::int64_t remembered);

}  // namespace qarium::nn
