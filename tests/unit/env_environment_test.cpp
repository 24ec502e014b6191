// What holds for every environment of the registry, and for batches of them.
#include <algorithm>
#include <cstring>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/env/registry.hpp"
#include "engine/env/vector_environment.hpp"
#include "tests/catch.hpp"

namespace qarium::env_environment_test {
namespace {

using Bytes = std::vector<std::byte>;

config::EnvironmentOptions options_for(std::string_view id) {
  config::EnvironmentOptions options;
  options.id = id;
  return options;
}

Bytes observe(const env::Environment& environment) {
  Bytes bytes(environment.spec().observation_space.bytes());
  environment.observe(bytes);
  return bytes;
}

struct Frame {
  Bytes observation;
  float reward = 0;
  bool terminated = false;
  bool truncated = false;
  friend bool operator==(const Frame&, const Frame&) = default;
};

/// Plays random actions until the episode is over, or for at most `steps` steps.
std::vector<Frame> play(env::Environment& environment, core::RandomStream actions, int steps) {
  std::vector<Frame> moments;
  for (int i = 0; i < steps; ++i) {
    const auto action =
        static_cast<int>(actions.below(static_cast<std::uint32_t>(environment.spec().action_space.n())));
    const auto result = environment.step(action);
    moments.push_back({observe(environment), result.reward, result.terminated, result.truncated});
    if (result.over()) break;
  }
  return moments;
}

double component(const env::Box& box, const Bytes& bytes, std::size_t i) {
  if (box.type == env::ScalarType::Uint8) return std::to_integer<int>(bytes[i]);
  float number = 0;
  std::memcpy(&number, bytes.data() + i * sizeof number, sizeof number);
  return number;
}

bool contains(const env::Box& box, const Bytes& bytes) {
  for (std::size_t i = 0; i < static_cast<std::size_t>(box.size()); ++i) {
    const double value = component(box, bytes, i);
    const double low = box.low[box.low.size() == 1 ? 0 : i];
    const double high = box.high[box.high.size() == 1 ? 0 : i];
    if (!(low <= value && value <= high)) return false;
  }
  return true;
}

/// In these every episode looks alike until something comes, or the agent goes to read the cue.
bool begins_alike(std::string_view id) {
  return id == "tmaze_active" || id == "recommend" || id.starts_with("MinAtar/Asterix") ||
         id.starts_with("MinAtar/Seaquest") || id.starts_with("MinAtar/SpaceInvaders");
}

bool same_picture(const protocol::Scene& a, const protocol::Scene& b) {
  return a.grid.cells == b.grid.cells && a.shapes.size() == b.shapes.size() && a.left == b.left && a.right == b.right &&
         a.bottom == b.bottom && a.top == b.top;
}

bool inside(const protocol::Scene& scene, protocol::Point point) {
  return scene.left <= point.x && point.x <= scene.right && scene.bottom <= point.y && point.y <= scene.top;
}

}  // namespace

TEST_CASE("every environment describes itself") {
  std::set<std::string> ids;
  for (const auto& registration : env::registry()) {
    const auto environment = env::make(options_for(registration.id));
    const auto& spec = environment->spec();
    INFO(spec.id);
    CHECK(spec.id == registration.id);
    CHECK(ids.insert(spec.id).second);
    CHECK_FALSE(spec.description.empty());
    CHECK(spec.action_space.n() >= 2);
    CHECK(spec.max_episode_steps >= 0);
    CHECK(spec.render_fps > 0);
    const auto& box = spec.observation_space;
    const auto size = static_cast<std::size_t>(box.size());
    CHECK((box.low.size() == 1 || box.low.size() == size));
    CHECK((box.high.size() == 1 || box.high.size() == size));
  }
  CHECK(ids == std::set<std::string>{"CartPole-v1",
                                     "MountainCar-v0",
                                     "Acrobot-v1",
                                     "MinAtar/Asterix-v0",
                                     "MinAtar/Asterix-v1",
                                     "MinAtar/Breakout-v0",
                                     "MinAtar/Breakout-v1",
                                     "MinAtar/Freeway-v0",
                                     "MinAtar/Freeway-v1",
                                     "MinAtar/Seaquest-v0",
                                     "MinAtar/Seaquest-v1",
                                     "MinAtar/SpaceInvaders-v0",
                                     "MinAtar/SpaceInvaders-v1",
                                     "catch",
                                     "tmaze_passive",
                                     "tmaze_active",
                                     "memory_len",
                                     "memory_size",
                                     "repeat_previous",
                                     "tanks",
                                     "recommend",
                                     "tagging",
                                     "translation"});
}

TEST_CASE("every episode ends, by the time limit if not by itself") {
  for (const auto& registration : env::registry()) {
    INFO(registration.id);
    const auto environment = env::make(options_for(registration.id));
    const auto limit = environment->spec().max_episode_steps;
    for (std::uint32_t episode = 0; episode < 5; ++episode) {
      environment->reset({8, core::Purpose::Environment, episode});
      const auto last = play(*environment, {8, core::Purpose::Test, episode}, 10'000).back();
      REQUIRE((last.terminated || last.truncated));
      if (limit == 0) REQUIRE_FALSE(last.truncated);
    }
  }
}

TEST_CASE("an episode is a function of its stream and actions") {
  for (const auto& registration : env::registry()) {
    INFO(registration.id);
    const auto first = env::make(options_for(registration.id));
    const auto second = env::make(options_for(registration.id));
    std::set<Bytes> beginnings;
    for (std::uint32_t episode = 0; episode < 20; ++episode) {
      const core::RandomStream stream(1, core::Purpose::Environment, episode);
      const core::RandomStream actions(1, core::Purpose::Test, episode);
      first->reset(stream);
      second->reset(stream);
      beginnings.insert(observe(*first));
      REQUIRE(observe(*first) == observe(*second));
      REQUIRE(play(*first, actions, 1000) == play(*second, actions, 1000));
    }
    CHECK(beginnings.size() >= (begins_alike(registration.id) ? 1U : 2U));
  }
}

TEST_CASE("a restored state has the same future, its randomness and time limit included") {
  for (const auto& registration : env::registry()) {
    INFO(registration.id);
    auto options = options_for(registration.id);
    options.sticky_action_prob = 0.5;
    const auto environment = env::make(options);
    const auto other = env::make(options);
    for (std::uint32_t episode = 0; episode < 20; ++episode) {
      const core::RandomStream stream(2, core::Purpose::Environment, episode);
      const core::RandomStream first_actions(2, core::Purpose::Test, episode);
      environment->reset(stream);
      const auto length = static_cast<int>(play(*environment, first_actions, 10).size());
      environment->reset(stream);
      play(*environment, first_actions, length / 2);
      const auto saved = environment->save_state();
      const auto seen = observe(*environment);
      const core::RandomStream actions(3, core::Purpose::Test, episode);
      const auto future = play(*environment, actions, 1000);

      environment->restore_state(saved);
      REQUIRE(observe(*environment) == seen);
      REQUIRE(play(*environment, actions, 1000) == future);
      other->restore_state(saved);
      REQUIRE(play(*other, actions, 1000) == future);
    }
    CHECK_THROWS_AS(environment->restore_state(Bytes(3)), std::invalid_argument);
  }
}

TEST_CASE("a reseeded episode keeps its state and takes another future") {
  auto options = options_for("MinAtar/Breakout-v0");
  options.sticky_action_prob = 0.5;
  const auto environment = env::make(options);
  bool differed = false;
  for (std::uint32_t episode = 0; episode < 20; ++episode) {
    environment->reset({2, core::Purpose::Environment, episode});
    play(*environment, {2, core::Purpose::Test, episode}, 3);
    const auto saved = environment->save_state();
    const auto seen = observe(*environment);
    const core::RandomStream actions(3, core::Purpose::Test, episode);
    const core::RandomStream stream(4, core::Purpose::Stage, episode);
    const auto future = play(*environment, actions, 1000);

    environment->restore_state(saved);
    environment->reseed(stream);
    REQUIRE(observe(*environment) == seen);
    const auto branch = play(*environment, actions, 1000);
    differed = differed || branch != future;
    environment->restore_state(saved);
    environment->reseed(stream);
    REQUIRE(play(*environment, actions, 1000) == branch);
  }
  CHECK(differed);
}

TEST_CASE("observations stay within the declared bounds") {
  for (const auto& registration : env::registry()) {
    INFO(registration.id);
    const auto environment = env::make(options_for(registration.id));
    const auto& box = environment->spec().observation_space;
    for (std::uint32_t episode = 0; episode < 50; ++episode) {
      environment->reset({4, core::Purpose::Environment, episode});
      REQUIRE(contains(box, observe(*environment)));
      for (const auto& moment : play(*environment, {4, core::Purpose::Test, episode}, 1000)) {
        REQUIRE(contains(box, moment.observation));
      }
    }
  }
}

TEST_CASE("an episode is truncated at its time limit and not before") {
  for (const auto& [id, action] : {std::pair{"MountainCar-v0", 1}, std::pair{"Acrobot-v1", 1}}) {
    INFO(id);
    const auto environment = env::make(options_for(id));
    environment->reset({5, core::Purpose::Environment, 0});
    const auto limit = environment->spec().max_episode_steps;
    for (std::int64_t step = 1; step < limit; ++step)
      REQUIRE_FALSE(environment->step(action).over());
    const auto last = environment->step(action);
    CHECK(last.truncated);
    CHECK_FALSE(last.terminated);
    environment->reset({5, core::Purpose::Environment, 1});
    CHECK_FALSE(environment->step(action).over());
  }
}

TEST_CASE("every state can be drawn, and every observation by itself") {
  const std::set<std::string_view> tells_not_all = {"tmaze_passive",   "tmaze_active", "memory_len", "memory_size",
                                                    "repeat_previous", "tanks",        "recommend",  "tagging"};
  for (const auto& registration : env::registry()) {
    INFO(registration.id);
    const auto environment = env::make(options_for(registration.id));
    environment->reset({6, core::Purpose::Environment, 0});
    play(*environment, {6, core::Purpose::Test, 0}, 4);
    protocol::Scene scene;
    environment->render(scene);
    CHECK(scene.right > scene.left);
    CHECK(scene.top > scene.bottom);
    CHECK(scene.grid.cells.empty() != scene.shapes.empty());
    CHECK(scene.grid.cells.size() == static_cast<std::size_t>(scene.grid.rows * scene.grid.columns));
    for (const auto& shape : scene.shapes) {
      if (const auto* line = std::get_if<protocol::Line>(&shape))
        CHECK((inside(scene, line->from) && inside(scene, line->to)));
      if (const auto* circle = std::get_if<protocol::Circle>(&shape)) CHECK(inside(scene, circle->centre));
      if (const auto* polygon = std::get_if<protocol::Polygon>(&shape)) CHECK(polygon->corners.size() >= 3);
    }

    protocol::Scene again;
    again.shapes.emplace_back(protocol::Circle{});
    again.grid.cells.assign(7, {});
    environment->render_observation(observe(*environment), again);
    CHECK(again.grid.cells.empty() != again.shapes.empty());
    CHECK(same_picture(scene, again) != tells_not_all.contains(registration.id));
  }
}

TEST_CASE("drawing and looking change nothing") {
  for (const auto& registration : env::registry()) {
    INFO(registration.id);
    const auto environment = env::make(options_for(registration.id));
    environment->reset({9, core::Purpose::Environment, 0});
    environment->step(1);
    const auto saved = environment->save_state();
    const auto seen = observe(*environment);
    protocol::Scene scene;
    environment->render(scene);
    environment->render_observation(seen, scene);
    environment->landmarks(seen);
    CHECK(observe(*environment) == seen);
    CHECK(environment->save_state() == saved);
  }
}

TEST_CASE("Breakout's picture has one cell for each thing it shows") {
  const auto environment = env::make(options_for("MinAtar/Breakout-v0"));
  environment->reset({7, core::Purpose::Environment, 0});
  environment->step(0);
  protocol::Scene scene;
  environment->render(scene);
  REQUIRE(scene.grid.cells.size() == 100);
  std::vector<int> counts;
  for (const auto& color : {scene.grid.cells[50], scene.grid.cells[15], scene.grid.cells[94]}) {
    counts.push_back(static_cast<int>(std::count(scene.grid.cells.begin(), scene.grid.cells.end(), color)));
  }
  // Ground, bricks (the trail covers one) and paddle; the ball is the hundredth.
  CHECK(counts == std::vector<int>{68, 29, 1});
}

TEST_CASE("an unknown environment is refused with the known ones and the nearest") {
  CHECK_THROWS_AS(env::make(options_for("Cartpole-v2")), core::UserError);
  CHECK_THROWS_WITH(env::make(options_for("Cartpole-v2")),
                    ContainsSubstring("\"Cartpole-v2\"") && ContainsSubstring("did you mean \"CartPole-v1\"") &&
                        ContainsSubstring("MinAtar/Breakout-v0") && ContainsSubstring("Acrobot-v1"));
  CHECK_THROWS_AS(env::VectorEnvironment(options_for("nothing"), 2, 1, core::Purpose::Environment), core::UserError);
  CHECK_THROWS_AS(env::VectorEnvironment(options_for("CartPole-v1"), 0, 1, core::Purpose::Environment),
                  core::UserError);
}

TEST_CASE("a copy's episodes do not depend on how many copies there are") {
  const auto options = options_for("MinAtar/Breakout-v0");
  const auto record = [&](std::int64_t copies, std::size_t watched) {
    env::VectorEnvironment batch(options, copies, 11, core::Purpose::Environment);
    std::vector<int> actions(batch.size());
    std::vector<env::StepResult> results(batch.size());
    std::vector<core::RandomStream> streams;
    for (std::size_t i = 0; i < batch.size(); ++i) {
      batch.reset(i);
      streams.emplace_back(12, core::Purpose::Test, static_cast<std::uint32_t>(i));
    }
    std::vector<Frame> moments;
    for (int step = 0; step < 200; ++step) {
      for (std::size_t i = 0; i < batch.size(); ++i)
        actions[i] = static_cast<int>(streams[i].below(6));
      batch.step(actions, results);
      const auto& result = results[watched];
      moments.push_back({observe(batch[watched]), result.reward, result.terminated, result.truncated});
      for (std::size_t i = 0; i < batch.size(); ++i) {
        if (results[i].over()) batch.reset(i);
      }
    }
    return moments;
  };
  const auto alone = record(1, 0);
  CHECK(alone == record(3, 0));
  CHECK(record(3, 2) == record(8, 2));
  CHECK(alone != record(3, 2));
}

TEST_CASE("a copy's next episode is another one") {
  env::VectorEnvironment batch(options_for("CartPole-v1"), 2, 13, core::Purpose::Environment);
  std::set<Bytes> beginnings;
  for (int episode = 0; episode < 5; ++episode) {
    for (const std::size_t copy : {0U, 1U}) {
      batch.reset(copy);
      beginnings.insert(observe(batch[copy]));
    }
  }
  CHECK(beginnings.size() == 10);
}

}  // namespace qarium::env_environment_test
