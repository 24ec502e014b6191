#include "engine/run/journal.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace qarium;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto journal = run::read_journal(fuzz::text_of(data, size), "fuzz");
    std::string again = run::journal_header(journal.circumstances, journal.hyperparameters);
    std::int64_t tick = 0;
    for (const auto& entry : journal.entries) {
      fuzz::require(entry.tick >= tick, "commands follow one another");
      tick = entry.tick;
      again += run::journal_line(entry);
    }
    const auto read = run::read_journal(again, "again");
    fuzz::require(read.entries.size() == journal.entries.size(), "what is written is read again");
    fuzz::require(read.hyperparameters == journal.hyperparameters, "its hyperparameters too");
  } catch (const core::UserError&) {  // on purpose
  }
  return 0;
}
