#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <variant>

#include "app/command_line/commands.hpp"
#include "engine/env/gymnasium/trust.hpp"
#include "engine/run/journal.hpp"
#include "engine/train/replay.hpp"

namespace qarium::app {
namespace {

/// Of every environment that the journal comes to.
void require_trust(const run::Journal& journal, const std::string& source) {
  env::gymnasium::require_trust(journal.hyperparameters.environment.id, source);
  for (const auto& entry : journal.entries) {
    if (const auto* all = std::get_if<protocol::Configure>(&entry.command))
      env::gymnasium::require_trust(all->hyperparameters.environment.id, source);
    const auto* one = std::get_if<protocol::Set>(&entry.command);
    if (one != nullptr && one->name == "environment.id")
      env::gymnasium::require_trust(std::get<std::string>(one->value), source);
  }
}

}  // namespace

int replay_command(const ReplayArguments& arguments) {
  const std::filesystem::path path = arguments.run;
  const auto journal = run::read_journal(std::filesystem::is_directory(path) ? path / "journal.jsonl" : path);
  require_trust(journal, path.string());
  const auto replayed = train::replay(journal);
  const bool comparable = !journal.digest.empty() && replayed.mismatches.empty();
  const bool identical = replayed.digest == journal.digest;
  const nlohmann::json result{
      {"commands", journal.entries.size()},   {"environment_steps", replayed.position.environment_steps},
      {"updates", replayed.position.updates}, {"digest", replayed.digest},
      {"recorded_digest", journal.digest},    {"identical", identical},
      {"mismatches", replayed.mismatches}};
  std::printf("%s\n", result.dump().c_str());
  for (const auto& mismatch : replayed.mismatches) {
    std::fprintf(stderr, "qarium: %s: equal parameters are not claimed\n", mismatch.c_str());
  }
  return comparable && !identical ? 1 : 0;
}

}  // namespace qarium::app
