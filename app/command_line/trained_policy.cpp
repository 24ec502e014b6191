#include "app/command_line/trained_policy.hpp"

#include <filesystem>

#include "engine/config/trained_agents.hpp"
#include "engine/core/error.hpp"
#include "engine/core/files.hpp"
#include "engine/env/gymnasium/trust.hpp"
#include "engine/env/registry.hpp"
#include "engine/run/run_directory.hpp"
#include "engine/run/safetensors.hpp"
#include "engine/train/checkpoint.hpp"

namespace qarium::app {

namespace {

struct Source {
  std::string name;        ///< for errors
  std::string checkpoint;  ///< which one
  core::Archive tensors;
};

Source shipped(const std::string& preset) {
  const auto name = "trained agent of " + preset;
  return {name, "shipped", run::read_safetensors(config::trained_agent(preset).checkpoint, name)};
}

Source from_file(const std::filesystem::path& file, const std::string& checkpoint) {
  if (!checkpoint.empty())
    throw core::UserError("--checkpoint chooses among those of a run's folder, but --run names a file: leave one out");
  return {core::shown(file), core::shown(file.filename()), run::read_safetensors(file)};
}

Source from_run(const std::string& run, std::string checkpoint) {
  if (std::filesystem::is_regular_file(run)) return from_file(run, checkpoint);
  if (!std::filesystem::is_directory(run)) throw core::UserError("there is no run directory '" + run + "'");
  const bool has_best = std::filesystem::exists(run::RunDirectory::checkpoint_path(run, "best"));
  if (checkpoint.empty()) checkpoint = has_best ? "best" : "last";
  const auto file = run::RunDirectory::checkpoint_path(run, checkpoint);
  return {file.string(), checkpoint, run::read_safetensors(file)};
}

}  // namespace

TrainedPolicy load_trained_policy(const std::string& run, const std::string& preset, const std::string& checkpoint) {
  if (run.empty() == preset.empty()) {
    throw core::UserError("say which agent: --run DIR for one of your own, or --preset NAME for one that ships");
  }
  auto source = run.empty() ? shipped(preset) : from_run(run, checkpoint);
  TrainedPolicy trained;
  trained.checkpoint = source.checkpoint;
  trained.hyperparameters = train::checkpoint_hyperparameters(source.tensors, source.name);
  const auto& h = trained.hyperparameters;
  env::gymnasium::require_trust(h.environment.id, source.name);
  trained.spec = env::make(h.environment)->spec();
  trained.policy = agent::family_of(h, agent::families()).make_policy(h, trained.spec);
  trained.policy->prepare_thread();
  trained.policy->restore(source.tensors);
  trained.archive = std::move(source.tensors);
  return trained;
}

}  // namespace qarium::app
