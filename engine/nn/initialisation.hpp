#pragma once
#include <torch/torch.h>

#include "engine/core/random.hpp"

namespace qarium::nn {

/// Draws every weight and bias of the linear and convolutional layers inside `module` from
/// U(-1/sqrt(fan_in), 1/sqrt(fan_in)), PyTorch's own default, but from our stream instead of Torch's global generator.
void initialise(torch::nn::Module& module, core::RandomStream stream);

}  // namespace qarium::nn
