#pragma once
#include <torch/torch.h>

#include <memory>

#include "engine/nn/fused/fused_stage.hpp"

namespace qarium::nn {

/// Passes of the fusions that have parameters. `width` is D of what is attended to, `memory` M of the memory's output;
/// they come side by side, [rows, D + M].
std::unique_ptr<FusedStage> fused_residual(const torch::nn::Linear& project, std::int64_t width, std::int64_t memory);
std::unique_ptr<FusedStage> fused_gated(const torch::nn::Linear& project, const torch::nn::Linear& gate,
                                        std::int64_t width, std::int64_t memory);

}  // namespace qarium::nn
