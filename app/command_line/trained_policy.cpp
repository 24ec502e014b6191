#include "app/command_line/trained_policy.hpp"

#include <filesystem>

#include "engine/core/error.hpp"
#include "engine/env/registry.hpp"
#include "engine/train/checkpoint.hpp"
#include "engine/train/run_directory.hpp"
#include "engine/train/runtime.hpp"

namespace qarium::app {

TrainedPolicy load_trained_policy(const std::string& run, const std::string& checkpoint) {
  if (!std::filesystem::is_directory(run)) throw core::UserError("there is no run directory '" + run + "'");
  TrainedPolicy trained;
  const bool has_best = std::filesystem::exists(train::RunDirectory::checkpoint_path(run, "best"));
  trained.checkpoint = !checkpoint.empty() ? checkpoint : has_best ? "best" : "last";
  const auto file = train::RunDirectory::checkpoint_path(run, trained.checkpoint);
  const auto tensors = train::read_safetensors(file);
  trained.hyperparameters = train::checkpoint_hyperparameters(tensors, file.string());
  const auto& h = trained.hyperparameters;
  train::prepare_thread(h.threads);
  train::set_blas_threads(h.threads);
  trained.policy = std::make_unique<agent::Policy>(h, env::make(h.environment)->spec(), torch::kCPU);
  train::load_weights(tensors, trained.policy->parameters());
  return trained;
}

}  // namespace qarium::app
