// The T-mazes: what is shown, what is paid, and that the cue is worth remembering.
#include <array>
#include <cmath>
#include <span>
#include <variant>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/env/tmaze.hpp"
#include "tests/catch.hpp"

namespace qarium::env_tmaze_test {
namespace {

constexpr int kLeft = 0;
constexpr int kUp = 1;
constexpr int kRight = 2;
constexpr int kDown = 3;

using Seen = std::array<float, 2>;

config::EnvironmentOptions corridor(std::int64_t length) {
  config::EnvironmentOptions options;
  options.corridor_length = length;
  return options;
}

Seen observe(const env::Environment& environment) {
  Seen seen{};
  environment.observe(std::as_writable_bytes(std::span(seen)));
  return seen;
}

/// Begins an episode with the cue wanted.
template <class Kind>
void begin(Kind& maze, int cue) {
  std::uint32_t index = 0;
  do {
    REQUIRE(index < 64);
    maze.reset({1, core::Purpose::Test, index++});
  } while (maze.state().cue != cue);
}

struct Expected {
  int action;
  float reward;
  Seen seen;
};

/// Takes the steps and compares; the last one, and no other, must end the episode.
template <class Kind>
void follow(Kind& maze, const std::vector<Expected>& steps) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    INFO("step " << i);
    const auto result = maze.step(steps[i].action);
    CHECK(result.reward == steps[i].reward);
    CHECK(observe(maze) == steps[i].seen);
    CHECK(result.terminated == (i + 1 == steps.size()));
    CHECK_FALSE(result.truncated);
  }
}

float side(int action) {
  return action == kUp ? 1.0F : -1.0F;
}

/// The agent's place in a picture, if it is drawn: the only circle as large as it.
const protocol::Circle* agent_in(const protocol::Scene& scene) {
  for (const auto& shape : scene.shapes) {
    const auto* circle = std::get_if<protocol::Circle>(&shape);
    if (circle != nullptr && circle->radius > 0.2F) return circle;
  }
  return nullptr;
}

}  // namespace

TEST_CASE("passive T-maze: right along the corridor, then to the cue's side") {
  env::TMazePassive maze(corridor(3));
  CHECK(maze.spec().action_space.names == std::vector<std::string>{"left", "up", "right", "down"});
  for (const int cue : {1, -1}) {
    for (const int turn : {kUp, kDown}) {
      begin(maze, cue);
      CHECK(observe(maze) == Seen{0, static_cast<float>(cue)});
      const bool right = (turn == kUp) == (cue == 1);
      follow(maze, {{kRight, 0, {0, 0}},
                    {kRight, 0, {0, 0}},
                    {kRight, 0, {1, 0}},
                    {turn, right ? 1.0F : 0.0F, {1, side(turn)}}});
    }
  }
}

TEST_CASE("passive T-maze: being behind costs, and the cue is shown once") {
  env::TMazePassive maze(corridor(2));
  begin(maze, 1);
  // Against a wall three times: behind after the first step, and never level again.
  follow(maze, {{kUp, -0.5F, {0, 0}}, {kLeft, -0.5F, {0, 0}}, {kRight, 0, {0, 0}}});
  begin(maze, 1);
  follow(maze, {{kRight, 0, {0, 0}}, {kLeft, -0.5F, {0, 0}}, {kUp, 0, {0, 0}}});
  begin(maze, 1);
  follow(maze, {{kRight, 0, {0, 0}}, {kRight, 0, {1, 0}}, {kRight, 0, {1, 0}}});
  begin(maze, -1);
  follow(maze, {{kRight, 0, {0, 0}}, {kRight, 0, {1, 0}}, {kDown, 1, {1, -1}}});
}

TEST_CASE("passive T-maze: standing still throughout returns -1") {
  env::TMazePassive maze(corridor(50));
  begin(maze, 1);
  double sum = 0;
  env::StepResult result;
  int steps = 0;
  do {
    result = maze.step(kLeft);
    sum += result.reward;
    ++steps;
  } while (!result.over());
  CHECK(steps == 51);
  CHECK(sum == Approx(-1).margin(1e-5));
}

TEST_CASE("active T-maze: first back to the cue, then as far as the passive one") {
  env::TMazeActive maze(corridor(2));
  for (const int cue : {1, -1}) {
    begin(maze, cue);
    const auto named = static_cast<float>(cue);
    CHECK(observe(maze) == Seen{0, 0});
    CHECK(maze.state().x == 1);
    follow(maze, {{kLeft, 0, {0, named}},
                  {kRight, 0, {0, 0}},
                  {kRight, 0, {0, 0}},
                  {kRight, 0, {1, 0}},
                  {cue == 1 ? kUp : kDown, 1, {1, named}}});
  }
}

TEST_CASE("active T-maze: the cue is shown at the first visit only, and dawdling costs") {
  env::TMazeActive maze(corridor(2));
  begin(maze, -1);
  follow(maze, {{kLeft, 0, {0, -1}},
                {kLeft, -0.5F, {0, 0}},
                {kRight, -0.5F, {0, 0}},
                {kLeft, -0.5F, {0, 0}},
                {kRight, 0, {0, 0}}});
  begin(maze, 1);
  follow(maze, {{kRight, 0, {0, 0}}, {kRight, 0, {1, 0}}, {kUp, 0, {1, 1}}, {kUp, 0, {1, 1}}, {kUp, 1, {1, 1}}});
  // Who skips the cue has two steps to spare, and may leave a goal cell again.
  begin(maze, -1);
  follow(maze, {{kRight, 0, {0, 0}}, {kRight, 0, {1, 0}}, {kUp, 0, {1, 1}}, {kRight, 0, {1, 1}}, {kDown, 0, {1, 0}}});
  begin(maze, -1);
  follow(maze, {{kRight, 0, {0, 0}}, {kRight, 0, {1, 0}}, {kUp, 0, {1, 1}}, {kDown, 0, {1, 0}}, {kDown, 1, {1, -1}}});
  begin(maze, -1);
  follow(maze,
         {{kRight, 0, {0, 0}}, {kRight, 0, {1, 0}}, {kDown, 0, {1, -1}}, {kDown, 0, {1, -1}}, {kLeft, 1, {1, -1}}});
}

TEST_CASE("remembering the cue returns 1, guessing a half, over corridors of any length") {
  const std::int64_t length = GENERATE(1, 2, 10, 300, 2000);
  INFO(length);
  const auto play = [&](auto& maze, int start, bool remembers) {
    int cue = static_cast<int>(observe(maze)[1]);
    double sum = 0;
    const auto last = length + 2 * start + 1;
    for (std::int64_t t = 0; t < last; ++t) {
      const int turn = remembers && cue < 0 ? kDown : kUp;
      const auto result = maze.step(t < start ? kLeft : t + 1 < last ? kRight : turn);
      if (t < start) cue = static_cast<int>(observe(maze)[1]);
      sum += result.reward;
      REQUIRE(result.over() == (t + 1 == last));
    }
    return sum;
  };
  env::TMazePassive passive(corridor(length));
  env::TMazeActive active(corridor(length));
  const std::uint32_t episodes = length > 100 ? 20 : 2000;
  double guessed = 0;
  for (std::uint32_t episode = 0; episode < episodes; ++episode) {
    const core::RandomStream stream(2, core::Purpose::Test, episode);
    passive.reset(stream);
    REQUIRE(play(passive, 0, true) == 1);
    active.reset(stream);
    REQUIRE(play(active, 1, true) == 1);
    passive.reset(stream);
    guessed += play(passive, 0, false);
    active.reset(stream);
    guessed += play(active, 1, false);
  }
  // The two mazes share their cues here, so `episodes` draws decide. Five standard deviations.
  CHECK(guessed / (2 * episodes) == Approx(0.5).margin(5 * 0.5 / std::sqrt(episodes)));
}

TEST_CASE("T-maze: a state saved on the way keeps the cue and the clock") {
  env::TMazeActive maze(corridor(4));
  env::TMazeActive other(corridor(4));
  for (const int cue : {1, -1}) {
    begin(maze, cue);
    begin(other, -cue);
    for (const int action : {kLeft, kRight, kRight})
      maze.step(action);
    other.restore_state(maze.save_state());
    const int turn = cue == 1 ? kUp : kDown;
    follow(other, {{kRight, 0, {0, 0}}, {kRight, 0, {0, 0}}, {kRight, 0, {1, 0}}, {turn, 1, {1, side(turn)}}});
  }
}

TEST_CASE("T-maze's picture shows where the agent is, an observation only what it tells") {
  env::TMazePassive maze(corridor(4));
  begin(maze, 1);
  protocol::Scene scene;
  const auto picture = [&](bool of_observation) -> const protocol::Circle* {
    const auto seen = observe(maze);
    if (of_observation) {
      maze.render_observation(std::as_bytes(std::span(seen)), scene);
    } else {
      maze.render(scene);
    }
    return agent_in(scene);
  };
  REQUIRE(picture(true) != nullptr);
  CHECK(picture(true)->centre.x == 0);
  maze.step(kRight);
  REQUIRE(picture(false) != nullptr);
  const float one_cell = picture(false)->centre.x;
  CHECK(one_cell > 0);
  CHECK(picture(true) == nullptr);
  for (int i = 0; i < 3; ++i)
    maze.step(kRight);
  REQUIRE(picture(false) != nullptr);
  CHECK(picture(false)->centre.x == Approx(4 * one_cell));
  REQUIRE(picture(true) != nullptr);
  CHECK(picture(true)->centre.x == Approx(4 * one_cell));
  maze.step(kDown);
  REQUIRE(picture(false) != nullptr);
  CHECK(picture(false)->centre.y < 0);
}

TEST_CASE("T-mazes refuse a corridor outside the table's range") {
  CHECK_THROWS_AS(env::TMazePassive(corridor(0)), core::UserError);
  CHECK_THROWS_WITH(env::TMazeActive(corridor(2001)), ContainsSubstring("environment.corridor_length = 2001"));
}

TEST_CASE("with unequal prizes the lower goal pays less, where the cue named it", "[env]") {
  auto options = corridor(2);
  options.cue_rewards = "unequal";
  env::TMazePassive maze(options);
  for (const int cue : {1, -1}) {
    for (const int turn : {kUp, kDown}) {
      begin(maze, cue);
      CHECK(maze.step(kRight).reward == 0);
      CHECK(maze.step(kRight).reward == 0);
      const bool right = (turn == kUp) == (cue > 0);
      CHECK(maze.step(turn).reward == (right ? (cue > 0 ? 1.0F : 0.2F) : 0.0F));
    }
  }
}

}  // namespace qarium::env_tmaze_test
