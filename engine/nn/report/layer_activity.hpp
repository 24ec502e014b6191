#pragma once
#include <torch/torch.h>

#include <string>

#include "engine/protocol/findings.hpp"

namespace qarium::nn {

/// How the units of a layer of rectified ones answer. `output` [..., units] over states and places.
protocol::LayerActivity layer_activity(core::Stage stage, std::string layer, const torch::Tensor& output);

/// Fewest singular values of features [states, units] that hold 99 % of their sum (Kumar 2021, section 3).
std::int64_t effective_rank(const torch::Tensor& features);

}  // namespace qarium::nn
