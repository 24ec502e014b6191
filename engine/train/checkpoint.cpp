#include "engine/train/checkpoint.hpp"

#include <vector>

#include "engine/config/configuration.hpp"
#include "engine/config/trained_agents.hpp"
#include "engine/core/digest.hpp"
#include "engine/core/error.hpp"
#include "engine/core/version.hpp"
#include "engine/env/gymnasium/trust.hpp"
#include "engine/run/safetensors.hpp"

namespace qarium::train {

core::Archive make_checkpoint(TrainLoop& loop) {
  auto checkpoint = loop.save();
  checkpoint.metadata["format"] = "qarium-1";
  checkpoint.metadata["configuration"] = config::to_toml(loop.hyperparameters());
  checkpoint.metadata["build"] = core::build();
  checkpoint.metadata["libtorch"] = loop.learner().circumstances().libtorch;
  return checkpoint;
}

config::Hyperparameters checkpoint_hyperparameters(const core::Archive& checkpoint, const std::string& source) {
  const auto found = checkpoint.metadata.find("configuration");
  if (found == checkpoint.metadata.end()) {
    throw core::UserError("'" + source + "' holds no configuration: it was not written by Qarium");
  }
  return config::from_toml(found->second, source).hyperparameters;
}

void load_checkpoint(const core::Archive& checkpoint, const std::string& source, TrainLoop& loop) {
  const auto hyperparameters = checkpoint_hyperparameters(checkpoint, source);
  const auto& id = hyperparameters.environment.id;
  if (id != loop.hyperparameters().environment.id) env::gymnasium::require_trust(id, source);
  try {
    loop.restore(checkpoint, hyperparameters);
  } catch (const core::UserError& error) {
    throw core::UserError("'" + source + "': " + error.what());
  }
}

void load_trained_agent(const std::string& preset, TrainLoop& loop) {
  const auto source = "trained agent of " + preset;
  load_checkpoint(run::read_safetensors(config::trained_agent(preset).checkpoint, source), source, loop);
  const auto steps = loop.position().environment_steps;
  if (steps >= loop.hyperparameters().n_timesteps) loop.stop_at(2 * steps);
}

std::string parameter_digest(agent::Policy& policy) {
  std::vector<float> values(policy.parameter_count());
  policy.copy_parameters(values);
  return core::digest(values);
}

}  // namespace qarium::train
