#pragma once
#include <torch/torch.h>

#include "engine/core/random.hpp"

namespace qarium::nn {

/// A layer some of whose parameters have an initialisation of their own.
class CustomInitialisation {
 public:
  virtual ~CustomInitialisation() = default;

  /// After all layers were drawn, without gradients. Draws from `stream` only where it changes something.
  virtual void initialise_own(core::RandomStream& stream) = 0;
};

/// Draws every weight and bias of the linear and convolutional layers inside `module` from
/// U(-1/sqrt(fan_in), 1/sqrt(fan_in)), PyTorch's own default, but from our stream instead of Torch's global generator.
/// Then lets layers with an initialisation of their own draw theirs.
void initialise(torch::nn::Module& module, core::RandomStream stream);

/// The same with nine of ten inputs of each unit, drawn anew for each, at 0, and biases of 0 (Elsayed 2024, algorithm
/// 1).
void initialise_sparsely(torch::nn::Module& module, core::RandomStream stream);

}  // namespace qarium::nn
