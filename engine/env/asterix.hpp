#pragma once
#include <array>
#include <string_view>

#include "engine/env/minatar.hpp"

namespace qarium::env {

struct AsterixState {
  /// Who crosses a row.
  struct Visitor {
    int column = 0;
    bool there = false;
    bool to_right = false;
    bool gold = false;
  };
  std::array<Visitor, 8> visitors{};  ///< of the rows 1 to 8
  int column = 5;
  int row = 5;
  int spawn_interval = 10;
  int spawn_timer = 10;
  int move_interval = 5;
  int move_timer = 5;
  int ramp_timer = 100;
  int level = 0;
  minatar::Action last_action = minatar::Action::Noop;
};

/// Gold and enemies cross eight rows. +1 for gold; over at the touch of an enemy. They come and move faster with time.
struct AsterixGame {
  using State = AsterixState;
  static constexpr std::array<std::string_view, 2> kIds{"MinAtar/Asterix-v0", "MinAtar/Asterix-v1"};
  static constexpr std::string_view kDescription = "Collect the gold that crosses the rows, and touch no enemy";
  static constexpr std::array kMinimalActions{minatar::Action::Noop, minatar::Action::Left, minatar::Action::Up,
                                              minatar::Action::Right, minatar::Action::Down};

  enum Channel : std::size_t { Player, Enemy, Trail, Gold };
  static constexpr std::size_t kChannels = 4;
  static constexpr std::array<minatar::Paint, 4> kPaint{
      {{Trail, kDusk}, {Gold, kAmber}, {Player, kPeriwinkle}, {Enemy, kRose}}};
  static constexpr std::array<minatar::Named, 3> kLandmarks{{{Player, "player"}, {Enemy, "enemy"}, {Gold, "gold"}}};

  static State begin(minatar::Chance& chance);
  static minatar::Outcome play(State& state, minatar::Action action, bool ramping, minatar::Chance& chance);
  static void show(const State& state, minatar::Planes<kChannels>& planes);
};

using Asterix = MinAtar<AsterixGame>;

}  // namespace qarium::env
