#include <cstdio>
#include <nlohmann/json.hpp>
#include <vector>

#include "app/command_line/commands.hpp"
#include "app/command_line/trained_policy.hpp"
#include "engine/core/error.hpp"
#include "engine/env/registry.hpp"
#include "engine/inspect/alignment.hpp"
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

/// Shares of the words; what an episode's early end leaves out is wrong and disagrees.
nlohmann::json described(const inspect::AlignmentReport& report) {
  const auto share = [&](std::int64_t count) { return static_cast<double>(count) / static_cast<double>(report.words); };
  return {{"words", report.words},
          {"written", report.written},
          {"right", share(report.right)},
          {"agrees", share(report.agrees)},
          {"changed_by_attended", share(report.changed_by_attended)},
          {"changed_by_other", share(report.changed_by_other)}};
}

/// Whether words are aligned here.
bool aligns(const config::EnvironmentOptions& options) {
  const auto environment = env::make(options);
  environment->reset({1, core::Purpose::Test, 0});
  std::vector<std::byte> observation(environment->spec().observation_space.bytes());
  environment->observe(observation);
  return !environment->alignment(observation).empty();
}

/// Of maps over an observation alone.
nlohmann::json faithfulness_of(const TrainedPolicy& trained, const ExamineArguments& arguments) {
  inspect::FaithfulnessTest faithfulness_test(
      trained.hyperparameters, *trained.policy,
      {.episodes = arguments.episodes, .orders = arguments.orders, .seed = static_cast<std::uint64_t>(arguments.seed)});
  while (faithfulness_test.tick()) {
  }
  const auto faithfulness = faithfulness_test.result();
  return {{"episodes", faithfulness.episodes},
          {"orders", faithfulness.orders},
          {"states", faithfulness.states},
          {"skipped", faithfulness.skipped},
          {"deletion", described(faithfulness.deletion)},
          {"insertion", described(faithfulness.insertion)},
          {"saliency_correlation", faithfulness.saliency_correlation},
          {"redrawn_attention_correlation", faithfulness.redrawn_attention_correlation},
          {"redrawn_encoder_correlation", faithfulness.redrawn_encoder_correlation},
          {"mass", faithfulness.mass},
          {"area", faithfulness.area}};
}

}  // namespace

int examine_command(const ExamineArguments& arguments) {
  if (arguments.episodes < 1) throw core::UserError("--episodes must be 1 or more");
  if (arguments.orders < 1) throw core::UserError("--orders must be 1 or more");
  auto trained = load_trained_policy(arguments.run, arguments.preset, arguments.checkpoint);
  const auto& environment = trained.hyperparameters.environment;
  const bool aligned = aligns(environment) && trained.hyperparameters.attention.kind != "none";
  // With a memory the maps of single observations cannot be examined; words can, within their episodes.
  nlohmann::json result;
  if (!aligned || !trained.policy->recurrent()) result = faithfulness_of(trained, arguments);
  if (aligned) {
    result["alignment"] = described(inspect::study_alignment(environment, *trained.policy, arguments.episodes,
                                                             static_cast<std::uint64_t>(arguments.seed)));
    result["episodes"] = arguments.episodes;
  }
  result["checkpoint"] = trained.checkpoint;
  result["seed"] = arguments.seed;
  std::printf("%s\n", result.dump().c_str());
  return 0;
}

}  // namespace qarium::app
