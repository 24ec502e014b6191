#include "engine/agent/dqn/dqn_learner.hpp"
#include "engine/agent/registry.hpp"
#include "engine/nn/runtime.hpp"

namespace qarium::agent {

std::unique_ptr<Learner> make_dqn_learner(const config::Hyperparameters& hyperparameters,
                                          const env::EnvironmentSpec& spec, const std::string& device) {
  return std::make_unique<DqnLearner>(hyperparameters, spec, nn::resolve_device(device));
}

std::unique_ptr<Policy> make_dqn_policy(const config::Hyperparameters& hyperparameters,
                                        const env::EnvironmentSpec& spec) {
  return std::make_unique<NetworkPolicy>(hyperparameters, spec, torch::kCPU);
}

}  // namespace qarium::agent
