// Writer: jobs in order, none lost, and errors told without stopping the others.
#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "engine/run/writer.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning.hpp"

namespace qarium::run_writer_test {

TEST_CASE("the writer runs jobs in the order they came, on a thread of its own") {
  run::Writer writer;
  std::vector<int> done;
  std::thread::id runner;
  for (int i = 0; i < 1'000; ++i) {
    writer.enqueue([&, i] {
      done.push_back(i);
      runner = std::this_thread::get_id();
    });
  }
  writer.finish();
  REQUIRE(done.size() == 1'000);
  for (int i = 0; i < 1'000; ++i)
    REQUIRE(done[static_cast<std::size_t>(i)] == i);
  CHECK(runner != std::this_thread::get_id());
  CHECK(writer.errors().empty());
}

TEST_CASE("the writer finishes what it was given before it ends") {
  int done = 0;
  {
    run::Writer writer;
    for (int i = 0; i < 20; ++i) {
      writer.enqueue([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
        ++done;
      });
    }
  }
  CHECK(done == 20);
}

TEST_CASE("the writer appends to files and makes them") {
  const core::TemporaryFolder folder("writer");
  {
    run::Writer writer;
    for (int i = 0; i < 10; ++i)
      writer.append(folder / "lines", "line " + std::to_string(i) + "\n");
  }
  CHECK(tests::read_text(folder / "lines").substr(0, 14) == "line 0\nline 1\n");
  CHECK(tests::read_text(folder / "lines").size() == 70);
}

TEST_CASE("a job that fails leaves its message and the others go on") {
  const core::TemporaryFolder folder("writer");
  const auto impossible = folder / "no such folder" / "file";
  run::Writer writer;
  bool ran = false;
  writer.append(impossible, "text");
  writer.enqueue([] { throw std::runtime_error("something else"); });
  writer.enqueue([&] { ran = true; });
  writer.finish();
  CHECK(ran);
  const auto errors = writer.errors();
  REQUIRE(errors.size() == 2);
  CHECK_THAT(errors[0], ContainsSubstring(impossible.string()));
  CHECK(errors[1] == "something else");
  CHECK(writer.errors().empty());
}

}  // namespace qarium::run_writer_test
