#include "engine/agent/network/descent.hpp"

#include <cmath>
#include <stdexcept>

#include "engine/agent/network/divergence.hpp"

namespace qarium::agent {

double descend(NetworkPolicy& policy, Optimizer& optimizer, double loss, std::span<float> slope, std::span<float> seen,
               const config::Hyperparameters& h) {
  const auto diverged = [&] { throw std::runtime_error(describe_divergence(policy, seen)); };
  if (!std::isfinite(loss)) diverged();
  policy.parameters().zero_gradients();
  policy.passes().backward(slope);
  const double norm = optimizer.step(policy.parameters(), h);
  if (!std::isfinite(norm)) diverged();
  return norm;
}

}  // namespace qarium::agent
