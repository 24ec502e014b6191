#pragma once
#include <array>
#include <string_view>

#include "engine/env/minatar.hpp"

namespace qarium::env {

struct FreewayState {
  struct Car {
    int column = 0;
    int pace = 1;  ///< 1 to 5: it moves once in pace + 1 steps
    int timer = 0;
    bool to_right = false;
  };
  std::array<Car, 8> cars{};  ///< of the rows 1 to 8
  int row = 9;                ///< the chicken's
  int move_timer = 3;
  int clock = 2'500;
  minatar::Action last_action = minatar::Action::Noop;
};

/// A chicken crosses eight lanes of cars. +1 at the other side; a car puts it back to where it began. Over after 2,501
/// steps.
struct FreewayGame {
  using State = FreewayState;
  static constexpr std::array<std::string_view, 2> kIds{"MinAtar/Freeway-v0", "MinAtar/Freeway-v1"};
  static constexpr std::string_view kDescription = "Bring a chicken across eight lanes of cars, again and again";
  static constexpr std::array kMinimalActions{minatar::Action::Noop, minatar::Action::Up, minatar::Action::Down};

  enum Channel : std::size_t { Chicken, Vehicle, TrailOfFastest };
  static constexpr double kMostReward = 1;
  static constexpr std::size_t kChannels = 7;
  /// The trail of a fast car is brighter.
  static constexpr std::array<minatar::Paint, 7> kPaint{{{TrailOfFastest + 4, {0x24, 0x22, 0x2e}},
                                                         {TrailOfFastest + 3, {0x34, 0x31, 0x42}},
                                                         {TrailOfFastest + 2, {0x46, 0x42, 0x58}},
                                                         {TrailOfFastest + 1, kDusk},
                                                         {TrailOfFastest, {0x7d, 0x76, 0x9c}},
                                                         {Vehicle, kRose},
                                                         {Chicken, kPale}}};
  static constexpr std::array<minatar::Named, 2> kLandmarks{{{Chicken, "chicken"}, {Vehicle, "car"}}};

  static State begin(minatar::Chance& chance);
  static minatar::Outcome play(State& state, minatar::Action action, bool ramping, minatar::Chance& chance);
  static void show(const State& state, minatar::Planes<kChannels>& planes);
};

using Freeway = MinAtar<FreewayGame>;

}  // namespace qarium::env
