// What `qarium info` says of folders: a run's, and one of PyTorch.
#include <algorithm>

#include "engine/core/error.hpp"
#include "engine/core/files.hpp"
#include "engine/env/registry.hpp"
#include "engine/exchange/describe_parts.hpp"
#include "engine/exchange/fact_list.hpp"
#include "engine/exchange/pytorch.hpp"
#include "engine/run/container.hpp"
#include "engine/run/folder_lock.hpp"
#include "engine/run/journal.hpp"
#include "engine/run/manifest.hpp"
#include "engine/run/run_directory.hpp"
#include "engine/run/run_log.hpp"
#include "engine/run/safetensors.hpp"

namespace qarium::exchange {
namespace {

namespace fs = std::filesystem;

constexpr const char* kExperienceFolder = "experience";
constexpr std::uintmax_t kMostBeside = std::uintmax_t{1} << 32U;  // of what lies beside a checkpoint

std::uintmax_t size_of_file(const fs::path& file) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  return error ? 0 : size;
}

std::uintmax_t size_of_folder(const fs::path& folder) {
  std::uintmax_t bytes = 0;
  std::error_code error;
  for (auto entry = fs::recursive_directory_iterator(folder, error); !error && entry != fs::end(entry);
       entry.increment(error)) {
    std::error_code none;
    if (entry->is_regular_file(none)) bytes += size_of_file(entry->path());
  }
  return bytes;
}

/// "best, last, step-2000", the steps by their number.
std::vector<std::string> checkpoints_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder / "checkpoints", error)) {
    if (entry.path().extension() == ".safetensors") names.push_back(core::shown(entry.path().stem()));
  }
  std::ranges::sort(names, {}, [](const std::string& name) { return std::pair(name.size(), name); });
  return names;
}

std::string why_not_exact(const run::Manifest& manifest, const config::Hyperparameters& h) {
  const bool bridged = env::is_bridged(h.environment.id);
  if (bridged && !manifest.parts.empty())
    return "the environment " + h.environment.id + " cannot be brought back to where it was: the next episode begins";
  if (bridged)
    return "replay was left out, or the environment " + h.environment.id + " cannot be brought back to where it was";
  return "replay was left out (--without-replay): it fills anew";
}

GoingOn with_manifest(const fs::path& checkpoints, const run::Manifest& manifest, const config::Hyperparameters& h) {
  GoingOn going;
  std::size_t missing = 0;
  for (const auto& part : manifest.parts) {
    const auto bytes = size_of_file(checkpoints / kExperienceFolder / fs::path(part.file).filename());
    going.bytes += bytes;
    if (bytes == 0) ++missing;
  }
  if (missing > 0) {
    going.words = "not as it is: " + std::to_string(missing) + " of the " + std::to_string(manifest.parts.size()) +
                  " files of its replay are missing; --weights-only goes on without";
  } else if (!manifest.exact) {
    going.words = "yes, but not exactly: " + why_not_exact(manifest, h);
  } else {
    going.exact = true;
    going.words = "exactly, as if it had never stopped";
  }
  return going;
}

/// How far a run is, as its checkpoint `last` says, or its rows where that cannot be read.
struct Standing {
  core::Archive checkpoint;
  std::string trouble;  ///< why the checkpoint is of no use; empty where it is
  std::int64_t steps = 0;
  std::int64_t updates = 0;
  std::int64_t episodes = 0;
  double seconds = 0;
};

Standing standing_of(const fs::path& folder, const run::RunLog& log) {
  Standing standing{{},
                    {},
                    log.position.environment_steps,
                    log.position.updates,
                    static_cast<std::int64_t>(log.episodes.size()),
                    log.seconds};
  try {
    standing.checkpoint = run::read_weights(folder, "last");
    const auto& checkpoint = standing.checkpoint;
    const auto seconds = run::Manifest::read(checkpoint, core::shown(folder)).seconds;
    const protocol::Position position{checkpoint.count("environment_steps"), checkpoint.count("updates")};
    standing.episodes = checkpoint.count("episodes");
    standing.steps = position.environment_steps;
    standing.updates = position.updates;
    standing.seconds = std::max(seconds, log.seconds);
  } catch (const core::UserError& error) {
    standing.trouble = error.what();
  }
  return standing;
}

void tell_standing(const fs::path& folder, const run::RunLog& log, FactList& facts, Description& description) {
  const auto& h = log.hyperparameters;
  const auto standing = standing_of(folder, log);
  const auto& checkpoint = standing.checkpoint;
  const bool readable = standing.trouble.empty();
  const auto steps = standing.steps;
  if (readable) facts.parameters(checkpoint);
  facts.add("environment_steps", "steps", grouped(steps) + " of " + grouped(h.n_timesteps), steps);
  facts.count("updates", "updates", standing.updates);
  facts.count("episodes", "episodes", standing.episodes);
  facts.seconds(standing.seconds);
  if (readable && checkpoint.metadata.contains("best_evaluation"))
    facts.number("best_evaluation", "best evaluation", checkpoint.number("best_evaluation"));
  if (const auto* evaluations = log.metric("evaluation_return"))
    facts.number("last_evaluation", "last evaluation", evaluations->values.back());

  const bool written = run::FolderLock::held(folder);
  const std::string state = written                                  ? "is being written now"
                            : log.finished && steps >= h.n_timesteps ? "finished"
                            : log.finished                           ? "stopped in order"
                                                                     : "cut off: it was not closed";
  const bool over = steps >= h.n_timesteps;
  facts.text("state", "state", state);
  const auto going = readable ? going_on(folder / "checkpoints", checkpoint, h)
                              : GoingOn{false, "not from this checkpoint; --checkpoint names another", 0};
  facts.add("exact", "goes on", going.words + (going.exact && over ? "; --steps says how far" : ""), going.exact);
  if (!readable) description.warnings.push_back(standing.trouble);
}

void tell_files(const fs::path& folder, FactList& facts) {
  const auto names = checkpoints_in(folder);
  std::string listed;
  for (const auto& name : names)
    listed += (listed.empty() ? "" : ", ") + name;
  facts.add("checkpoints", "checkpoints", listed.empty() ? "none" : listed, names);
  const auto all = size_of_folder(folder);
  const auto checkpoints = size_of_folder(folder / "checkpoints");
  const auto replay = size_of_folder(folder / "checkpoints" / kExperienceFolder);
  facts.add("bytes", "on disk",
            size_in_words(all) + ": checkpoints " + size_in_words(checkpoints - replay) + ", replay " +
                size_in_words(replay) + ", the rest " + size_in_words(all - checkpoints),
            {{"all", all}, {"checkpoints", checkpoints - replay}, {"replay", replay}, {"rest", all - checkpoints}});
}

void tell_builds(const fs::path& folder, FactList& facts) {
  try {
    const auto journal = run::read_journal(folder / run::kJournalFile);
    std::vector<std::string> builds = {journal.circumstances.build};
    for (const auto& circumstances : journal.continued_in) {
      if (circumstances.build != builds.back()) builds.push_back(circumstances.build);
    }
    std::string words;
    for (const auto& build : builds)
      words += (words.empty() ? "" : ", then ") + build;
    facts.add("builds", "written by", words, builds);
    facts.text("device", "device", journal.circumstances.device);
  } catch (const core::UserError&) {
    facts.add("builds", "written by", "unknown: the journal cannot be read", nullptr);
  }
}

}  // namespace

GoingOn going_on(const fs::path& checkpoints, const core::Archive& checkpoint, const config::Hyperparameters& h) {
  const auto state = checkpoint.metadata.find(run::kStateKey);
  if (state == checkpoint.metadata.end()) {
    const bool earlier = !checkpoint.metadata.contains("seconds");
    return {false,
            std::string("yes, but not exactly: ") +
                (earlier ? "it is of an earlier version, which kept no replay"
                         : "an evaluation's checkpoint holds no replay") +
                ": it fills anew",
            0};
  }
  const auto file = checkpoints / fs::path(state->second).filename();
  try {
    auto whole = checkpoint;
    whole.sections = run::read_container(core::read_file(file, kMostBeside), core::shown(file));
    auto going = with_manifest(checkpoints, run::Manifest::read(whole, core::shown(file)), h);
    going.bytes += size_of_file(file);
    return going;
  } catch (const core::UserError& error) {
    return {false, std::string("not as it is: ") + error.what() + "; --weights-only goes on without it", 0};
  }
}

Description describe_run(const fs::path& folder) {
  const auto log = run::read_run(folder);
  Description description{core::shown(folder), "run", "a run", {}, log.warnings};
  FactList facts(description);
  facts.experiment(log.hyperparameters);
  tell_standing(folder, log, facts, description);
  tell_files(folder, facts);
  tell_builds(folder, facts);
  return description;
}

Description describe_export(const fs::path& folder) {
  auto description = describe_file(folder / kWeightsFile);
  description.path = core::shown(folder);
  description.words = "a network exported to PyTorch: " + std::string(kModuleFile) + " rebuilds it, " + kWeightsFile +
                      " holds its weights";
  return description;
}

}  // namespace qarium::exchange
