// Catch: a falling ball, a paddle, and balls that mean nothing.
#include <algorithm>
#include <cstdlib>
#include <set>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/env/breakout.hpp"
#include "engine/env/catch_ball.hpp"
#include "tests/catch.hpp"

namespace qarium::env_catch_ball_test {
namespace {

constexpr int kLeft = 0;
constexpr int kStay = 1;
constexpr int kRight = 2;

using Bytes = std::vector<std::byte>;

env::CatchBall make_catch(std::int64_t side, std::int64_t distractors = 0) {
  config::EnvironmentOptions options;
  options.grid_size = side;
  options.distractors = distractors;
  return env::CatchBall(options);
}

Bytes observe(const env::Environment& environment) {
  Bytes bytes(environment.spec().observation_space.bytes());
  environment.observe(bytes);
  return bytes;
}

/// Indices of the cells that are set in one plane.
std::vector<int> cells(const Bytes& observation, int side, int plane) {
  std::vector<int> set;
  int more_than_one = 0;
  for (int i = 0; i < side * side; ++i) {
    const auto byte = observation[static_cast<std::size_t>(plane * side * side + i)];
    more_than_one += byte > std::byte{1};
    if (byte == std::byte{1}) set.push_back(i);
  }
  REQUIRE(more_than_one == 0);
  return set;
}

int towards_ball(const env::CatchBallState& state) {
  return state.ball.column < state.paddle ? kLeft : state.ball.column > state.paddle ? kRight : kStay;
}

}  // namespace

TEST_CASE("catch: the ball falls a row a step and the paddle obeys, up to the walls") {
  auto environment = make_catch(5);
  CHECK(environment.spec().action_space.names == std::vector<std::string>{"left", "stay", "right"});
  CHECK(environment.spec().observation_space.shape == std::vector<std::int64_t>{3, 5, 5});
  CHECK(environment.spec().observation_space.type == env::ScalarType::Uint8);
  environment.reset({1, core::Purpose::Test, 0});
  env::CatchBallState state;
  state.ball = {0, 3};
  state.paddle = 1;
  environment.set_state(state);
  CHECK(cells(observe(environment), 5, 0) == std::vector<int>{3});
  CHECK(cells(observe(environment), 5, 1) == std::vector<int>{21});
  CHECK(cells(observe(environment), 5, 2).empty());

  CHECK_FALSE(environment.step(kLeft).over());
  CHECK(cells(observe(environment), 5, 0) == std::vector<int>{8});
  CHECK(cells(observe(environment), 5, 1) == std::vector<int>{20});
  CHECK_FALSE(environment.step(kLeft).over());
  CHECK(cells(observe(environment), 5, 0) == std::vector<int>{13});
  CHECK(cells(observe(environment), 5, 1) == std::vector<int>{20});
  CHECK_FALSE(environment.step(kStay).over());
  CHECK(cells(observe(environment), 5, 1) == std::vector<int>{20});
  const auto last = environment.step(kRight);
  CHECK(cells(observe(environment), 5, 0) == std::vector<int>{23});
  CHECK(cells(observe(environment), 5, 1) == std::vector<int>{21});
  CHECK(last.terminated);
  CHECK_FALSE(last.truncated);
  CHECK(last.reward == -1);

  state.paddle = 4;
  environment.set_state(state);
  environment.step(kRight);
  CHECK(environment.state().paddle == 4);
}

TEST_CASE("catch: the move of the last step still counts") {
  auto environment = make_catch(6);
  environment.reset({1, core::Purpose::Test, 0});
  const auto end = [&](int paddle, int action) {
    env::CatchBallState state;
    state.ball = {4, 2};
    state.paddle = paddle;
    environment.set_state(state);
    const auto result = environment.step(action);
    CHECK(result.terminated);
    return result.reward;
  };
  CHECK(end(2, kStay) == 1);
  CHECK(end(1, kRight) == 1);
  CHECK(end(3, kLeft) == 1);
  CHECK(end(2, kLeft) == -1);
  CHECK(end(2, kRight) == -1);
  CHECK(end(0, kRight) == -1);
}

TEST_CASE("catch: on a grid of any size the ball is reached from the middle, and everything starts in place") {
  for (std::int64_t side = 4; side <= 20; ++side) {
    INFO(side);
    auto environment = make_catch(side, 3);
    const auto n = static_cast<int>(side);
    std::set<int> columns;
    for (std::uint32_t episode = 0; episode < 400; ++episode) {
      environment.reset({2, core::Purpose::Test, episode});
      REQUIRE(environment.state().ball.row == 0);
      REQUIRE(environment.state().paddle == n / 2);
      columns.insert(environment.state().ball.column);
      int steps = 0;
      env::StepResult result;
      do {
        REQUIRE(cells(observe(environment), n, 0).size() == 1);
        REQUIRE(cells(observe(environment), n, 1).size() == 1);
        REQUIRE(result.reward == 0);
        result = environment.step(towards_ball(environment.state()));
        ++steps;
      } while (!result.over());
      REQUIRE(result.terminated);
      REQUIRE(result.reward == 1);
      REQUIRE(steps == n - 1);
    }
    CHECK(columns.size() == static_cast<std::size_t>(n));
    CHECK(*columns.begin() == 0);
    CHECK(*columns.rbegin() == n - 1);
  }
}

TEST_CASE("catch: distractors fall, come back and change nothing else") {
  constexpr int kSide = 7;
  auto plain = make_catch(kSide);
  auto crowded = make_catch(kSide, 16);
  std::set<int> rows;
  std::set<int> entered;
  bool shared = false;
  for (std::uint32_t episode = 0; episode < 100; ++episode) {
    const core::RandomStream stream(3, core::Purpose::Test, episode);
    plain.reset(stream);
    crowded.reset(stream);
    core::RandomStream actions(4, core::Purpose::Test, episode);
    bool over = false;
    while (!over) {
      const auto before = crowded.state();
      const auto with = observe(crowded);
      REQUIRE(cells(with, kSide, 0) == cells(observe(plain), kSide, 0));
      REQUIRE(cells(with, kSide, 1) == cells(observe(plain), kSide, 1));
      std::set<int> expected;
      for (const auto& ball : before.distractors) {
        expected.insert(ball.row * kSide + ball.column);
        rows.insert(ball.row);
        shared = shared || (ball.row == before.ball.row && ball.column == before.ball.column);
      }
      const auto seen = cells(with, kSide, 2);
      REQUIRE(std::set<int>(seen.begin(), seen.end()) == expected);

      const auto action = static_cast<int>(actions.below(3));
      const auto a = plain.step(action);
      const auto b = crowded.step(action);
      REQUIRE(a.reward == b.reward);
      REQUIRE(a.terminated == b.terminated);
      over = a.over();
      for (std::size_t i = 0; i < before.distractors.size(); ++i) {
        const auto& from = before.distractors[i];
        const auto& to = crowded.state().distractors[i];
        if (from.row == kSide - 1) {
          REQUIRE(to.row == 0);
          entered.insert(to.column);
        } else {
          REQUIRE(to.row == from.row + 1);
          REQUIRE(to.column == from.column);
        }
      }
    }
  }
  CHECK(rows.size() == kSide);
  CHECK(entered.size() == kSide);
  CHECK(shared);
}

TEST_CASE("catch: a saved state brings the distractors back too, and their future") {
  auto environment = make_catch(9, 5);
  auto other = make_catch(9, 5);
  bool branched = false;
  for (std::uint32_t episode = 0; episode < 10; ++episode) {
    environment.reset({5, core::Purpose::Test, episode});
    for (int i = 0; i < 3; ++i)
      environment.step(kLeft);
    const auto saved = environment.save_state();
    const auto seen = observe(environment);
    const auto play = [&](env::Environment& played) {
      std::vector<Bytes> observations;
      while (!played.step(kRight).over())
        observations.push_back(observe(played));
      return observations;
    };
    const auto future = play(environment);
    CHECK(future.size() == 4);
    other.restore_state(saved);
    REQUIRE(observe(other) == seen);
    REQUIRE(play(other) == future);
    other.restore_state(saved);
    other.reseed({6, core::Purpose::Test, episode});
    REQUIRE(observe(other) == seen);
    branched = branched || play(other) != future;
  }
  CHECK(branched);
}

TEST_CASE("catch: landmarks are read from the observation alone") {
  auto environment = make_catch(8, 4);
  const auto reader = make_catch(8);
  for (std::uint32_t episode = 0; episode < 20; ++episode) {
    environment.reset({7, core::Purpose::Test, episode});
    environment.step(kLeft);
    environment.step(kLeft);
    const auto marks = reader.landmarks(observe(environment));
    const auto& state = environment.state();
    REQUIRE(marks.size() == 2);
    CHECK(marks[0].name == "ball");
    CHECK(marks[0].row == 2);
    CHECK(marks[0].column == state.ball.column);
    CHECK(marks[1].name == "paddle");
    CHECK(marks[1].row == 7);
    CHECK(marks[1].column == 2);
  }
  CHECK(reader.landmarks(Bytes(reader.spec().observation_space.bytes())).empty());
}

TEST_CASE("Breakout's landmarks are its ball and its paddle") {
  env::Breakout breakout;
  core::RandomStream actions(8, core::Purpose::Test, 0);
  for (std::uint32_t episode = 0; episode < 5; ++episode) {
    breakout.reset({8, core::Purpose::Test, episode});
    for (int i = 0; i < 4; ++i)
      breakout.step(static_cast<int>(actions.below(6)));
    const auto marks = breakout.landmarks(observe(breakout));
    const auto& state = breakout.state();
    REQUIRE(marks.size() == 2);
    CHECK(marks[0].name == "ball");
    CHECK(marks[0].row == state.ball.y);
    CHECK(marks[0].column == state.ball.x);
    CHECK(marks[1].name == "paddle");
    CHECK(marks[1].row == 9);
    CHECK(marks[1].column == state.paddle);
  }
  CHECK(breakout.landmarks(Bytes(400)).empty());
}

TEST_CASE("catch's picture shows the ball over the paddle over a distractor") {
  auto environment = make_catch(4, 1);
  environment.reset({9, core::Purpose::Test, 0});
  const auto picture = [&](env::CatchBallState::Cell ball, int paddle, env::CatchBallState::Cell distractor) {
    env::CatchBallState state;
    state.ball = ball;
    state.paddle = paddle;
    state.distractors[0] = distractor;
    environment.set_state(state);
    protocol::Scene scene;
    environment.render(scene);
    REQUIRE(scene.grid.cells.size() == 16);
    CHECK(scene.grid.rows == 4);
    return scene.grid.cells;
  };
  const auto apart = picture({0, 0}, 3, {1, 1});
  const auto ball = apart[0];
  const auto paddle = apart[15];
  const auto distractor = apart[5];
  CHECK(std::set<std::uint8_t>{ball.red, paddle.red, distractor.red, apart[1].red}.size() == 4);
  CHECK(picture({3, 3}, 3, {3, 3})[15] == ball);
  CHECK(picture({0, 0}, 3, {3, 3})[15] == paddle);
  CHECK(picture({1, 1}, 3, {1, 1})[5] == ball);
}

TEST_CASE("catch refuses sizes outside the table's range in its words") {
  CHECK_THROWS_AS(make_catch(3), core::UserError);
  CHECK_THROWS_AS(make_catch(10, 17), core::UserError);
  CHECK_THROWS_AS(make_catch(10, -1), core::UserError);
  CHECK_THROWS_WITH(make_catch(21), ContainsSubstring("environment.grid_size = 21") && ContainsSubstring("4 and 20"));
}

}  // namespace qarium::env_catch_ball_test
