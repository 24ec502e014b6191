#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/command_line/commands.hpp"
#include "app/command_line/trained_policy.hpp"
#include "engine/core/error.hpp"
#include "engine/inspect/intervention_study.hpp"

namespace qarium::app {

int intervene_command(const InterveneArguments& arguments) {
  if (arguments.episodes < 2) throw core::UserError("--episodes must be 2 or more");
  if (arguments.step < 0) throw core::UserError("--step must be 0 or more");
  auto trained = load_trained_policy(arguments.run, arguments.preset, arguments.checkpoint);
  const auto report =
      inspect::intervene(trained.hyperparameters, *trained.policy,
                         {arguments.episodes, arguments.step, static_cast<std::uint64_t>(arguments.seed)});
  nlohmann::json follows;
  for (const auto& part : report.follows)
    follows[part.what] = part.share;
  nlohmann::json result{{"episodes", report.episodes},
                        {"step", report.step},
                        {"mean_return", report.mean_return},
                        {"choices", report.choices},
                        {"pairs", report.pairs},
                        {"follows", follows},
                        {"kept_when_undone", report.kept_when_undone},
                        {"kept_when_frozen", report.kept_when_frozen},
                        {"checkpoint", trained.checkpoint},
                        {"seed", arguments.seed}};
  if (report.random_sets > 0) {
    result["carriers"] = report.carriers;
    result["kept_without_carriers"] = report.kept_without_carriers;
    result["kept_without_random"] = report.kept_without_random;
    result["random_sets"] = report.random_sets;
  }
  std::printf("%s\n", result.dump().c_str());
  return 0;
}

}  // namespace qarium::app
