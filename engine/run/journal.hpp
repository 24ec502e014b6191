#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/protocol/commands.hpp"

namespace qarium::run {

/// What must be the same for a replay to give the same parameters.
struct Circumstances {
  std::string build;
  std::string libtorch;
  std::string instruction_set;
  std::string device;
  std::int64_t threads = 1;
  std::string blas;  ///< what multiplies matrices, with its kernels; empty in older journals
};
Circumstances present_circumstances(const std::string& device, std::int64_t threads);

/// One accepted command and the tick before which it was applied.
struct JournalEntry {
  std::int64_t tick = 0;
  protocol::Position position;
  protocol::TrainerCommand command;
};

/// Everything that decided a run. A file of JSON lines: a header, one line for each command, and a last line with the
/// tick and the digest of the parameters where the run was closed.
struct Journal {
  Circumstances circumstances;
  config::Hyperparameters hyperparameters;
  std::vector<JournalEntry> entries;
  std::int64_t end_tick = 0;
  std::string digest;  ///< empty where the run was cut off
};

// Lines to append to the file, each with its newline.
std::string journal_header(const Circumstances& circumstances, const config::Hyperparameters& hyperparameters);
std::string journal_line(const JournalEntry& entry);
std::string journal_end(std::int64_t tick, const protocol::Position& position, const std::string& digest);

/// Throws core::UserError naming the file and the line.
Journal read_journal(const std::filesystem::path& file);

struct Replayed {
  std::string digest;
  protocol::Position position;
  /// Circumstances that differ from the recorded ones: where there are any, equality is not claimed.
  std::vector<std::string> mismatches;
};

/// Runs the journal again on the CPU, without a window. `end_tick` 0 stops at the last command.
/// Throws core::UserError for a journal that cannot be replayed (one that loads a checkpoint).
Replayed replay(const Journal& journal);

}  // namespace qarium::run
