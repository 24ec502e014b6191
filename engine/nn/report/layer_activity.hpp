#pragma once
#include <torch/torch.h>

#include <string>

#include "engine/protocol/findings.hpp"

namespace qarium::nn {

/// How often each unit of a layer of rectified units is not zero. `output` [..., units] over states and places.
protocol::LayerActivity layer_activity(core::Stage stage, std::string layer, const torch::Tensor& output);

}  // namespace qarium::nn
