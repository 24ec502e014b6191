#pragma once
#include <span>

namespace qarium::agent {

/// What one step of ObGD did.
struct BoundedStep {
  double trace_norm = 0;  ///< |z|_1
  double step_size = 0;   ///< what delta z was multiplied by
};

/// Overshooting-bounded gradient descent (Elsayed 2024, algorithm 3), without its momentum:
///     M = alpha kappa max(|delta|, 1) |z|_1,   w += alpha min(1 / M, 1) delta z
/// so that one step moves the value by little more than the error.
BoundedStep obgd_step(std::span<float> weights, std::span<const float> trace, double delta, double alpha, double kappa);

/// z = decay z + gradient
void extend_trace(std::span<float> trace, std::span<const float> gradient, double decay);

}  // namespace qarium::agent
