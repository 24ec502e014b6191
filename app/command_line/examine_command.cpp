#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/command_line/commands.hpp"
#include "app/command_line/trained_policy.hpp"
#include "engine/core/error.hpp"
#include "engine/inspect/faithfulness_test.hpp"

namespace qarium::app {
namespace {

nlohmann::json described(const protocol::FaithfulnessCurve& curve) {
  return {{"map_area", curve.map_area},
          {"random_area", curve.random_area},
          {"uniform_area", curve.uniform_area},
          {"gain", curve.gain},
          {"gain_interval", {curve.gain_low, curve.gain_high}}};
}

}  // namespace

int examine_command(const ExamineArguments& arguments) {
  if (arguments.episodes < 1) throw core::UserError("--episodes must be 1 or more");
  if (arguments.orders < 1) throw core::UserError("--orders must be 1 or more");
  auto trained = load_trained_policy(arguments.run, arguments.preset, arguments.checkpoint);
  inspect::FaithfulnessTest faithfulness_test(
      trained.hyperparameters, *trained.policy,
      {.episodes = arguments.episodes, .orders = arguments.orders, .seed = static_cast<std::uint64_t>(arguments.seed)});
  while (faithfulness_test.tick()) {
  }
  const auto faithfulness = faithfulness_test.result();
  const nlohmann::json result{{"episodes", faithfulness.episodes},
                              {"orders", faithfulness.orders},
                              {"states", faithfulness.states},
                              {"skipped", faithfulness.skipped},
                              {"deletion", described(faithfulness.deletion)},
                              {"insertion", described(faithfulness.insertion)},
                              {"saliency_correlation", faithfulness.saliency_correlation},
                              {"redrawn_attention_correlation", faithfulness.redrawn_attention_correlation},
                              {"redrawn_encoder_correlation", faithfulness.redrawn_encoder_correlation},
                              {"mass", faithfulness.mass},
                              {"area", faithfulness.area},
                              {"checkpoint", trained.checkpoint},
                              {"seed", arguments.seed}};
  std::printf("%s\n", result.dump().c_str());
  return 0;
}

}  // namespace qarium::app
