#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/circumstances.hpp"
#include "engine/protocol/commands.hpp"

namespace qarium::run {

/// One accepted command and the tick before which it was applied.
struct JournalEntry {
  std::int64_t tick = 0;
  protocol::Position position;
  protocol::TrainerCommand command;
};

/// Everything that decided a run. A file of JSON lines: a header, one line for each command, and a last line with the
/// tick and the digest of the parameters where the run was closed. A run that was gone on with exactly has one more
/// line with the circumstances; where it was not exactly, the journal begins anew with another header.
struct Journal {
  core::Circumstances circumstances;
  config::Hyperparameters hyperparameters;
  std::int64_t format = 1;  ///< of the configuration as it was written (engine/config/format.hpp)
  std::vector<JournalEntry> entries;
  std::int64_t end_tick = 0;
  std::string digest;                             ///< empty where the run was cut off
  std::vector<core::Circumstances> continued_in;  ///< where it was gone on with, exactly
};

// Lines to append to the file, each with its newline.
std::string journal_header(const core::Circumstances& circumstances, const config::Hyperparameters& hyperparameters);
std::string journal_continued(std::int64_t tick, const protocol::Position& position,
                              const core::Circumstances& circumstances);
std::string journal_line(const JournalEntry& entry);
std::string journal_end(std::int64_t tick, const protocol::Position& position, const std::string& digest);

/// The last part of the journal. Throws core::UserError naming the file and the line.
Journal read_journal(const std::filesystem::path& file);
/// The same from memory; `source` is what an error calls it.
Journal read_journal(std::string_view text, const std::string& source);

/// Circumstances that differ, in words: where there are any, equal parameters are not claimed.
std::vector<std::string> differences(const core::Circumstances& then, const core::Circumstances& now);

}  // namespace qarium::run
