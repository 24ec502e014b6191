#include <array>

#include "engine/agent/dqn/dqn_learner.hpp"
#include "engine/agent/family.hpp"
#include "engine/core/error.hpp"
#include "engine/nn/runtime.hpp"

namespace qarium::agent {
namespace {

template <class Kind>
std::unique_ptr<Learner> make_learner(const config::Hyperparameters& hyperparameters, const env::EnvironmentSpec& spec,
                                      const std::string& device) {
  return std::make_unique<Kind>(hyperparameters, spec, nn::resolve_device(device));
}

std::unique_ptr<Policy> make_network_policy(const config::Hyperparameters& hyperparameters,
                                            const env::EnvironmentSpec& spec) {
  return std::make_unique<NetworkPolicy>(hyperparameters, spec, torch::kCPU);
}

constexpr std::array kFamilies{
    Family{"dqn", make_learner<DqnLearner>, make_network_policy},
};

}  // namespace

Families families() {
  return kFamilies;
}

}  // namespace qarium::agent
