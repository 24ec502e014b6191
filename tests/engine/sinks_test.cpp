// Where metrics go beside progress.csv.
#include <unistd.h>

#include <filesystem>
#include <set>
#include <string>

#include "engine/core/error.hpp"
#include "engine/train/run_recorder.hpp"
#include "tests/catch.hpp"
#include "tests/engine/visit_counter.hpp"

namespace qarium::sinks_test {
namespace {

std::size_t event_files(const std::filesystem::path& folder) {
  std::size_t n = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    n += entry.path().filename().string().starts_with("events.out.tfevents") ? 1 : 0;
  return n;
}

}  // namespace

TEST_CASE("each sink has a name of its own, and can be made by it", "[engine]") {
  std::set<std::string_view> names;
  for (const auto& kind : train::sinks()) {
    CHECK(names.insert(kind.name).second);
    CHECK_FALSE(kind.help.empty());
    CHECK(train::sink(kind.name).make == kind.make);
  }
  CHECK_THROWS_AS(train::sink("teletype"), core::UserError);
}

TEST_CASE("a sink is switched on and off while a run is recorded", "[engine]") {
  const auto folder = std::filesystem::temp_directory_path() / ("qarium-sinks-" + std::to_string(getpid()));
  std::filesystem::remove_all(folder);
  train::TrainLoop loop({}, "cpu", nullptr);
  run::Writer writer;
  {
    train::RunRecorder run(folder, loop, writer);
    CHECK_FALSE(run.writes_to("tensorboard"));
    CHECK_THROWS_AS(run.set_sink("teletype", true), core::UserError);
    run.set_sink("tensorboard", true);
    run.set_sink("tensorboard", true);
    CHECK(run.writes_to("tensorboard"));
    run.set_sink("tensorboard", false);
    CHECK_FALSE(run.writes_to("tensorboard"));
  }
  writer.finish();
  CHECK(writer.errors().empty());
  CHECK(event_files(folder) == 1);
  std::filesystem::remove_all(folder);
}

}  // namespace qarium::sinks_test
