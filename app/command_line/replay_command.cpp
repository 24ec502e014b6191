#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/command_line/commands.hpp"
#include "engine/run/journal.hpp"
#include "engine/train/replay.hpp"

namespace qarium::app {

int replay_command(const ReplayArguments& arguments) {
  const std::filesystem::path path = arguments.run;
  const auto journal = run::read_journal(std::filesystem::is_directory(path) ? path / "journal.jsonl" : path);
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
