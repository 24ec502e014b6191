#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/command_line/commands.hpp"
#include "app/command_line/trained_policy.hpp"
#include "engine/core/error.hpp"
#include "engine/train/evaluator.hpp"

namespace qarium::app {

int eval_command(const EvalArguments& arguments) {
  if (arguments.episodes < 1) throw core::UserError("--episodes must be 1 or more");
  auto trained = load_trained_policy(arguments.run, arguments.preset, arguments.checkpoint);
  const auto& environment = trained.hyperparameters.environment;
  const auto evaluation =
      train::evaluate(*trained.policy, environment, arguments.episodes, static_cast<std::uint64_t>(arguments.seed));
  const nlohmann::json result{{"episodes", evaluation.episodes},     {"mean_return", evaluation.mean_return},
                              {"std_return", evaluation.std_return}, {"mean_length", evaluation.mean_length},
                              {"checkpoint", trained.checkpoint},    {"seed", arguments.seed},
                              {"environment", environment.id}};
  std::printf("%s\n", result.dump().c_str());
  return 0;
}

}  // namespace qarium::app
