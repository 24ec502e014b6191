// The bridge to Gymnasium: what comes over it, and the way back in time.
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "engine/env/vector_environment.hpp"
#include "tests/unit/gymnasium_environments.hpp"

namespace qarium::env_gymnasium_test {

using namespace tests;

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

TEST_CASE("a Dict comes over the bridge with its parts: where each lies, and what it is", "[gymnasium]") {
  if (!available()) return;
  using Part = env::Part;
  const auto parts = env::make(options_for("Everything"))->spec().observation_space.parts;
  REQUIRE(parts.size() == 7);
  CHECK(parts[0] == Part{"bits", env::PartKind::Numbers, 0, {2}, true});
  CHECK(parts[1] == Part{"both", env::PartKind::Symbol, 2, {5}, true});
  CHECK(parts[2] == Part{"pair.0", env::PartKind::Symbol, 7, {2}, true});
  CHECK(parts[3] == Part{"pair.1", env::PartKind::Numbers, 9, {2}, false});
  CHECK(parts[4] == Part{"pixels", env::PartKind::Numbers, 11, {1, 2, 2}, true});
  CHECK(parts[5] == Part{"where", env::PartKind::Symbol, 15, {3}, true});
  CHECK(parts[6] == Part{"words", env::PartKind::Words, 18, {32}, true});
  CHECK(env::make(options_for("Walk"))->spec().observation_space.parts.empty());
  // Blank or not, the parts are where they were.
  auto options = options_for("Everything");
  options.flicker_prob = 0.5;
  CHECK(env::make(options)->spec().observation_space.parts == parts);
}

TEST_CASE("an episode without a limit of its own is cut off after 100,000 steps", "[gymnasium]") {
  if (!available()) return;
  const auto environment = env::make(options_for("Still"));
  environment->reset({1, core::Purpose::Test, 0});
  env::StepResult result;
  int steps = 0;
  for (; !result.terminated && !result.truncated && steps < 200'000; ++steps)
    result = environment->step(0);
  CHECK(steps == 100'000);
  CHECK(result.truncated);
  CHECK_FALSE(result.terminated);
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

TEST_CASE("a Python says which environments it knows, each once, in its newest version", "[gymnasium]") {
  if (!available()) return;
  const auto ids = env::gymnasium::known_environments(env::gymnasium::find_interpreter());
  REQUIRE(ids.size() > 10);
  CHECK(std::ranges::count(ids, "CartPole-v1") == 1);
  CHECK(std::ranges::count(ids, "CartPole-v0") == 0);
  CHECK(std::set<std::string>(ids.begin(), ids.end()).size() == ids.size());
}

TEST_CASE("a Python that cannot say which environments it knows is told in words") {
  CHECK_THROWS_WITH(env::gymnasium::known_environments({"/bin/false", "a test"}),
                    ContainsSubstring("/bin/false") && ContainsSubstring("code 1"));
  CHECK_THROWS_AS(env::gymnasium::known_environments({"/nowhere/python", "a test"}), core::UserError);
  // One that hangs is not waited for.
  const auto hangs = std::filesystem::temp_directory_path() / ("qarium-hangs-" + std::to_string(getpid()));
  std::ofstream(hangs) << "#!/bin/sh\nexec sleep 30\n";
  std::filesystem::permissions(hangs, std::filesystem::perms::owner_all);
  CHECK_THROWS_WITH(env::gymnasium::known_environments({hangs.string(), "a test"}, 0.3), ContainsSubstring("hangs"));
  std::filesystem::remove(hangs);
}

}  // namespace qarium::env_gymnasium_test
