#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/config/hyperparameters.hpp"
#include "engine/config/presets.hpp"

namespace CLI {  // NOLINT(readability-identifier-naming): another library's name
class App;
}

namespace qarium::app {

/// The options that say which experiment is meant, the same for the window and `qarium train`.
struct ExperimentOptions {
  std::string preset;
  std::string config;
  std::string environment;
  std::vector<std::string> assignments;  ///< name=value
  std::optional<std::int64_t> seed;
  std::optional<std::int64_t> steps;
  std::string device = "auto";
};

/// Sets one hyperparameter by "name=value". Throws core::UserError naming what is wrong.
void assign(config::Hyperparameters& hyperparameters, const std::string& assignment);

void add_experiment_options(CLI::App& app, ExperimentOptions& options);
/// A flag for each sink of metrics that there is; `sinks` becomes the names of those given.
void add_sink_options(CLI::App& app, std::vector<std::string>& sinks);

/// Preset, then file, then environment, then assignments, seed and steps, each over the one before. Without preset and
/// file: the plain preset of the environment that is asked for (none of Gymnasium's has one), or `cartpole` where none
/// is. Throws core::UserError naming what is wrong.
config::Hyperparameters experiment(const ExperimentOptions& options);
/// With what an environment that is named by its id alone is begun, without making it. The name is that of the preset
/// where it is this environment's own, else empty.
config::Preset plan_of_environment(const std::string& id);
/// Tells on standard error of each assignment that changes nothing, because its hyperparameter does not apply.
void warn_of_idle(const std::vector<std::string>& assignments, const config::Hyperparameters& hyperparameters);
/// The preset that this starts from; empty where there is none.
std::string starting_preset(const ExperimentOptions& options);

/// Where a run is written: the directory that was asked for, nowhere (empty) for "none", or, where nothing was asked
/// for, `folder`/NAME-seedSEED-DATE-TIME, to be opened as a fresh one. NAME is the preset's or the environment's.
std::string run_directory(const std::string& asked, const std::string& folder, const ExperimentOptions& options,
                          const config::Hyperparameters& hyperparameters);

}  // namespace qarium::app
