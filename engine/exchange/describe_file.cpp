// What `qarium info` says of a file.
#include <algorithm>
#include <array>
#include <fstream>

#include "engine/config/configuration.hpp"
#include "engine/core/error.hpp"
#include "engine/core/files.hpp"
#include "engine/core/text.hpp"
#include "engine/exchange/describe_parts.hpp"
#include "engine/exchange/episodes.hpp"
#include "engine/exchange/fact_list.hpp"
#include "engine/exchange/pytorch.hpp"
#include "engine/run/container.hpp"
#include "engine/run/journal.hpp"
#include "engine/run/json_text.hpp"
#include "engine/run/manifest.hpp"
#include "engine/run/safetensors.hpp"
#include "engine/train/checkpoint.hpp"

namespace qarium::exchange {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBeginning = 1 << 16;
constexpr std::uintmax_t kMostRead = std::uintmax_t{1} << 32U;  // of a container, to look into it
constexpr std::string_view kContainerBegins = "QARIUM\r\n";
constexpr std::string_view kRowsBegin = "episode,step,observation.0";
constexpr std::string_view kEpisodesAfter = ",\n\"episodes\":[";

std::string beginning_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw core::UserError("'" + core::shown(file) + "' cannot be read");
  std::string text(kBeginning, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return text;
}

Description begun(const fs::path& file, std::string kind, std::string words) {
  return {core::shown(file), std::move(kind), std::move(words), {}, {}};
}

void tell_size(const fs::path& file, FactList& facts) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  if (!error) facts.bytes("bytes", "on disk", size);
}

void tell_metadata(const core::Archive& archive, const std::string& build, FactList& facts) {
  facts.count("environment_steps", "steps", archive.count("environment_steps"));
  facts.count("updates", "updates", archive.count("updates"));
  facts.count("episodes", "episodes", archive.count("episodes"));
  if (archive.metadata.contains("seconds")) facts.seconds(archive.number("seconds"));
  if (archive.metadata.contains("best_evaluation"))
    facts.number("best_evaluation", "best evaluation", archive.number("best_evaluation"));
  facts.add("build", "written by", build.empty() ? "an earlier version, which did not say its build" : build,
            build.empty() ? nlohmann::json() : nlohmann::json(build));
}

std::string metadata_of(const core::Archive& archive, const std::string& key) {
  const auto found = archive.metadata.find(key);
  return found == archive.metadata.end() ? std::string() : found->second;
}

Description describe_exported_weights(const fs::path& file, const core::Archive& archive, std::string build) {
  auto description = begun(file, "export", "the weights of a network that was exported");
  FactList facts(description);
  facts.experiment(train::checkpoint_hyperparameters(archive, core::shown(file)));
  facts.parameters(archive);
  build.erase(0, kGenerated.size());
  tell_metadata(archive, build, facts);
  tell_size(file, facts);
  return description;
}

Description describe_safetensors(const fs::path& file) {
  const auto archive = run::read_safetensors(file);
  const auto source = core::shown(file);
  try {
    if (const auto generator = metadata_of(archive, "generator"); generator.starts_with(kGenerated))
      return describe_exported_weights(file, archive, generator);
    const auto hyperparameters = train::checkpoint_hyperparameters(archive, source);
    auto description = begun(file, "checkpoint", "a checkpoint");
    FactList facts(description);
    facts.experiment(hyperparameters);
    facts.parameters(archive);
    tell_metadata(archive, metadata_of(archive, "build"), facts);
    const auto going = going_on(file.parent_path(), archive, hyperparameters);
    facts.add("exact", "goes on", going.words, going.exact);
    std::error_code error;
    const auto own = fs::file_size(file, error);
    facts.add("bytes", "on disk",
              size_in_words(own) + (going.bytes > 0 ? ", and beside it " + size_in_words(going.bytes) : ""),
              {{"file", own}, {"beside", going.bytes}});
    return description;
  } catch (const core::UserError& failure) {
    const std::string words = failure.what();
    throw core::UserError(words.find(source) == std::string::npos ? "'" + source + "': " + words : words);
  }
}

Description describe_container(const fs::path& file) {
  const auto sections = run::read_container(core::read_file(file, kMostRead), core::shown(file));
  const bool replay = sections.contains("experience");
  auto description = begun(file, replay ? "experience" : "state",
                           replay ? "a part of a run's replay, which its checkpoint names"
                                  : "what a checkpoint goes on with exactly, beside its weights");
  FactList facts(description);
  std::string words;
  nlohmann::json sizes = nlohmann::json::object();
  for (const auto& [name, content] : sections) {
    const auto shown = core::quoted(core::valid_utf8(name));
    words += (words.empty() ? "" : ", ") + shown + " " + size_in_words(content.size());
    sizes[core::valid_utf8(name)] = content.size();
  }
  facts.add("sections", "sections", words.empty() ? "none" : words + "; their checksums are right", sizes);
  core::Archive archive;
  archive.sections = sections;
  const auto manifest = run::Manifest::read(archive, core::shown(file));
  if (sections.contains("run")) {
    facts.add("exact", "goes on", manifest.exact ? "exactly" : "not exactly", manifest.exact);
    facts.count("replay_files", "files of replay", static_cast<std::int64_t>(manifest.parts.size()));
  }
  tell_size(file, facts);
  return description;
}

Description describe_journal(const fs::path& file) {
  const auto journal = run::read_journal(file);
  auto description = begun(file, "journal", "the journal of a run");
  FactList facts(description);
  facts.experiment(journal.hyperparameters);
  facts.count("commands", "commands", static_cast<std::int64_t>(journal.entries.size()));
  facts.count("ticks", "ticks", journal.end_tick);
  facts.count("continued", "gone on with", static_cast<std::int64_t>(journal.continued_in.size()));
  facts.text("state", "state", journal.digest.empty() ? "not closed" : "closed in order");
  facts.text("build", "written by", journal.circumstances.build);
  facts.text("libtorch", "LibTorch", journal.circumstances.libtorch);
  facts.text("device", "device", journal.circumstances.device);
  tell_size(file, facts);
  return description;
}

Description describe_configuration(const fs::path& file) {
  const auto configuration = config::read_toml(file);
  auto description = begun(file, "configuration", "a configuration");
  FactList facts(description);
  if (!configuration.description.empty()) facts.text("description", "description", configuration.description);
  facts.experiment(configuration.hyperparameters);
  facts.count("n_timesteps", "steps to learn", configuration.hyperparameters.n_timesteps);
  facts.count("format", "format", configuration.format);
  tell_size(file, facts);
  return description;
}

/// The beginning of a file of episodes, up to the episodes.
Description describe_episodes(const fs::path& file, std::string_view beginning) {
  auto description = begun(file, "episodes", "watched episodes, with what the inspector saw");
  FactList facts(description);
  const auto end = beginning.find(kEpisodesAfter);
  if (end == std::string_view::npos)
    throw core::UserError("'" + core::shown(file) + "' begins as a file of episodes does, but is none");
  try {
    const auto about = run::parse_json(std::string(beginning.substr(0, end)) + "}");
    for (const std::string key : {"environment", "checkpoint", "build"}) {
      const auto& its = run::member(about, key);
      if (!its.is_string()) throw core::UserError(core::quoted(key) + " is no text");
      facts.text(key, key == "build" ? "written by" : key, its.get<std::string>());
    }
    facts.count("seed", "seed", run::whole_number(run::member(about, "seed"), "the seed"));
  } catch (const core::UserError& error) {
    throw core::UserError("'" + core::shown(file) + "' is no whole file of episodes: " + error.what());
  }
  tell_size(file, facts);
  return description;
}

Description describe_table(const fs::path& file, std::string_view beginning) {
  auto description = begun(file, "episodes", "watched episodes as a table, one row a step");
  FactList facts(description);
  const auto line = beginning.substr(0, beginning.find('\n'));
  if (line.size() < beginning.size()) facts.count("columns", "columns", std::ranges::count(line, ',') + 1);
  tell_size(file, facts);
  return description;
}

bool looks_like_safetensors(std::string_view beginning) {
  return beginning.size() > 8 && beginning[8] == '{' && beginning[7] == '\0';
}

bool looks_like_onnx(std::string_view beginning) {
  return beginning.starts_with('\b') && beginning.substr(0, 64).find("pytorch") != std::string_view::npos;
}

}  // namespace

Description describe_file(const fs::path& file) {
  const auto beginning = beginning_of(file);
  const auto ending = file.extension();
  if (beginning.starts_with(kContainerBegins) || ending == ".state") return describe_container(file);
  if (looks_like_safetensors(beginning) || ending == ".safetensors") return describe_safetensors(file);
  if (ending == ".toml") return describe_configuration(file);
  if (beginning.starts_with(kEpisodesBegin)) return describe_episodes(file, beginning);
  if (beginning.starts_with(kRowsBegin)) return describe_table(file, beginning);
  if (beginning.starts_with('{') || ending == ".jsonl") return describe_journal(file);
  if (looks_like_onnx(beginning)) {
    auto description = begun(file, "export", "a network as ONNX, one step of it");
    FactList facts(description);
    tell_size(file, facts);
    return description;
  }
  throw core::UserError(
      "'" + core::shown(file) +
      "' is no file that Qarium writes: name a run's or export's folder, a checkpoint (.safetensors), a "
      "container (.state), a journal (.jsonl) or a configuration (.toml)");
}

}  // namespace qarium::exchange
