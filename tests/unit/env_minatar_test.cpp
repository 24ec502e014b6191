// MinAtar's games against episodes recorded from the MinAtar package with its draws (tests/reference), and what they
// have in common.
#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine/env/asterix.hpp"
#include "engine/env/breakout.hpp"
#include "engine/env/freeway.hpp"
#include "engine/env/registry.hpp"
#include "engine/env/seaquest.hpp"
#include "engine/env/space_invaders.hpp"
#include "tests/catch.hpp"
#include "tests/reference.hpp"

namespace qarium::env_minatar_test {
namespace {

using env::minatar::Action;

/// One line of a record: of an episode's beginning or of a step.
struct Line {
  bool begins = false;
  bool ramping = false;
  int action = 0;
  int reward = 0;
  bool over = false;
  std::string draws;
  std::vector<std::size_t> cells;  ///< that differ from the line before
};

Line read_line(const std::string& text) {
  Line line;
  std::istringstream parts(text);
  std::string head;
  std::string cells;
  std::getline(parts, head, '|');
  std::getline(parts, line.draws, '|');
  std::getline(parts, cells);
  line.begins = head.starts_with("episode ");
  if (line.begins) {
    line.ramping = head.at(8) == '1';
  } else {
    std::istringstream(head) >> line.action >> line.reward >> line.over;
  }
  std::istringstream numbers(cells);
  for (std::size_t cell = 0; numbers >> cell;)
    line.cells.push_back(cell);
  return line;
}

/// The draws that the package took, in their order. Asking for another kind is an error, and so is one left over.
class RecordedChance final : public env::minatar::Chance {
 public:
  explicit RecordedChance(const std::string& draws) : draws_(draws) {}

  bool happens(double probability) override { return std::stod(next('r')) < probability; }
  int below(int n) override {
    const auto text = next('i');
    if (text.substr(text.find('/') + 1) != std::to_string(n)) throw std::logic_error("drew below " + text);
    return std::stoi(text);
  }
  bool used_up() {
    std::string text;
    return !(draws_ >> text);
  }

 private:
  std::string next(char kind) {
    std::string text;
    if (!(draws_ >> text) || text.front() != kind) throw std::logic_error("another draw was recorded: '" + text + "'");
    return text.substr(1);
  }

  std::istringstream draws_;
};

struct Played {
  int steps = 0;
  int episodes = 0;
  int rewards = 0;
  int longest = 0;
  int ended = 0;
  std::map<std::size_t, int> seen;  ///< channel -> steps in which it showed something new
};

/// Plays the record and requires the same at every step; `watch(state)` sees every state.
template <class Game, class Watch>
Played play_record(const std::string& file, const Watch& watch) {
  auto stream = open_reference(file);
  Played played;
  typename Game::State state{};
  std::vector<std::uint8_t> expected;
  bool ramping = false;
  int length = 0;
  for (std::string text; std::getline(stream, text);) {
    const auto line = read_line(text);
    RecordedChance chance(line.draws);
    if (line.begins) {
      state = Game::begin(chance);
      ramping = line.ramping;
      expected.assign(Game::kChannels * env::minatar::kCells, 0);
      length = 0;
      ++played.episodes;
    } else {
      const auto outcome = Game::play(state, static_cast<Action>(line.action), ramping, chance);
      INFO(file << ", episode " << played.episodes << ", step " << length + 1);
      REQUIRE(outcome.reward == line.reward);
      REQUIRE(outcome.over == line.over);
      played.rewards += line.reward;
      played.ended += line.over;
      played.longest = std::max(played.longest, ++length);
      ++played.steps;
    }
    REQUIRE(chance.used_up());
    for (const auto cell : line.cells) {
      expected[cell] ^= 1U;
      ++played.seen[cell / env::minatar::kCells];
    }
    std::array<std::uint8_t, Game::kChannels * env::minatar::kCells> observation;
    env::minatar::Planes<Game::kChannels> planes(observation);
    Game::show(state, planes);
    INFO(file << ", episode " << played.episodes << ", step " << length);
    REQUIRE(std::equal(expected.begin(), expected.end(), observation.begin()));
    watch(state);
  }
  CHECK(played.seen.size() == Game::kChannels);
  return played;
}

template <class Environment>
std::vector<std::string> actions_of(env::minatar::Actions actions) {
  return Environment({}, actions).spec().action_space.names;
}

}  // namespace

TEST_CASE("Breakout plays as MinAtar's does", "[minatar]") {
  int fewest_bricks = 30;
  const auto played = play_record<env::BreakoutGame>("minatar_breakout.txt", [&](const env::BreakoutState& state) {
    fewest_bricks =
        std::min(fewest_bricks, static_cast<int>(std::count(state.bricks.begin(), state.bricks.end(), true)));
  });
  CHECK(played.steps > 1500);
  CHECK(played.longest > 500);
  CHECK(played.rewards > 100);
  CHECK(fewest_bricks == 0);
}

TEST_CASE("Asterix plays as MinAtar's does", "[minatar]") {
  int level = 0;
  int most = 0;
  const auto played = play_record<env::AsterixGame>("minatar_asterix.txt", [&](const env::AsterixState& state) {
    level = std::max(level, state.level);
    most = std::max(most, static_cast<int>(std::count_if(state.visitors.begin(), state.visitors.end(),
                                                         [](const auto& visitor) { return visitor.there; })));
  });
  CHECK(played.steps >= 1500);
  CHECK(played.ended >= 3);
  CHECK(played.rewards > 20);
  CHECK(level >= 3);
  CHECK(most >= 6);
}

TEST_CASE("Freeway plays as MinAtar's does", "[minatar]") {
  const auto played = play_record<env::FreewayGame>("minatar_freeway.txt", [](const env::FreewayState&) {});
  CHECK(played.steps >= 1200);
  CHECK(played.rewards >= 8);
}

TEST_CASE("Freeway ends after 2,501 steps") {
  env::Freeway freeway;
  freeway.reset({1, core::Purpose::Test, 0});
  for (int step = 1; step <= 2'500; ++step)
    REQUIRE_FALSE(freeway.step(0).over());
  CHECK(freeway.step(0).terminated);
}

TEST_CASE("Space Invaders plays as MinAtar's does", "[minatar]") {
  int interval = 12;
  const auto played = play_record<env::SpaceInvadersGame>(
      "minatar_space_invaders.txt",
      [&](const env::SpaceInvadersState& state) { interval = std::min(interval, state.alien_interval); });
  CHECK(played.steps >= 1500);
  CHECK(played.ended >= 3);
  CHECK(played.rewards > 100);
  CHECK(interval <= 10);
}

TEST_CASE("Seaquest plays as MinAtar's does", "[minatar]") {
  int level = 0;
  int most_on_board = 0;
  const auto played = play_record<env::SeaquestGame>("minatar_seaquest.txt", [&](const env::SeaquestState& state) {
    level = std::max(level, state.level);
    most_on_board = std::max(most_on_board, state.on_board);
  });
  CHECK(played.steps >= 1500);
  CHECK(played.ended >= 3);
  CHECK(played.rewards > 20);
  CHECK(level >= 4);
  CHECK(most_on_board == 6);
}

TEST_CASE("MinAtar's -v0 offers all actions and -v1 those that do something") {
  using Names = std::vector<std::string>;
  constexpr auto kMinimal = env::minatar::Actions::Minimal;
  const Names all{"noop", "left", "up", "right", "down", "fire"};
  CHECK(actions_of<env::Asterix>(env::minatar::Actions::All) == all);
  CHECK(actions_of<env::Asterix>(kMinimal) == Names{"noop", "left", "up", "right", "down"});
  CHECK(actions_of<env::Breakout>(kMinimal) == Names{"noop", "left", "right"});
  CHECK(actions_of<env::Freeway>(kMinimal) == Names{"noop", "up", "down"});
  CHECK(actions_of<env::Seaquest>(kMinimal) == all);
  CHECK(actions_of<env::SpaceInvaders>(kMinimal) == Names{"noop", "left", "right", "fire"});
}

TEST_CASE("an action of MinAtar's -v1 is what its name says") {
  config::EnvironmentOptions options;
  options.sticky_action_prob = 0;
  for (const auto& registration : env::registry()) {
    if (!registration.id.starts_with("MinAtar/") || !registration.id.ends_with("-v1")) continue;
    INFO(registration.id);
    options.id = registration.id;
    const auto minimal = env::make(options);
    options.id = std::string(registration.id.substr(0, registration.id.size() - 1)) + "0";
    const auto whole = env::make(options);
    const auto& names = whole->spec().action_space.names;
    core::RandomStream random(3, core::Purpose::Test, 0);
    for (std::uint32_t episode = 0; episode < 20; ++episode) {
      minimal->reset({4, core::Purpose::Test, episode});
      whole->reset({4, core::Purpose::Test, episode});
      for (int step = 0; step < 300; ++step) {
        const auto action =
            static_cast<int>(random.below(static_cast<std::uint32_t>(minimal->spec().action_space.n())));
        const auto& name = minimal->spec().action_space.names[static_cast<std::size_t>(action)];
        const auto same = static_cast<int>(std::find(names.begin(), names.end(), name) - names.begin());
        const auto one = minimal->step(action);
        const auto other = whole->step(same);
        std::vector<std::byte> seen(minimal->spec().observation_space.bytes());
        std::vector<std::byte> seen_there(seen.size());
        minimal->observe(seen);
        whole->observe(seen_there);
        REQUIRE(seen == seen_there);
        REQUIRE(one.reward == other.reward);
        REQUIRE(one.terminated == other.terminated);
        if (one.over()) break;
      }
    }
  }
}

TEST_CASE("MinAtar's landmarks are the things that are seen") {
  env::Seaquest seaquest;
  seaquest.reset({1, core::Purpose::Test, 0});
  auto state = seaquest.state();
  state.fish.add({3, 4, true, 5});
  state.fish.add({7, 2, true, 5});
  state.enemy.add({6, 6, false});
  seaquest.set_state(state);
  std::vector<std::byte> observation(seaquest.spec().observation_space.bytes());
  seaquest.observe(observation);
  std::set<std::string> found;
  for (const auto& mark : seaquest.landmarks(observation))
    found.insert(mark.name + " " + std::to_string(mark.row) + " " + std::to_string(mark.column));
  CHECK(found == std::set<std::string>{"submarine 0 5", "fish 4 3", "fish 2 7", "enemy bullet 6 6"});
}

TEST_CASE("Asterix and Seaquest stay as easy as they begin where difficulty does not ramp") {
  config::EnvironmentOptions options;
  for (const bool ramping : {true, false}) {
    options.difficulty_ramping = ramping;
    env::Asterix asterix(options);
    asterix.reset({2, core::Purpose::Test, 0});
    for (int step = 0; step < 500; ++step)
      asterix.step(0);
    CHECK((asterix.state().spawn_interval < 10) == ramping);
    CHECK((asterix.state().move_interval < 5) == ramping);
    env::Seaquest seaquest(options);
    seaquest.reset({2, core::Purpose::Test, 0});
    for (int times = 0; times < 3; ++times) {
      auto state = seaquest.state();
      state.on_board = 3;
      state.row = 0;
      state.at_surface = false;
      seaquest.set_state(state);
      seaquest.step(0);
    }
    CHECK(seaquest.state().spawn_interval == (ramping ? 17 : 20));
    CHECK(seaquest.state().move_interval == (ramping ? 4 : 5));
  }
}

TEST_CASE("of two equal swimmers the first in the list goes, and the one whose turn it is has it again") {
  struct Thing {
    int value = 0;
    int turns = 0;
    bool operator==(const Thing& other) const { return value == other.value; }
  };
  env::Arrivals<Thing, 4> things;
  for (const int value : {1, 2, 1})
    things.add({value});
  bool first = true;
  std::vector<int> order;
  things.from_last([&](Thing& thing) {
    order.push_back(thing.value);
    ++thing.turns;
    const bool stays = !first;
    first = false;
    return stays;
  });
  CHECK(order == std::vector<int>{1, 1, 2});
  REQUIRE(things.size() == 2);
  CHECK(things[0].value == 2);
  CHECK(things[1].turns == 2);
}

}  // namespace qarium::env_minatar_test
