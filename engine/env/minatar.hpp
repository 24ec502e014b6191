#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/config/hyperparameters.hpp"
#include "engine/env/drawing.hpp"
#include "engine/env/stateful_environment.hpp"

namespace qarium::env {

/// The games of MinAtar: Young and Tian 2019, "MinAtar: An Atari-Inspired Testbed for Thorough and Reproducible
/// Reinforcement Learning Experiments". Their rules stand in docs/MINATAR.md, in words. Each game is a type with its
/// rules alone (asterix.hpp is the shortest); `MinAtar<Game>` makes an environment of it.
namespace minatar {

inline constexpr int kSide = 10;  ///< rows and columns of every game's grid
inline constexpr std::size_t kCells = kSide * kSide;

enum class Action : std::uint8_t { Noop, Left, Up, Right, Down, Fire };
inline constexpr std::array kAllActions{Action::Noop,  Action::Left, Action::Up,
                                        Action::Right, Action::Down, Action::Fire};
inline constexpr std::array<const char*, kAllActions.size()> kActionNames{"noop",  "left", "up",
                                                                          "right", "down", "fire"};

/// What a game asks of chance.
class Chance {
 public:
  virtual ~Chance() = default;
  /// Something that happens with this probability.
  virtual bool happens(double probability) = 0;
  /// One of 0 .. n - 1, all as likely.
  virtual int below(int n) = 0;
};

/// Chance from a stream of random numbers.
class StreamChance final : public Chance {
 public:
  explicit StreamChance(core::RandomStream& random) : random_(random) {}
  bool happens(double probability) override { return random_.uniform() < probability; }
  int below(int n) override { return static_cast<int>(random_.below(static_cast<std::uint32_t>(n))); }

 private:
  core::RandomStream& random_;
};

/// What a step came to.
struct Outcome {
  int reward = 0;
  bool over = false;
};

/// One kind of thing that an observation shows.
struct Paint {
  std::size_t channel;
  protocol::Color color;
};

/// Things of a channel that attention may lie on, by name.
struct Named {
  std::size_t channel;
  std::string_view name;
};

/// Sets all to 0. Out of line: where compilers know how many there are, they choose slower instructions.
void clear_cells(std::span<std::uint8_t> cells);

/// An observation, written where it belongs: for each channel the cells that hold a thing.
template <std::size_t kChannels>
struct Planes {
  std::span<std::uint8_t, kChannels * kCells> cells;

  /// Empties them.
  explicit Planes(std::span<std::uint8_t, kChannels * kCells> place) : cells(place) { clear_cells(cells); }
  void set(std::size_t channel, int column, int row) {
    cells[channel * kCells + static_cast<std::size_t>(row) * kSide + static_cast<std::size_t>(column)] = 1;
  }
  /// Nothing where the column is outside of the grid.
  void set_within(std::size_t channel, int column, int row) {
    if (column >= 0 && column < kSide) set(channel, column, row);
  }
};

/// Which actions an environment offers: its ids end with -v0 and -v1.
enum class Actions : std::size_t { All, Minimal };

}  // namespace minatar

/// An environment of one of MinAtar's games. Observes uint8 [channels, 10, 10], 0 or 1. With probability
/// `sticky_action_prob` the previous action is repeated; an episode's first "previous" action is noop. Truncated after
/// 10,000 steps, since MinAtar has no time limit and there are ways to play for ever.
///
/// `Game` says: `State`, plain, with a member `last_action`; `kIds`, those with all and with the minimal actions;
/// `kDescription`, `kChannels`, `kMinimalActions`; `kPaint`, channels in the order in which they are painted, and
/// `kLandmarks`; and, static,
///     State begin(Chance&), the first state of an episode;
///     Outcome play(State&, Action, bool ramping, Chance&), one step;
///     void show(const State&, Planes<kChannels>&), into empty planes.
template <class Game>
class MinAtar final
    : public StatefulEnvironment<typename Game::State, std::array<std::uint8_t, Game::kChannels * minatar::kCells>> {
 public:
  using State = typename Game::State;
  using Observation = std::array<std::uint8_t, Game::kChannels * minatar::kCells>;

  explicit MinAtar(const config::EnvironmentOptions& options = {}, minatar::Actions actions = minatar::Actions::All)
      : StatefulEnvironment<State, Observation>(make_spec(actions)),
        sticky_action_prob_(options.sticky_action_prob),
        ramping_(options.difficulty_ramping),
        actions_(offered(actions)) {}

  /// Those of `Game::kLandmarks` that are seen.
  std::vector<protocol::Landmark> landmarks(std::span<const std::byte> observation) const override {
    std::vector<protocol::Landmark> found;
    for (const auto& named : Game::kLandmarks) {
      for (std::size_t cell = 0; cell < minatar::kCells; ++cell) {
        if (observation[named.channel * minatar::kCells + cell] == std::byte{0}) continue;
        const auto place = static_cast<int>(cell);
        found.push_back({std::string(named.name), place / minatar::kSide, place % minatar::kSide});
      }
    }
    return found;
  }

 private:
  using Place = std::span<std::uint8_t, std::tuple_size_v<Observation>>;

  static std::vector<minatar::Action> offered(minatar::Actions actions) {
    if (actions == minatar::Actions::All) return {minatar::kAllActions.begin(), minatar::kAllActions.end()};
    return {Game::kMinimalActions.begin(), Game::kMinimalActions.end()};
  }

  static EnvironmentSpec make_spec(minatar::Actions actions) {
    EnvironmentSpec spec{
        .id = std::string(Game::kIds[static_cast<std::size_t>(actions)]),
        .description = std::string(Game::kDescription),
        .observation_space = {.shape = {static_cast<std::int64_t>(Game::kChannels), minatar::kSide, minatar::kSide},
                              .type = ScalarType::Uint8,
                              .low = {0},
                              .high = {1}},
        .max_episode_steps = 10'000,
        .render_fps = 15};
    spec.least_reward = 0;
    if constexpr (requires { Game::kMostReward; }) spec.most_reward = Game::kMostReward;
    for (const auto action : offered(actions))
      spec.action_space.names.emplace_back(minatar::kActionNames[static_cast<std::size_t>(action)]);
    return spec;
  }

  State begin(core::RandomStream& random) const override {
    minatar::StreamChance chance(random);
    return Game::begin(chance);
  }

  StepResult advance(State& state, int action, core::RandomStream& random) const override {
    minatar::StreamChance chance(random);
    if (!chance.happens(sticky_action_prob_)) state.last_action = actions_[static_cast<std::size_t>(action)];
    const auto outcome = Game::play(state, state.last_action, ramping_, chance);
    return {.reward = static_cast<float>(outcome.reward), .terminated = outcome.over};
  }

  Observation observation_of(const State& state) const override {
    Observation observation;
    show(state, observation);
    return observation;
  }

  void observe_state(const State& state, std::span<std::byte> out) const override {
    show(state, Place(reinterpret_cast<std::uint8_t*>(out.data()), out.size()));
  }

  static void show(const State& state, Place place) {
    minatar::Planes<Game::kChannels> planes(place);
    Game::show(state, planes);
  }

  void draw(const Observation& observation, protocol::Scene& scene) const override {
    clear(scene, minatar::kSide, minatar::kSide);
    for (const auto& paint : Game::kPaint) {
      for (std::size_t cell = 0; cell < minatar::kCells; ++cell) {
        if (observation[paint.channel * minatar::kCells + cell] != 0) scene.grid.cells[cell] = paint.color;
      }
    }
  }

  double sticky_action_prob_;
  bool ramping_;
  std::vector<minatar::Action> actions_;  ///< what each action of the environment is in the game
};

}  // namespace qarium::env
