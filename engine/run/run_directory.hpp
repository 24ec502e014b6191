#pragma once
#include <filesystem>
#include <string>

#include "engine/config/hyperparameters.hpp"
#include "engine/core/archive.hpp"
#include "engine/run/writer.hpp"

namespace qarium::run {

// The files of a run.
inline constexpr const char* kConfigurationFile = "config.toml";
inline constexpr const char* kProgressFile = "progress.csv";
inline constexpr const char* kMonitorFile = "monitor.csv";
inline constexpr const char* kJournalFile = "journal.jsonl";

/// The folder of a run, as whoever writes it sees it: everything is handed to the writer thread.
class RunDirectory {
 public:
  /// Whether the folder holds a run already.
  static bool holds_run(const std::filesystem::path& folder);
  static std::filesystem::path checkpoint_path(const std::filesystem::path& folder, const std::string& checkpoint);

  /// Makes the folder. With `append`, goes on with a run that is there. Throws core::UserError naming the folder where
  /// it cannot be written, or holds a run and `append` is false. `writer` must outlive this.
  RunDirectory(std::filesystem::path folder, Writer& writer, bool append);

  void write_configuration(const config::Hyperparameters& hyperparameters);
  void append(const char* file, std::string text);
  void write_checkpoint(const std::string& name, core::Archive checkpoint);

  const std::filesystem::path& folder() const { return folder_; }
  Writer& writer() { return writer_; }

 private:
  std::filesystem::path folder_;
  Writer& writer_;
};

}  // namespace qarium::run
