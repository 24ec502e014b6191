#include "app/command_line/experiment_options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>

#include "engine/config/configuration.hpp"
#include "engine/config/presets.hpp"
#include "engine/core/error.hpp"
#include "engine/env/gymnasium/gymnasium_environment.hpp"
#include "engine/env/gymnasium/trust.hpp"
#include "engine/env/registry.hpp"
#include "engine/train/metric_sink.hpp"

namespace qarium::app {

void assign(config::Hyperparameters& hyperparameters, const std::string& assignment) {
  const auto equals = assignment.find('=');
  if (equals == std::string::npos) {
    throw core::UserError("--set " + assignment + " is not of the form name=value");
  }
  const auto& parameter = config::parameter(assignment.substr(0, equals));
  config::set(hyperparameters, parameter, config::parse(parameter, assignment.substr(equals + 1)));
}

void add_experiment_options(CLI::App& app, ExperimentOptions& options) {
  app.add_option("--preset", options.preset, "Start from a preset ('qarium presets' lists them)");
  app.add_option("--config", options.config, "Read hyperparameters from a TOML file");
  app.add_option(
      "--env", options.environment,
      "The environment ('qarium envs' lists them; gym:ID: one of Gymnasium); without --preset and --config with "
      "its plain preset");
  app.add_option("--set", options.assignments, "Set one hyperparameter, name=value ('qarium params' lists them)");
  app.add_option("--seed", options.seed, "Seed of every random draw");
  app.add_option_function<std::string>(
      "--steps",
      [&options](const std::string& text) {
        options.steps = std::get<std::int64_t>(config::parse(config::parameter("n_timesteps"), text));
      },
      "Environment steps of the run (n_timesteps); with --resume: where to stop, schedules stay as they are");
  app.add_option("--device", options.device, "auto, cpu or cuda")->capture_default_str();
}

void add_sink_options(CLI::App& app, std::vector<std::string>& sinks) {
  for (const auto& kind : train::sinks()) {
    const std::string name(kind.name);
    app.add_flag_callback("--" + name, [&sinks, name] { sinks.push_back(name); }, std::string(kind.help));
  }
}

namespace {

/// One that is named by its id alone.
bool plays_any_arcade_game(const ExperimentOptions& options) {
  return options.preset.empty() && options.config.empty() && env::gymnasium::is_arcade(options.environment);
}

}  // namespace

std::string starting_preset(const ExperimentOptions& options) {
  if (!options.preset.empty() || !options.config.empty()) return options.preset;
  if (options.environment.empty()) return "cartpole";
  if (plays_any_arcade_game(options)) return "atari-breakout";
  if (env::is_bridged(options.environment)) return {};
  return std::string(env::registration_of(options.environment).preset);
}

namespace {

/// The algorithm that is asked for: its defaults stand under the preset.
std::string algorithm_of(const ExperimentOptions& options) {
  constexpr std::string_view kAsked = "algorithm=";
  std::string algorithm = config::Hyperparameters{}.algorithm;
  for (const auto& assignment : options.assignments) {
    if (assignment.starts_with(kAsked)) algorithm = assignment.substr(kAsked.size());
  }
  return algorithm;
}

}  // namespace

config::Preset plan_of_environment(const std::string& id) {
  ExperimentOptions options;
  options.environment = id;
  config::Preset plan{starting_preset(options), {}, {}};
  if (!plan.name.empty()) plan = config::preset(plan.name);
  plan.hyperparameters.environment.id = id;
  if (plays_any_arcade_game(options)) plan.name.clear();  // it is the preset of another game
  return plan;
}

config::Hyperparameters experiment(const ExperimentOptions& options) {
  const auto preset = starting_preset(options);
  auto hyperparameters = config::defaults_of(algorithm_of(options));
  if (!preset.empty()) hyperparameters = config::preset(preset, hyperparameters).hyperparameters;
  if (!options.config.empty()) {
    hyperparameters = config::read_toml(options.config, hyperparameters).hyperparameters;
    const auto& id = hyperparameters.environment.id;
    if (options.environment != id) env::gymnasium::require_trust(id, options.config);
  }
  if (!options.environment.empty()) hyperparameters.environment.id = options.environment;
  for (const auto& assignment : options.assignments)
    assign(hyperparameters, assignment);
  // An unknown one is named better there than by the table.
  if (!options.environment.empty()) env::make(hyperparameters.environment);
  if (options.seed) config::set(hyperparameters, "seed", *options.seed);
  if (options.steps) config::set(hyperparameters, "n_timesteps", *options.steps);
  config::validate(hyperparameters);
  return hyperparameters;
}

void warn_of_idle(const std::vector<std::string>& assignments, const config::Hyperparameters& hyperparameters) {
  for (const auto& assignment : assignments) {
    const auto& parameter = config::parameter(assignment.substr(0, assignment.find('=')));
    if (config::applies(hyperparameters, parameter)) continue;
    std::fprintf(stderr, "qarium: --set %s changes nothing here: it applies when %s\n", assignment.c_str(),
                 config::conditions(parameter).c_str());
  }
}

namespace {

/// A name for the experiment: the preset's, or the environment's.
std::string experiment_name(const ExperimentOptions& options, const config::Hyperparameters& hyperparameters) {
  if (auto preset = starting_preset(options); !preset.empty() && !plays_any_arcade_game(options)) return preset;
  std::string name = hyperparameters.environment.id;
  std::replace(name.begin(), name.end(), '/', '-');
  return name;
}

/// `folder`/NAME-seedSEED-DATE-TIME.
std::string fresh_run_directory(const std::string& folder, const std::string& name, std::int64_t seed) {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  char stamp[32];
  std::strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", std::localtime(&now));
  return (std::filesystem::path(folder) / (name + "-seed" + std::to_string(seed) + "-" + stamp)).string();
}

}  // namespace

std::string run_directory(const std::string& asked, const std::string& folder, const ExperimentOptions& options,
                          const config::Hyperparameters& hyperparameters) {
  if (asked == "none") return {};
  return asked.empty() ? fresh_run_directory(folder, experiment_name(options, hyperparameters), hyperparameters.seed)
                       : asked;
}

}  // namespace qarium::app
