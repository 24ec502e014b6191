// Files of a run that are not what they should be: each is refused in words, whatever it claims about itself, and what
// can be used of a run is.
#include <sys/stat.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "engine/config/configuration.hpp"
#include "engine/core/error.hpp"
#include "engine/core/temporary_folder.hpp"
#include "engine/run/journal.hpp"
#include "engine/run/run_log.hpp"
#include "engine/run/safetensors.hpp"
#include "engine/train/checkpoint.hpp"
#include "engine/train/replay.hpp"
#include "tests/catch.hpp"
#include "tests/engine/visit_counter.hpp"

namespace qarium::hostile_files_test {
namespace {

void write(const std::filesystem::path& file, const std::string& text) {
  std::ofstream(file, std::ios::binary) << text;
}

/// A file that says it holds so many bytes, and takes no room.
void write_sparse(const std::filesystem::path& file, const std::string& text, std::uint64_t size) {
  write(file, text);
  std::filesystem::resize_file(file, size);
}

std::string safetensors(const std::string& header, const std::string& data = {}) {
  const auto length = static_cast<std::uint64_t>(header.size());
  std::string file(sizeof length, '\0');
  std::memcpy(file.data(), &length, sizeof length);
  return file + header + data;
}

std::string entry(const std::string& name, const std::string& shape, const std::string& offsets) {
  return "\"" + name + R"(":{"dtype":"F32","shape":)" + shape + ",\"data_offsets\":" + offsets + "}";
}

/// What is said of the file; empty where it is taken.
template <class Read>
std::string refusal(const Read& read) {
  try {
    read();
  } catch (const core::UserError& error) {
    return error.what();
  }
  return "";
}

std::string refusal_of_safetensors(const std::string& file) {
  return refusal([&] { run::read_safetensors(std::as_bytes(std::span(file)), "some.safetensors"); });
}

std::string refusal_of_journal(const std::string& text) {
  return refusal([&] { run::read_journal(text, "some.jsonl"); });
}

std::string header() {
  return run::journal_header({"build", "torch", "avx", "BLAS", "CPU", 1}, {});
}

}  // namespace

TEST_CASE("a safetensors header that claims what cannot be is refused", "[engine]") {
  const std::string four(16, '\0');
  REQUIRE(refusal_of_safetensors(safetensors("{" + entry("a", "[4]", "[0,16]") + "}", four)).empty());
  for (const std::uint64_t length :
       {std::uint64_t{0}, std::uint64_t{1} << 25U, std::uint64_t{1} << 63U, ~std::uint64_t{0}, ~std::uint64_t{0} - 7}) {
    std::string file(4'000, '\0');
    std::memcpy(file.data(), &length, sizeof length);
    CAPTURE(length);
    CHECK_THAT(refusal_of_safetensors(file), ContainsSubstring("header length"));
  }
  const std::string two(8, '\0');
  const auto refused = [&](const std::string& text, const std::string& why) {
    CAPTURE(text.substr(0, 200));
    const auto words = refusal_of_safetensors(safetensors(text, two));
    CHECK_THAT(words, ContainsSubstring("some.safetensors"));
    CHECK_THAT(words, ContainsSubstring(why));
    CHECK(words.size() < 500);
  };
  refused("{" + entry("a", "[1]", "[0,4]") + "," + entry("a", "[1]", "[4,8]") + "}", "twice");
  refused("{" + entry("a", "[2]", "[0,8]") + ",\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}}", "twice");
  refused("{" + entry("a", "[2]", "[0,8]") + "," + entry("b", "[2]", "[0,8]") + "}", "wrong place");
  refused("{" + entry("a", "[1]", "[4,8]") + "}", "wrong place");
  refused("{" + entry("a", "[1]", "[0,4]") + "}", "goes on");
  refused("{" + entry("a", "[1e300]", "[0,8]") + "}", "whole number");
  refused("{" + entry("a", "[true,2]", "[0,8]") + "}", "whole number");
  refused("{" + entry("a", "[2]", "[0,8,9]") + "}", "two offsets");
  refused("{" + entry("a", "[2]", "[0,9223372036854775808]") + "}", "whole number");
  refused("{" + entry(std::string(100'000, 'a'), "[3]", "[0,8]") + "}", "does not fit");
  refused("{\"a\":1e999}", "JSON");
  refused("{\"\xFF\":1}", "byte");
}

TEST_CASE("JSON that nests without end is refused, and not followed to the stack's end", "[engine]") {
  for (const std::size_t depth : {std::size_t{100}, std::size_t{1'000'000}}) {
    std::string objects;
    for (std::size_t i = 0; i < depth; ++i)
      objects += "{\"a\":";
    for (const auto& text : {std::string(depth, '['), std::string(depth, '[') + std::string(depth, ']'), objects}) {
      CHECK_THAT(refusal_of_safetensors(safetensors("{\"a\":" + text)), ContainsSubstring("deep"));
      CHECK_THAT(refusal_of_journal(header() + text), ContainsSubstring("deep"));
    }
  }
}

TEST_CASE("files that seem endless or are none are refused before they are read", "[engine]") {
  const core::TemporaryFolder folder("hostile");
  const auto pipe = folder / "pipe";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  const std::vector<std::filesystem::path> none = {pipe, "/dev/zero", folder.path(), folder / "missing",
                                                   folder / std::string(5'000, 'x')};
  for (const auto& file : none) {
    CAPTURE(file.string().substr(0, 100));
    CHECK_FALSE(refusal([&] { run::read_safetensors(file); }).empty());
    CHECK_FALSE(refusal([&] { run::read_journal(file); }).empty());
    if (file != pipe) CHECK_FALSE(refusal([&] { config::read_toml(file); }).empty());
  }
  constexpr std::uint64_t kMuch = std::uint64_t{1} << 40U;
  const auto sparse = folder / "sparse";
  write_sparse(
      sparse,
      safetensors("{" + entry("a", "[" + std::to_string(kMuch / 8) + "]", "[0," + std::to_string(kMuch / 2) + "]") +
                  "}"),
      kMuch);
  CHECK_THAT(refusal([&] { run::read_safetensors(sparse); }), ContainsSubstring("more than any"));
  CHECK_THAT(refusal([&] { run::read_journal(sparse); }), ContainsSubstring("too much"));
  CHECK_THAT(refusal([&] { config::read_toml(sparse); }), ContainsSubstring("too much"));
}

TEST_CASE("a journal's numbers are what they stand for, or it is refused with its line", "[engine]") {
  const auto line = [](const std::string& rest, const std::string& tick = "1") {
    return "{" + rest + R"(,"tick":)" + tick + R"(,"environment_steps":1,"updates":0})" + "\n";
  };
  REQUIRE(refusal_of_journal(header() + line(R"("do":"step","unit":2,"n":3)")).empty());
  const std::vector<std::string> damaged = {
      line(R"("do":"step","unit":4,"n":3)"),
      line(R"("do":"step","unit":-1,"n":3)"),
      line(R"("do":"step","unit":1,"n":1e300)"),
      line(R"("do":"step","unit":1,"n":true)"),
      line(R"("do":"step","unit":1)"),
      line(R"("do":"record_tensorboard","on":1)"),
      line(R"("do":"set","name":"gamma","value":0.5)"),
      line(R"("do":"set","name":"gamma","name":"tau","value":"0.5")"),
      line(R"("do":7)"),
      line(R"("do":"run")", "-1"),
      line(R"("do":"run")", "1e30"),
      line(R"("do":"run")", "9223372036854775808"),
      line(R"("do":"run")", "7") + line(R"("do":"run")", "6"),
      "[1,2]\n",
      "\n",
      std::string(1'000, '\0') + "\n",
  };
  for (const auto& text : damaged) {
    CAPTURE(text);
    const auto words = refusal_of_journal(header() + text);
    CHECK_THAT(words, ContainsSubstring("some.jsonl"));
    CHECK_THAT(words, ContainsSubstring("line "));
  }
}

TEST_CASE("a journal that claims ticks which never were is not followed for ever", "[engine]") {
  config::Hyperparameters h;
  h.n_timesteps = 20;
  h.eval_freq = 0;
  run::Journal journal;
  journal.hyperparameters = h;
  journal.end_tick = std::int64_t{1} << 62U;
  CHECK_THAT(refusal([&] { train::replay(journal); }), ContainsSubstring("damaged"));
  journal.entries.push_back({journal.end_tick, {}, protocol::Run{}});
  CHECK_THAT(refusal([&] { train::replay(journal); }), ContainsSubstring("damaged"));
}

TEST_CASE("rows that make no sense are left out of a run, with a warning", "[engine]") {
  run::RunLog log;
  run::read_progress(
      "environment_steps,updates,loss,loss,nothing\r\n1000,5,0.5,9,\r\n1e300,6,0.4,9,\n-1,6,0.4,9,\n2000,1e300,"
      "nan,9,\n3000,8,inf,9,\n" +
          std::string(100'000, '1') + "\n4000,9,0.1",
      log);
  CHECK(log.position == protocol::Position{3000, 8});
  REQUIRE(log.metric("loss") != nullptr);
  CHECK(log.metric("loss")->steps == std::vector<std::int64_t>{1000});
  CHECK(log.metric("loss")->values == std::vector<double>{0.5});
  CHECK(log.metric("nothing") == nullptr);
  REQUIRE(log.warnings.size() == 2);
  CHECK_THAT(log.warnings[0], ContainsSubstring("'loss' twice"));
  CHECK_THAT(log.warnings[1], ContainsSubstring("3 rows"));

  run::RunLog many;
  std::string columns = "environment_steps";
  for (int i = 0; i < 1'000; ++i)
    columns += ",c" + std::to_string(i);
  run::read_progress(columns + "\n1000,1\n", many);
  CHECK(many.metrics.empty());
  CHECK_THAT(many.warnings.at(0), ContainsSubstring("1001 columns"));

  run::RunLog episodes;
  run::read_monitor("#{}\nr,l,t\n1.5,9,0.1\n2,1e300,0.2\n2,-1,0.2\nnan,3,0.2\n2,3\n3,4,x\n5,6", episodes);
  REQUIRE(episodes.episodes.size() == 2);
  CHECK(episodes.episodes[0].length == 9);
  CHECK_THAT(episodes.warnings.at(0), ContainsSubstring("4 rows"));
}

TEST_CASE("a checkpoint's flipped bits are refused, or taken as the numbers that they are", "[engine]") {
  const core::TemporaryFolder folder("hostile");
  config::Hyperparameters h;
  h.eval_freq = 0;
  h.n_envs = 2;
  train::TrainLoop loop(h, "cpu", nullptr);
  for (int i = 0; i < 40; ++i)
    loop.tick();
  run::write_safetensors(folder / "whole", train::make_checkpoint(loop));
  std::ifstream stream(folder / "whole", std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(stream), {}};
  core::RandomStream random(7, core::Purpose::Exploration, 0);
  int refused = 0;
  constexpr int kFlips = 3'000;
  for (int i = 0; i < kFlips; ++i) {
    auto file = whole;
    file[random.below(static_cast<std::uint32_t>(file.size()))] ^= static_cast<char>(1U << random.below(8));
    train::TrainLoop other({}, "cpu", nullptr);
    const auto words = refusal([&] {
      const auto checkpoint = run::read_safetensors(std::as_bytes(std::span(file)), "flipped");
      train::load_checkpoint(checkpoint, "flipped", other);
    });
    if (words.empty()) continue;
    ++refused;
    CHECK_THAT(words, ContainsSubstring("flipped"));
    CHECK(other.hyperparameters() == config::Hyperparameters{});
  }
  CHECK(refused > kFlips / 4);
  auto endless = train::make_checkpoint(loop);
  for (const auto* const number : {"nan", "inf", "-inf"}) {
    endless.metadata["best_evaluation"] = number;
    CHECK_FALSE(refusal([&] { train::load_checkpoint(endless, "endless", loop); }).empty());
  }
}

}  // namespace qarium::hostile_files_test
