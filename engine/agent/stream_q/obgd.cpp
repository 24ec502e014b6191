#include "engine/agent/stream_q/obgd.hpp"

#include <algorithm>
#include <cmath>

namespace qarium::agent {

BoundedStep obgd_step(std::span<float> weights, std::span<const float> trace, double delta, double alpha,
                      double kappa) {
  double norm = 0;
  for (const auto z : trace)
    norm += std::abs(z);
  const double bound = alpha * kappa * std::max(std::abs(delta), 1.0) * norm;
  const double step = alpha * (bound > 1 ? 1 / bound : 1);
  const auto factor = static_cast<float>(step * delta);
  for (std::size_t i = 0; i < weights.size(); ++i)
    weights[i] += factor * trace[i];
  return {norm, step};
}

void extend_trace(std::span<float> trace, std::span<const float> gradient, double decay) {
  const auto kept = static_cast<float>(decay);
  for (std::size_t i = 0; i < trace.size(); ++i)
    trace[i] = kept * trace[i] + gradient[i];
}

}  // namespace qarium::agent
