#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/command_line/commands.hpp"
#include "app/command_line/interrupt.hpp"
#include "app/command_line/trained_policy.hpp"
#include "engine/core/error.hpp"
#include "engine/core/files.hpp"
#include "engine/exchange/episodes.hpp"
#include "engine/exchange/onnx.hpp"
#include "engine/exchange/pytorch.hpp"

namespace qarium::app {
namespace {

constexpr std::int64_t kDefaultSeed = 1'000;

void require_sense(const ExportArguments& arguments, bool episodes) {
  if (!episodes && (arguments.episodes || arguments.seed))
    throw core::UserError("--episodes and --seed are for --to csv and --to json: leave them out");
  if (arguments.episodes && *arguments.episodes < 1) throw core::UserError("--episodes must be 1 or more");
  if (arguments.seed && *arguments.seed < 0) throw core::UserError("--seed must be 0 or more");
}

}  // namespace

int export_command(const ExportArguments& arguments) {
  const bool csv = arguments.to == "csv";
  const bool episodes = csv || arguments.to == "json";
  require_sense(arguments, episodes);
  catch_interrupts();
  auto trained = load_trained_policy(arguments.run, arguments.preset, arguments.checkpoint);
  const exchange::ExportedNetwork network{trained.hyperparameters, trained.spec, *trained.policy, trained.archive};
  nlohmann::json result{{"to", arguments.to},
                        {"out", core::shown(arguments.out)},
                        {"checkpoint", trained.checkpoint},
                        {"environment", trained.spec.id}};
  if (arguments.to == "pytorch") {
    exchange::write_pytorch(network, arguments.out);
  } else if (arguments.to == "onnx") {
    exchange::write_onnx(network, arguments.out);
  } else {
    const exchange::WatchedEpisodes wanted{arguments.episodes.value_or(1), arguments.seed.value_or(kDefaultSeed),
                                           trained.checkpoint, interrupted};
    exchange::write_episodes(network, wanted, csv ? exchange::EpisodeFormat::Csv : exchange::EpisodeFormat::Json,
                             arguments.out);
    result["episodes"] = wanted.episodes;
    result["seed"] = wanted.seed;
  }
  std::printf("%s\n", result.dump().c_str());
  return 0;
}

}  // namespace qarium::app
