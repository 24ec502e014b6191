#pragma once
#include <torch/torch.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/nn/fused/fused_stage.hpp"

namespace qarium::nn {

/// The convolutions of `nature_conv` written out: observation [frames * planes, 84, 84] -> tokens [frames * 49, 64].
/// `convs` are the three layers, whose parameters lie flat.
std::unique_ptr<FusedStage> fused_nature_conv(const std::vector<torch::nn::Conv2d>& convs, std::int64_t frames);

}  // namespace qarium::nn
