// Stage: the watched episode with its past, which can be looked at, resumed and branched.
#include <torch/torch.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/inspect/episode_viewer.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning.hpp"
#include "tests/unit/staged.hpp"

namespace qarium::inspect_episode_viewer_test {

using inspect::EpisodeViewer;
using protocol::EpisodeFrame;
using tests::describe;
using tests::version_of;

namespace {

config::Hyperparameters sticky_breakout() {
  auto h = tests::small_breakout();
  h.environment.sticky_action_prob = 0.4;
  return h;
}

/// A moment as numbers that can be compared, without its place on the time line.
std::vector<double> facts(const EpisodeFrame& moment) {
  std::vector<double> all = {static_cast<double>(moment.step), moment.return_so_far, moment.reward,
                             static_cast<double>(moment.terminated), static_cast<double>(moment.truncated)};
  all.insert(all.end(), moment.action_values.begin(), moment.action_values.end());
  return all;
}

using Future = std::vector<std::vector<double>>;

/// Takes the same varied actions from wherever the stage is, and says what came of them.
Future play(EpisodeViewer& stage, int steps) {
  core::RandomStream actions(1, core::Purpose::Test, 0);
  Future future;
  for (int i = 0; i < steps; ++i) {
    const auto action = static_cast<int>(actions.below(static_cast<std::uint32_t>(stage.spec().action_space.n())));
    stage.forward(action);
    future.push_back(facts(stage.moment()));
  }
  return future;
}

}  // namespace

TEST_CASE("the stage begins with its first parameters and acts greedily") {
  const auto h = tests::small_cartpole();
  EpisodeViewer stage;
  CHECK_FALSE(stage.ready());
  stage.adopt(version_of(h, 1, {500, 20}));
  REQUIRE(stage.ready());
  CHECK(stage.first() == 0);
  CHECK(stage.last() == 0);
  CHECK(stage.moment().action == -1);
  CHECK(stage.moment().parameters == protocol::Position{500, 20});
  for (int i = 0; i < 200; ++i)
    stage.forward();
  CHECK(stage.last() == 200);
  float total = 0;
  for (std::int64_t index = 0; index < 200; ++index) {
    stage.seek(index);
    const auto moment = stage.moment();
    REQUIRE(moment.index == index);
    REQUIRE_FALSE(moment.exploratory);
    REQUIRE_FALSE(moment.chosen_by_user);
    if (moment.step == 0) total = 0;
    total += moment.reward;
    REQUIRE(moment.return_so_far == total);
    REQUIRE(moment.action_values.size() == 2);
    if (moment.terminated || moment.truncated) {
      REQUIRE(moment.action == -1);
      stage.seek(index + 1);
      REQUIRE(stage.moment().step == 0);
      REQUIRE(stage.moment().episode == moment.episode + 1);
      REQUIRE(stage.moment().reward == 0);
    } else {
      REQUIRE(moment.action == agent::greedy(moment.action_values));
    }
  }
}

TEST_CASE("with epsilon 1 every action is drawn and marked as such") {
  EpisodeViewer stage;
  stage.adopt(version_of(tests::small_cartpole(), 1, {}));
  stage.set_epsilon(1);
  std::array<int, 2> counts{};
  for (int i = 0; i < 400; ++i)
    stage.forward();
  for (std::int64_t index = 0; index < stage.last(); ++index) {
    stage.seek(index);
    if (stage.moment().action < 0) continue;
    REQUIRE(stage.moment().exploratory);
    ++counts[static_cast<std::size_t>(stage.moment().action)];
  }
  CHECK(counts[0] > 130);
  CHECK(counts[1] > 130);
  CHECK(describe(stage).epsilon == 1);
}

TEST_CASE("looking back changes nothing, and looking forward again comes to the live end") {
  EpisodeViewer stage;
  stage.adopt(version_of(sticky_breakout(), 1, {}));
  play(stage, 50);
  const auto before = facts(stage.moment());
  stage.back();
  CHECK(stage.cursor() == 49);
  CHECK_FALSE(stage.live());
  stage.seek(-100);
  CHECK(stage.cursor() == 0);
  stage.back();
  CHECK(stage.cursor() == 0);
  for (int i = 0; i < 50; ++i)
    stage.forward();
  CHECK(stage.live());
  CHECK(stage.last() == 50);
  CHECK(facts(stage.moment()) == before);
  stage.seek(1'000);
  CHECK(stage.cursor() == 50);
  stage.forward();
  CHECK(stage.last() == 51);
}

TEST_CASE("a resumed moment has the same future under the same actions, a branched one another") {
  EpisodeViewer stage;
  stage.adopt(version_of(sticky_breakout(), 1, {}));
  play(stage, 7);
  const auto here = stage.cursor();
  const auto future = play(stage, 200);

  stage.seek(here);
  stage.resume(false);
  CHECK(stage.live());
  CHECK(stage.last() == here);
  CHECK(stage.moment().action == -1);
  CHECK(play(stage, 200) == future);

  std::vector<Future> branches;
  for (int i = 0; i < 3; ++i) {
    stage.seek(here);
    stage.resume(true);
    const auto again = stage.moment();
    branches.push_back(play(stage, 200));
    CHECK(again.index == here);
    CHECK(branches.back() != future);
  }
  CHECK(branches[0] != branches[1]);
  CHECK(branches[1] != branches[2]);

  // A branch can itself be resumed.
  stage.seek(here);
  stage.resume(false);
  CHECK(play(stage, 200) == branches[2]);
}

TEST_CASE("CartPole, which draws nothing, has one future only") {
  EpisodeViewer stage;
  stage.adopt(version_of(tests::small_cartpole(), 1, {}));
  play(stage, 3);
  const auto here = stage.cursor();
  const auto future = play(stage, 5);
  stage.seek(here);
  stage.resume(true);
  CHECK(play(stage, 5) == future);
}

TEST_CASE("the past reaches 2000 steps and more under 100 MB") {
  for (const auto& h : {tests::small_cartpole(), tests::small_breakout()}) {
    INFO(h.environment.id);
    EpisodeViewer stage;
    stage.adopt(version_of(h, 1, {}));
    play(stage, 2'500);
    CHECK(stage.first() == 0);
    CHECK(stage.last() == 2'500);
    CHECK(stage.bytes() < EpisodeViewer::kMemoryLimit / 10);
    const auto snapshot = describe(stage);
    CHECK(snapshot.bytes == stage.bytes());
    CHECK(snapshot.bytes_limit == 100'000'000);
    stage.seek(0);
    CHECK(stage.moment().step == 0);
    CHECK(describe(stage).can_resume);
  }
}

TEST_CASE("beyond its memory the stage forgets the oldest moments, and never the one that acts") {
  constexpr std::size_t kLimit = 50'000;
  EpisodeViewer stage(kLimit);
  stage.adopt(version_of(sticky_breakout(), 1, {}));
  std::int64_t last_first = 0;
  for (int i = 0; i < 400; ++i) {
    play(stage, 1);
    REQUIRE(stage.bytes() <= kLimit);
    REQUIRE(stage.first() >= last_first);
    REQUIRE(stage.last() == i + 1);
    last_first = stage.first();
  }
  CHECK(stage.first() > 200);
  const auto per_moment = static_cast<double>(stage.bytes()) / static_cast<double>(stage.last() - stage.first() + 1);
  CHECK(per_moment > 400);  // its observation alone
  stage.seek(0);
  CHECK(stage.cursor() == stage.first());
  CHECK(stage.moment().index == stage.first());
  const auto starts = describe(stage).episode_starts;
  CHECK(std::all_of(starts.begin(), starts.end(), [&](auto start) { return start >= stage.first(); }));
  // What came after the oldest moment is not forgotten by branching there.
  const auto oldest = stage.first();
  const auto newest = stage.last();
  stage.resume(true);
  CHECK(stage.live());
  CHECK(stage.first() == oldest);
  CHECK(stage.bytes() <= kLimit);
  CHECK(stage.bytes() > kLimit / 2);
  play(stage, 5);
  CHECK(stage.last() == stage.first() + 5);
  stage.return_to(1, newest);
  CHECK(stage.cursor() == newest);
  CHECK(stage.live());

  EpisodeViewer tiny(10);
  tiny.adopt(version_of(sticky_breakout(), 1, {}));
  play(tiny, 20);
  CHECK(tiny.first() == tiny.last());
  CHECK(tiny.last() == 20);
}

TEST_CASE("a user's action and a new episode are marked as what they are") {
  EpisodeViewer stage;
  stage.adopt(version_of(tests::small_cartpole(), 1, {}));
  stage.forward();
  const auto worse = 1 - agent::greedy(stage.moment().action_values);
  stage.forward(worse);
  stage.back();
  CHECK(stage.moment().action == worse);
  CHECK(stage.moment().chosen_by_user);
  CHECK_FALSE(stage.moment().exploratory);
  stage.new_episode();
  CHECK(stage.live());
  CHECK(stage.moment().step == 0);
  CHECK(stage.moment().episode == 1);
  CHECK(stage.last() == 3);
  CHECK(describe(stage).episode_starts == std::vector<std::int64_t>{0, 3});
}

TEST_CASE("newer parameters judge from now on; what was seen stays as it was") {
  const auto h = tests::small_cartpole();
  EpisodeViewer stage;
  stage.adopt(version_of(h, 1, {100, 1}));
  play(stage, 5);
  CHECK(describe(stage).values_now.empty());
  stage.seek(2);
  const auto then = stage.moment().action_values;
  stage.adopt(version_of(h, 2, {200, 9}));
  CHECK(stage.last() == 5);
  CHECK(stage.moment().action_values == then);
  const auto snapshot = describe(stage);
  CHECK(snapshot.moment.parameters == protocol::Position{100, 1});
  REQUIRE(snapshot.values_now.size() == 2);
  CHECK(snapshot.values_now != then);
  EpisodeViewer fresh;
  fresh.adopt(version_of(h, 2, {200, 9}));
  stage.seek(0);
  CHECK(describe(stage).values_now == fresh.moment().action_values);

  // The live end is judged again before it acts.
  stage.seek(5);
  stage.forward();
  stage.back();
  CHECK(stage.moment().parameters == protocol::Position{200, 9});
  CHECK(stage.moment().action == agent::greedy(stage.moment().action_values));
}

TEST_CASE("another network at the same place in time judges anew, too") {
  // As where a block is changed or a checkpoint loaded while learning is paused.
  auto h = tests::small_cartpole();
  EpisodeViewer stage;
  stage.adopt(version_of(h, 1, {100, 1}));
  play(stage, 5);
  const auto then = stage.moment().action_values;
  h.head.width = 44;
  stage.adopt(version_of(h, 2, {100, 1}));
  CHECK(stage.last() == 5);
  const auto now = describe(stage).values_now;
  REQUIRE(now.size() == 2);
  CHECK(now != then);
  stage.forward();
  stage.back();
  CHECK(stage.moment().action_values == now);
  CHECK(stage.moment().action == agent::greedy(now));
}

TEST_CASE("another environment or seed begins a new time line") {
  EpisodeViewer stage;
  stage.adopt(version_of(tests::small_cartpole(), 1, {}));
  play(stage, 20);
  auto h = tests::small_cartpole();
  h.learning_rate = 0.1;
  stage.adopt(version_of(h, 2, {}));
  CHECK(stage.last() == 20);
  h.seed = 2;
  stage.adopt(version_of(h, 3, {}));
  CHECK(stage.last() == 0);
  play(stage, 20);
  stage.adopt(version_of(sticky_breakout(), 4, {}));
  CHECK(stage.last() == 0);
  CHECK(stage.spec().id == "MinAtar/Breakout-v0");
  play(stage, 20);
  auto other = sticky_breakout();
  other.environment.sticky_action_prob = 0.2;
  stage.adopt(version_of(other, 5, {}));
  CHECK(stage.last() == 0);
}

TEST_CASE("the description holds what is asked for, at the cursor") {
  EpisodeViewer stage;
  stage.adopt(version_of(sticky_breakout(), 1, {}));
  play(stage, 400);
  const auto bare = describe(stage, protocol::kNothing);
  CHECK_FALSE(bare.scene);
  CHECK(bare.history.empty());
  CHECK(bare.first == 0);
  CHECK(bare.last == 400);
  CHECK(bare.environment == "MinAtar/Breakout-v0");
  CHECK(bare.action_names.size() == 6);

  stage.seek(300);
  const auto full = describe(stage);
  REQUIRE(full.scene);
  CHECK(full.scene->grid.cells.size() == 100);
  CHECK(full.moment.index == 300);
  REQUIRE_FALSE(full.history.empty());
  CHECK(full.history.front().index == 100);
  CHECK(full.history.back().index == 340);
  // The picture is the cursor's: another moment of the same episode shows another ball.
  stage.forward();
  CHECK((describe(stage).scene->grid.cells != full.scene->grid.cells));
  stage.back();
  CHECK((describe(stage).scene->grid.cells == full.scene->grid.cells));
}

}  // namespace qarium::inspect_episode_viewer_test
