#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/command_line/commands.hpp"
#include "engine/core/error.hpp"
#include "engine/env/registry.hpp"
#include "engine/train/checkpoint.hpp"
#include "engine/train/run_directory.hpp"
#include "engine/train/runtime.hpp"

namespace qarium::app {
namespace {

std::string chosen_checkpoint(const EvalArguments& arguments) {
  if (!arguments.checkpoint.empty()) return arguments.checkpoint;
  return std::filesystem::exists(train::RunDirectory::checkpoint_path(arguments.run, "best")) ? "best" : "last";
}

}  // namespace

int eval_command(const EvalArguments& arguments) {
  if (arguments.episodes < 1) throw core::UserError("--episodes must be 1 or more");
  if (!std::filesystem::is_directory(arguments.run)) {
    throw core::UserError("there is no run directory '" + arguments.run + "'");
  }
  const auto name = chosen_checkpoint(arguments);
  const auto file = train::RunDirectory::checkpoint_path(arguments.run, name);
  const auto checkpoint = train::read_safetensors(file);
  const auto hyperparameters = train::checkpoint_hyperparameters(checkpoint, file.string());
  train::prepare_thread(hyperparameters.threads);
  train::set_blas_threads(hyperparameters.threads);
  agent::Policy policy(hyperparameters, env::make(hyperparameters.environment)->spec(), torch::kCPU);
  train::load_weights(checkpoint, policy.parameters());
  const auto evaluation = train::evaluate(policy, hyperparameters.environment, arguments.episodes,
                                          static_cast<std::uint64_t>(arguments.seed));
  const nlohmann::json result{{"episodes", evaluation.episodes},
                              {"mean_return", evaluation.mean_return},
                              {"std_return", evaluation.std_return},
                              {"mean_length", evaluation.mean_length},
                              {"checkpoint", name},
                              {"seed", arguments.seed},
                              {"environment", hyperparameters.environment.id}};
  std::printf("%s\n", result.dump().c_str());
  return 0;
}

}  // namespace qarium::app
