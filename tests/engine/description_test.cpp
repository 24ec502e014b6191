// What a file is: what runs leave is told, whatever is damaged is refused with its name.
#include "engine/exchange/description.hpp"

#include <nlohmann/json.hpp>
#include <string>

#include "engine/core/error.hpp"
#include "engine/core/files.hpp"
#include "engine/core/random.hpp"
#include "engine/core/temporary_folder.hpp"
#include "engine/run/run_directory.hpp"
#include "engine/train/run_recorder.hpp"
#include "tests/catch.hpp"
#include "tests/engine/visit_counter.hpp"

namespace qarium::description_test {
namespace {

namespace fs = std::filesystem;

/// A run of a few steps.
void write_run(const fs::path& folder, std::int64_t steps) {
  config::Hyperparameters h;
  h.n_timesteps = 50;
  h.eval_freq = 20;
  h.n_eval_episodes = 2;
  train::TrainLoop loop(h, "cpu", nullptr);
  run::Writer writer;
  train::RunRecorder recorder(folder, loop, writer, {.opening = run::Opening::New});
  while (!loop.finished() && loop.position().environment_steps < steps)
    loop.tick();
  recorder.close(loop);
  writer.finish();
}

std::string words_of(const exchange::Description& description, const char* key) {
  const auto* fact = description.find(key);
  return fact == nullptr ? "" : fact->words;
}

}  // namespace

TEST_CASE("a run, finished or not, is told with its files", "[engine]") {
  const core::TemporaryFolder folder("description");
  write_run(folder / "whole", 1'000);
  const auto whole = exchange::describe(folder / "whole");
  CHECK(whole.kind == "run");
  CHECK(words_of(whole, "state") == "finished");
  CHECK(words_of(whole, "environment_steps") == "50 of 50");
  CHECK(whole.json()["exact"] == true);
  CHECK_THAT(whole.text(), ContainsSubstring("CartPole-v1") && ContainsSubstring("checkpoints"));
  write_run(folder / "part", 30);
  CHECK(words_of(exchange::describe(folder / "part"), "state") == "stopped in order");
  {
    const run::FolderLock lock(folder / "part");
    CHECK(words_of(exchange::describe(folder / "part"), "state") == "is being written now");
  }
  for (const auto& entry : fs::recursive_directory_iterator(folder / "whole")) {
    const auto ending = entry.path().extension();
    if (!entry.is_regular_file() || ending == ".csv") continue;
    const auto described = exchange::describe(entry.path());
    CAPTURE(entry.path());
    CHECK(described.find("bytes") != nullptr);
    CHECK(described.json()["kind"] == described.kind);
  }
}

TEST_CASE("a file with flipped bits is told or refused, and nothing else", "[engine]") {
  const core::TemporaryFolder folder("description");
  write_run(folder / "run", 30);
  core::RandomStream random(3, core::Purpose::Exploration, 0);
  int refused = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder / "run")) {
    if (!entry.is_regular_file()) continue;
    const auto whole = core::read_file(entry.path(), 1 << 24);
    for (int i = 0; i < 60; ++i) {
      auto bytes = whole;
      const auto at = random.below(static_cast<std::uint32_t>(bytes.size()));
      if (i % 3 == 0) {
        bytes.resize(at);
      } else {
        bytes[at] ^= static_cast<std::byte>(1U << random.below(8));
      }
      const auto file = folder / ("flipped" + entry.path().extension().string());
      core::replace_file(file, bytes);
      try {
        const auto words = exchange::describe(file).text();
        CHECK_FALSE(words.empty());
      } catch (const core::UserError& error) {
        ++refused;
        CHECK_THAT(error.what(), ContainsSubstring("flipped"));
      }
    }
  }
  CHECK(refused > 100);
}

}  // namespace qarium::description_test
