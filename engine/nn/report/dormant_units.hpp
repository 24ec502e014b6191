#pragma once
#include <torch/torch.h>

#include <functional>
#include <vector>

#include "engine/core/random.hpp"
#include "engine/nn/layers/hidden_weights.hpp"

namespace qarium::nn {

/// A unit is dormant whose mean size is at most this share of its layer's mean (Sokar 2023).
inline constexpr double kDormant = 0.025;

/// Those whose mean size over states and places is at most kDormant of their layer's mean (Sokar 2023, definition 3.1).
/// `output` [..., units].
std::vector<std::int64_t> dormant_units(const torch::Tensor& output);

/// Draws a unit anew: incoming weights from U(-1/sqrt(fan_in), 1/sqrt(fan_in)), bias and outgoing weights 0; where the
/// layer is normalised its gain 1 and its shift 0. `changed` is told every part that was written, a view of its
/// parameter.
void redraw_unit(const HiddenWeights& weights, std::int64_t unit, core::RandomStream& stream,
                 const std::function<void(const torch::Tensor& part)>& changed);

}  // namespace qarium::nn
