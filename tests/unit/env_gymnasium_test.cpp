// The bridge to Gymnasium: what comes over it, what goes wrong on the other side, and that nothing is left of it.
#include <dirent.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/env/gymnasium/gymnasium_environment.hpp"
#include "engine/env/gymnasium/trust.hpp"
#include "engine/env/registry.hpp"
#include "engine/env/vector_environment.hpp"
#include "tests/catch.hpp"

namespace qarium::env_gymnasium_test {
namespace {

using env::gymnasium::EnvironmentFailure;
using env::gymnasium::GymnasiumEnvironment;
using env::gymnasium::SharedWorker;

/// Whether there is a Python with gymnasium here; says why not, once a test.
bool available() {
  setenv("PYTHONPATH", QARIUM_SOURCE_DIR "/tests/gymnasium", 1);
  try {
    env::gymnasium::find_interpreter();
    return true;
  } catch (const core::UserError& error) {
    WARN("skipped: " << error.what());
    return false;
  }
}

config::EnvironmentOptions options_for(const std::string& name) {
  config::EnvironmentOptions options;
  options.id = "gym:qarium_test_envs:" + name + "-v0";
  options.step_timeout = 2;
  return options;
}

/// An environment whose worker can be reached.
struct Reachable {
  explicit Reachable(const std::string& name, double patience = 2, std::size_t slots = 1)
      : shared(std::make_shared<SharedWorker>(
            env::gymnasium::WorkerOrder{.interpreter = env::gymnasium::find_interpreter(),
                                        .id = "qarium_test_envs:" + name + "-v0",
                                        .slots = slots,
                                        .patience = {.start = 60, .answer = patience}})),
        environment(shared, 0) {
    environment.reset({1, core::Purpose::Test, 0});
  }

  std::shared_ptr<SharedWorker> shared;
  GymnasiumEnvironment environment;
};

std::vector<float> numbers(const env::Environment& environment) {
  std::vector<std::byte> bytes(environment.spec().observation_space.bytes());
  environment.observe(bytes);
  std::vector<float> all(bytes.size() / sizeof(float));
  std::memcpy(all.data(), bytes.data(), bytes.size());
  return all;
}

std::vector<int> bytes_of(const env::Environment& environment) {
  std::vector<std::byte> bytes(environment.spec().observation_space.bytes());
  environment.observe(bytes);
  std::vector<int> all;
  for (const auto byte : bytes)
    all.push_back(std::to_integer<int>(byte));
  return all;
}

/// What so many steps lead to: rewards and observations, one after another.
std::vector<float> play(env::Environment& environment, int steps) {
  std::vector<float> seen;
  for (int i = 0; i < steps; ++i) {
    const auto result = environment.step((i * 7 + i / 3) % environment.spec().action_space.n());
    seen.push_back(result.reward);
    for (const float number : numbers(environment))
      seen.push_back(number);
    if (result.over()) break;
  }
  return seen;
}

/// Steps until the environment fails; its words.
std::string words_of_failure(env::Environment& environment) {
  for (int i = 0; i < 200; ++i) {
    try {
      environment.step(0);
    } catch (const EnvironmentFailure& failure) {
      return failure.what();
    }
  }
  return "it did not fail";
}

bool runs(pid_t process) {
  return kill(process, 0) == 0;
}

int open_descriptors() {
  int count = 0;
  for ([[maybe_unused]] const auto& one : std::filesystem::directory_iterator("/proc/self/fd"))
    ++count;
  return count;
}

}  // namespace

TEST_CASE("an environment of Gymnasium plays over the bridge", "[gymnasium]") {
  if (!available()) return;
  const auto environment = env::make(options_for("Walk"));
  const auto& spec = environment->spec();
  CHECK(spec.id == "gym:qarium_test_envs:Walk-v0");
  CHECK(spec.action_space.n() == 3);
  CHECK(spec.observation_space.shape == std::vector<std::int64_t>{3});
  CHECK(spec.observation_space.type == env::ScalarType::Float32);
  CHECK(spec.capabilities.deterministic);
  CHECK(spec.render_fps == 7);
  environment->reset({1, core::Purpose::Test, 0});
  CHECK(numbers(*environment)[0] == 0);
  env::StepResult result;
  for (int step = 1; step <= 20; ++step) {
    result = environment->step(2);
    CHECK(result.reward == 1);
    REQUIRE(result.terminated == (step == 20));
  }
  // The final observation is that of the episode that ended.
  CHECK(numbers(*environment)[0] == 20);
  CHECK(numbers(*environment)[1] == 20);
  environment->reset({1, core::Purpose::Test, 1});
  CHECK(numbers(*environment)[0] == 0);
}

TEST_CASE("the same stream and actions give the same episode over the bridge, in any worker", "[gymnasium]") {
  if (!available()) return;
  const auto one = env::make(options_for("Walk"));
  const auto other = env::make(options_for("Walk"));
  std::vector<std::vector<float>> episodes;
  for (std::uint32_t episode = 0; episode < 3; ++episode) {
    one->reset({1, core::Purpose::Test, episode});
    other->reset({1, core::Purpose::Test, episode});
    episodes.push_back(play(*one, 100));
    CHECK(play(*other, 100) == episodes.back());
  }
  CHECK(episodes[0] != episodes[1]);
}

TEST_CASE("a batch over the bridge does what its environments do alone", "[gymnasium]") {
  if (!available()) return;
  constexpr std::size_t kCopies = 5;
  env::VectorEnvironment batch(options_for("Walk"), kCopies, 3, core::Purpose::Environment);
  const auto alone = env::make(options_for("Walk"));
  std::vector<int> actions(kCopies);
  std::vector<env::StepResult> results(kCopies);
  std::vector<std::vector<float>> seen(kCopies);
  for (std::size_t i = 0; i < kCopies; ++i)
    batch.reset(i);
  for (int step = 0; step < 15; ++step) {
    std::fill(actions.begin(), actions.end(), (step * 7 + step / 3) % 3);
    batch.step(actions, results);
    for (std::size_t i = 0; i < kCopies; ++i) {
      seen[i].push_back(results[i].reward);
      for (const float number : numbers(batch[i]))
        seen[i].push_back(number);
    }
  }
  env::VectorEnvironment single(options_for("Walk"), 1, 3, core::Purpose::Environment);
  single.reset(0);
  CHECK(play(single[0], 15) == seen[0]);
  CHECK(seen[0] != seen[1]);
}

TEST_CASE("all kinds of spaces come over the bridge as numbers", "[gymnasium]") {
  if (!available()) return;
  const auto environment = env::make(options_for("Everything"));
  const auto& spec = environment->spec();
  // bits 2, both 2 + 3, pair 2 + 2, pixels 4, where 3, words 32; the graph is left out. Gymnasium sorts the keys of a
  // Dict that is given as one.
  REQUIRE(spec.observation_space.shape == std::vector<std::int64_t>{50});
  environment->reset({1, core::Purpose::Test, 0});
  auto seen = numbers(*environment);
  CHECK(std::vector<float>(seen.begin(), seen.begin() + 18) ==
        std::vector<float>{0, 1, 0, 1, 0, 0, 1, 0, 1, 0.5, -0.5, 9, 9, 9, 9, 0, 1, 0});
  CHECK(std::count(seen.begin() + 18, seen.end(), 1.0F) == 4);
  CHECK(spec.action_space.names == std::vector<std::string>{"+0 +0", "+0 +1", "+0 +2", "+1 +0", "+1 +1", "+1 +2"});
  CHECK(environment->step(5).reward == 12);
}

TEST_CASE("pictures come over the bridge as bytes with channels first, actions of numbers in bins", "[gymnasium]") {
  if (!available()) return;
  auto options = options_for("Picture");
  options.action_bins = 3;
  const auto environment = env::make(options);
  const auto& spec = environment->spec();
  CHECK(spec.observation_space.shape == std::vector<std::int64_t>{3, 24, 32});
  CHECK(spec.observation_space.type == env::ScalarType::Uint8);
  CHECK(spec.capabilities.render_observation);
  environment->reset({1, core::Purpose::Test, 0});
  const auto seen = bytes_of(*environment);
  CHECK(seen[0] == 0);
  CHECK(seen[1] == 3);
  CHECK(seen[24 * 32] == 1);
  CHECK(spec.action_space.n() == 9);
  CHECK(spec.action_space.names.front() == "-1 -1");
  const auto result = environment->step(8);
  CHECK(result.reward == 1);
  CHECK(result.truncated);
  CHECK_FALSE(result.terminated);
  // Outside of the space and of another type: brought back into its bounds.
  CHECK(bytes_of(*environment) == std::vector<int>(seen.size(), 0));
  protocol::Scene scene;
  environment->render(scene);
  CHECK(scene.grid.rows == 24);
  CHECK(scene.grid.columns == 32);
}

TEST_CASE("a restored state of the bridge has the same future: by copies, by replay, in another worker",
          "[gymnasium]") {
  if (!available()) return;
  for (const char* name : {"Walk", "Long"}) {
    INFO(name);
    const auto environment = env::make(options_for(name));
    const auto other = env::make(options_for(name));
    const int length = std::string_view(name) == "Walk" ? 7 : 150;
    environment->reset({4, core::Purpose::Test, 0});
    play(*environment, length);
    const auto seen = numbers(*environment);
    const auto saved = environment->save_state();
    const auto future = play(*environment, 10);
    for (int again = 0; again < 2; ++again) {
      environment->restore_state(saved);
      REQUIRE(numbers(*environment) == seen);
      REQUIRE(play(*environment, 10) == future);
    }
    other->reset({5, core::Purpose::Test, 0});
    other->restore_state(saved);
    CHECK(numbers(*other) == seen);
    CHECK(play(*other, 10) == future);

    other->restore_state(saved);
    other->reseed({9, core::Purpose::Stage, 0});
    CHECK(numbers(*other) == seen);
    const auto saved_branch = other->save_state();
    const auto branch = play(*other, 10);
    CHECK(branch != future);
    environment->restore_state(saved_branch);
    CHECK(play(*environment, 10) == branch);
    CHECK_THROWS_AS(environment->restore_state(std::vector<std::byte>(3)), std::invalid_argument);
  }
}

TEST_CASE("where chance has no seed the past of an environment is look-only", "[gymnasium]") {
  if (!available()) return;
  const auto environment = env::make(options_for("Unseeded"));
  CHECK_FALSE(environment->spec().capabilities.save_state);
  CHECK_FALSE(environment->spec().capabilities.deterministic);
  environment->reset({1, core::Purpose::Test, 0});
  CHECK(environment->save_state().empty());
}

TEST_CASE("what goes wrong in an environment is told in its own words", "[gymnasium]") {
  if (!available()) return;
  const auto words = [](const std::string& name) {
    const auto environment = env::make(options_for(name));
    environment->reset({1, core::Purpose::Test, 0});
    return words_of_failure(*environment);
  };
  CHECK_THAT(words("Raises"), ContainsSubstring("Raises-v0, step: ZeroDivisionError: thirty steps are enough") &&
                                  ContainsSubstring("qarium_test_envs.py, line"));
  CHECK_THAT(words("Hangs"), ContainsSubstring("hangs: no answer within 2 s"));
  CHECK_THAT(words("Exits"), ContainsSubstring("ended with code 3") && ContainsSubstring("that was all"));
  CHECK_THAT(words("NotANumber"), ContainsSubstring("the reward is nan"));
  CHECK_THAT(words("WrongShape"), ContainsSubstring("has the shape (2,), not (3,)"));
}

TEST_CASE("an environment that cannot be had is refused with the reason", "[gymnasium]") {
  if (!available()) return;
  const auto check = [](const std::string& name, const std::string& reason) {
    INFO(name);
    CHECK_THROWS_AS(env::make(options_for(name)), core::UserError);
    CHECK_THROWS_WITH(env::make(options_for(name)), ContainsSubstring(reason));
  };
  check("ManyActions", "625 combinations; at most 64");
  check("NothingToRead", "nothing of its observation can be read");
  check("Absent", "Absent");
  config::EnvironmentOptions options;
  options.id = "gym:";
  CHECK_THROWS_WITH(env::make(options), ContainsSubstring("names no environment"));
}

TEST_CASE("after it raised an environment gives its episode up and goes on", "[gymnasium]") {
  if (!available()) return;
  const auto environment = env::make(options_for("Raises"));
  environment->reset({1, core::Purpose::Test, 0});
  CHECK_THAT(words_of_failure(*environment), ContainsSubstring("thirty steps"));
  const auto last = numbers(*environment);
  const auto result = environment->step(0);
  CHECK(result.truncated);
  CHECK_FALSE(result.terminated);
  CHECK(numbers(*environment) == last);
  environment->reset({1, core::Purpose::Test, 1});
  CHECK(environment->step(2).reward == 1);
}

TEST_CASE("a killed worker is started anew and its episode goes on, twenty times", "[gymnasium]") {
  if (!available()) return;
  Reachable undisturbed("Long");
  Reachable killed("Long");
  const int descriptors = open_descriptors();
  pid_t last = 0;
  for (int time = 0; time < 20; ++time) {
    last = killed.shared->worker().process().id();
    kill(last, SIGKILL);
    killed.shared->worker().process().wait(5);
    CHECK_THAT(words_of_failure(killed.environment), ContainsSubstring("was killed by signal 9"));
    const auto expected = play(undisturbed.environment, 5);
    REQUIRE(play(killed.environment, 5) == expected);
    REQUIRE_FALSE(runs(last));
  }
  CHECK(open_descriptors() == descriptors);
}

TEST_CASE("a killed worker whose episode cannot be brought back gives it up", "[gymnasium]") {
  if (!available()) return;
  Reachable killed("Unseeded");
  kill(killed.shared->worker().process().id(), SIGKILL);
  CHECK_THAT(words_of_failure(killed.environment), ContainsSubstring("signal 9"));
  CHECK(killed.environment.step(0).truncated);
  killed.environment.reset({1, core::Purpose::Test, 1});
  CHECK_FALSE(killed.environment.step(0).over());
}

TEST_CASE("nothing is left of an environment that is gone, even of one that hangs", "[gymnasium]") {
  if (!available()) return;
  const int descriptors = open_descriptors();
  pid_t process = 0;
  {
    Reachable still("Still");
    process = still.shared->worker().process().id();
    CHECK(runs(process));
  }
  CHECK_FALSE(runs(process));
  {
    Reachable hangs("Hangs", 0.5);
    process = hangs.shared->worker().process().id();
    CHECK_THAT(words_of_failure(hangs.environment), ContainsSubstring("hangs"));
    CHECK_FALSE(runs(process));
  }
  {
    Reachable hangs("Hangs");
    process = hangs.shared->worker().process().id();
    for (int step = 0; step < 30; ++step)
      hangs.environment.step(0);
    hangs.environment.anticipate(0);  // it hangs now, and nobody waits for it
  }
  CHECK_FALSE(runs(process));
  CHECK(open_descriptors() == descriptors);
}

TEST_CASE("pictures are fetched when they are looked at, and where there are none the observation is drawn",
          "[gymnasium]") {
  if (!available()) return;
  const auto walk = env::make(options_for("Walk"));
  walk->reset({1, core::Purpose::Test, 0});
  walk->step(0);
  walk->step(0);
  protocol::Scene scene;
  walk->render(scene);
  REQUIRE(scene.grid.rows == 20);
  REQUIRE(scene.grid.columns == 30);
  CHECK(scene.grid.cells[1] == protocol::Color{200, 100, 50});
  CHECK(scene.grid.cells[2] == protocol::Color{0, 0, 0});
  const auto raises = env::make(options_for("RaisesAtRender"));
  raises->reset({1, core::Purpose::Test, 0});
  raises->render(scene);
  CHECK(scene.grid.rows == 1);
  CHECK(scene.grid.columns == 3);
  CHECK(raises->step(2).reward == 1);
}

TEST_CASE("prints of an environment go nowhere near the protocol", "[gymnasium]") {
  if (!available()) return;
  const auto prints = env::make(options_for("Prints"));
  prints->reset({1, core::Purpose::Test, 0});
  CHECK(play(*prints, 100).size() == 4 * 20);
}

TEST_CASE("a Python without gymnasium and one that is none are refused with what to type", "[gymnasium]") {
  const env::gymnasium::Interpreter shell{"/bin/false", "a test"};
  CHECK_THROWS_AS(env::gymnasium::Worker({.interpreter = shell, .id = "X-v0"}), core::UserError);
  CHECK_THROWS_WITH(env::gymnasium::Worker({.interpreter = shell, .id = "X-v0"}),
                    ContainsSubstring("ended with code 1"));
  const env::gymnasium::Interpreter absent{"/nowhere/python3", "a test"};
  CHECK_THROWS_WITH(env::gymnasium::Worker({.interpreter = absent, .id = "X-v0"}),
                    ContainsSubstring("/nowhere/python3"));
}

TEST_CASE("an environment out of a file that runs a module wants trust") {
  using env::gymnasium::require_trust;
  unsetenv("QARIUM_TRUST");
  CHECK_NOTHROW(require_trust("CartPole-v1", "run"));
  CHECK_NOTHROW(require_trust("gym:ALE/Pong-v5", "run"));
  CHECK_THROWS_WITH(require_trust("gym:evil:Env-v0", "run"),
                    ContainsSubstring("'run'") && ContainsSubstring("'evil'") && ContainsSubstring("--trust"));
  setenv("QARIUM_TRUST", "1", 1);
  CHECK_NOTHROW(require_trust("gym:evil:Env-v0", "run"));
  unsetenv("QARIUM_TRUST");
}

TEST_CASE("the Python is the one that is named, else the recorded one, else none of the current folder",
          "[gymnasium]") {
  const auto folder = std::filesystem::temp_directory_path() / "qarium-interpreter-test";
  std::filesystem::create_directories(folder);
  const auto python = (folder / "python3").string();
  std::ofstream(python) << "#!/bin/sh\nexit 0\n";
  std::filesystem::permissions(python, std::filesystem::perms::owner_all);
  const auto recorded = (folder / "python").string();
  std::ofstream(recorded) << "/bin/true\n";
  using env::gymnasium::find_interpreter;
  const auto variables = [](const char* named, const std::string& path) {
    return [=](const char* name) -> std::optional<std::string> {
      if (std::string_view(name) == "PATH") return path;
      return named == nullptr ? std::nullopt : std::optional<std::string>(named);
    };
  };
  CHECK(find_interpreter({variables("/bin/sh", ""), recorded}).path == "/bin/sh");
  CHECK(find_interpreter({variables("sh", "/nowhere:/bin"), recorded}).path == "/bin/sh");
  CHECK(find_interpreter({variables(nullptr, ""), recorded}).path == "/bin/true");
  CHECK(find_interpreter({variables(nullptr, folder.string()), ""}).path == python);
  CHECK_THROWS_WITH(find_interpreter({variables("/nowhere/python", ""), recorded}),
                    ContainsSubstring("/nowhere/python"));
  CHECK_THROWS_WITH(find_interpreter({variables(nullptr, "/nowhere"), ""}), ContainsSubstring("./dev gym"));
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder);
  for (const char* path : {"", ":", ".", "::/nowhere"})
    CHECK_THROWS_AS(find_interpreter({variables(nullptr, path), ""}), core::UserError);
  std::filesystem::current_path(before);
  std::filesystem::remove_all(folder);
}

}  // namespace qarium::env_gymnasium_test
