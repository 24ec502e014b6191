#pragma once
#include <memory>
#include <string>

#include "engine/agent/policy.hpp"
#include "engine/core/archive.hpp"
#include "engine/env/environment.hpp"

namespace qarium::app {

/// An agent read back from a run directory.
struct TrainedPolicy {
  config::Hyperparameters hyperparameters;
  std::string checkpoint;  ///< which one: "best", "last", "shipped", or the name of a file
  core::Archive archive;   ///< what it holds
  env::EnvironmentSpec spec;
  std::unique_ptr<agent::Policy> policy;
};

/// `run` is a run directory or a checkpoint's file, or `preset` the preset whose shipped agent is meant; exactly one of
/// them. `checkpoint` empty: best, or last where no evaluation was ever made. Sets this thread's number of threads as
/// the run had it. Throws core::UserError where there is no such run or checkpoint.
TrainedPolicy load_trained_policy(const std::string& run, const std::string& preset, const std::string& checkpoint);

}  // namespace qarium::app
