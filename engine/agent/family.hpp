#pragma once
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "engine/agent/learner.hpp"
#include "engine/agent/policy.hpp"
#include "engine/config/hyperparameters.hpp"
#include "engine/env/environment.hpp"

namespace qarium::agent {

/// A learner that has seen nothing yet, for n_envs environments. `device` is "auto", "cpu" or "cuda".
/// Throws core::UserError for hyperparameters that do not fit together, or a device that is not there.
using MakeLearner = std::unique_ptr<Learner>(const config::Hyperparameters& hyperparameters,
                                             const env::EnvironmentSpec& spec, const std::string& device);
/// A policy on the CPU, to be given a learner's parameters.
using MakePolicy = std::unique_ptr<Policy>(const config::Hyperparameters& hyperparameters,
                                           const env::EnvironmentSpec& spec);

/// A family of learners: one value of the hyperparameter `algorithm`.
struct Family {
  std::string_view algorithm;
  MakeLearner* make_learner;
  MakePolicy* make_policy;
};
using Families = std::span<const Family>;

/// All of them: those that engine/agent/families.inc lists. Adding a family is adding a folder and one line there.
Families families();

/// The one that the hyperparameters name. Throws core::UserError naming those that are known.
const Family& family_of(const config::Hyperparameters& hyperparameters, Families families);

}  // namespace qarium::agent
