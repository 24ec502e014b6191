// Runs of older versions open as what they were.
#include <filesystem>
#include <fstream>
#include <string>
#include <variant>

#include "engine/config/configuration.hpp"
#include "engine/run/journal.hpp"
#include "tests/catch.hpp"

namespace qarium::old_runs_test {
namespace {

/// A journal with this configuration, in which environment.id is set to Breakout-v1.
run::Journal journal_with(const std::string& configuration) {
  const auto file = std::filesystem::temp_directory_path() / "qarium-old-runs-test.jsonl";
  std::ofstream(file) << R"({"build":"0.1.0","libtorch":"1.13","instruction_set":"AVX2","device":"cpu","threads":1,)"
                      << R"("configuration":")" << configuration << "\"}\n"
                      << R"({"do":"set","name":"environment.id","value":"MinAtar/Breakout-v1","tick":3,)"
                      << R"("environment_steps":3,"updates":0})" << "\n";
  const auto journal = run::read_journal(file);
  std::filesystem::remove(file);
  return journal;
}

std::string set_in(const run::Journal& journal) {
  REQUIRE(journal.entries.size() == 1);
  return std::get<std::string>(std::get<protocol::Set>(journal.entries.front().command).value);
}

}  // namespace

TEST_CASE("an older run of Breakout-v1 is one with all six actions, in its configuration and in its journal") {
  const std::string breakout = R"([environment]\nid = \"MinAtar/Breakout-v1\"\n)";
  const auto old = journal_with(breakout);
  CHECK(old.hyperparameters.environment.id == "MinAtar/Breakout-v0");
  CHECK(set_in(old) == "MinAtar/Breakout-v0");
  const auto present = journal_with(R"(format = 2\n)" + breakout);
  CHECK(present.hyperparameters.environment.id == "MinAtar/Breakout-v1");
  CHECK(set_in(present) == "MinAtar/Breakout-v1");
}

}  // namespace qarium::old_runs_test
