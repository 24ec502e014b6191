#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "engine/config/hyperparameters.hpp"
#include "engine/core/archive.hpp"
#include "engine/run/folder_lock.hpp"
#include "engine/run/writer.hpp"

namespace qarium::run {

// The files of a run.
inline constexpr const char* kConfigurationFile = "config.toml";
inline constexpr const char* kProgressFile = "progress.csv";
inline constexpr const char* kMonitorFile = "monitor.csv";
inline constexpr const char* kJournalFile = "journal.jsonl";

/// How a run's folder is opened.
enum class Opening {
  New,       ///< it must not hold a run yet
  Fresh,     ///< where the folder exists, the first free of NAME-2, NAME-3, ... is made
  Continue,  ///< goes on with a run that is there
};

/// The folder of a run, as whoever writes it sees it: one writer at a time; everything is handed to the writer thread.
class RunDirectory {
 public:
  /// Whether the folder holds a run already.
  static bool holds_run(const std::filesystem::path& folder);
  static std::filesystem::path checkpoint_path(const std::filesystem::path& folder, const std::string& checkpoint);

  /// Makes the folder. Throws core::UserError naming it where it cannot be written, another process writes it, or it
  /// holds a run and `opening` is New. `writer` must outlive this.
  RunDirectory(const std::filesystem::path& folder, Writer& writer, Opening opening);

  /// At once, not by the writer. Throws core::UserError.
  void write_configuration(const config::Hyperparameters& hyperparameters);
  void enqueue_configuration(const config::Hyperparameters& hyperparameters);
  void append(const std::string& file, std::string text);
  /// How long each file will be once all is written that was handed over.
  const std::map<std::string, std::int64_t>& lengths() const { return lengths_; }
  /// A file of rows ends where it ended when the checkpoint was written: what came later is cut off, and so is a last
  /// row that is not whole. `length` < 0: nobody knows. Returns whether the file is there. At once.
  bool cut(const std::string& file, std::int64_t length);
  /// Gives a file another name of its own, NAME-1 or the first that is free. At once.
  void set_aside(const std::string& file);

  /// The names of the checkpoints that are there.
  std::vector<std::string> checkpoints() const;
  /// Archive and, where it has sections, the container beside it that its metadata names ("state").
  void write_checkpoint(const std::string& name, core::Archive checkpoint);
  /// A part of what the learner experienced; returns the name of its file.
  std::string write_experience(std::vector<std::byte> part);
  void remove(const std::string& file);
  /// Removes files of experience that are not among these.
  void keep_experience(std::vector<std::string> files);
  /// Waits until all is written that was handed over.
  void finish() { writer_.finish(); }

  const std::filesystem::path& folder() const { return folder_; }
  Writer& writer() { return writer_; }

 private:
  std::filesystem::path folder_;
  Writer& writer_;
  FolderLock lock_;
  std::map<std::string, std::int64_t> lengths_;
  std::int64_t next_part_ = 1;
  std::int64_t next_state_ = 1;
};

/// Of the runs in `folder` the one whose checkpoint `last` was written last and that has got so far as to have a row of
/// progress.csv; empty where there is none.
std::filesystem::path newest_run(const std::filesystem::path& folder);

/// A checkpoint of a run with all that belongs to it: weights and metadata, the sections of its container, and the
/// parts of experience. Throws core::UserError naming what is missing or damaged.
core::Archive read_checkpoint(const std::filesystem::path& folder, const std::string& name);
/// Weights, metadata and episodes alone: replay begins empty.
core::Archive read_weights(const std::filesystem::path& folder, const std::string& name);

}  // namespace qarium::run
