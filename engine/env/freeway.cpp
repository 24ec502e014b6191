#include "engine/env/freeway.hpp"

#include <algorithm>

namespace qarium::env {
namespace {

using minatar::Action;
using minatar::Chance;
using minatar::kSide;
using minatar::Outcome;

constexpr int kChickenColumn = 4;
constexpr int kBottom = kSide - 1;
constexpr int kChickenInterval = 3;
constexpr int kPaces = 5;

constexpr int row_of(std::size_t car) {
  return static_cast<int>(car) + 1;
}

constexpr int beside(int column, bool to_right) {
  return (column + (to_right ? 1 : kSide - 1)) % kSide;
}

void draw_paces(FreewayState& state, Chance& chance) {
  for (auto& car : state.cars)
    car.timer = car.pace = 1 + chance.below(kPaces);
  for (auto& car : state.cars)
    car.to_right = !chance.happens(1.0 / 2);
}

void move_chicken(FreewayState& state, Action action) {
  if (state.move_timer > 0 || (action != Action::Up && action != Action::Down)) return;
  state.move_timer = kChickenInterval;
  state.row = std::clamp(state.row + (action == Action::Up ? -1 : 1), 0, kBottom);
}

void drive(FreewayState& state) {
  for (std::size_t i = 0; i < state.cars.size(); ++i) {
    auto& car = state.cars[i];
    const auto hit = [&] { return car.column == kChickenColumn && row_of(i) == state.row; };
    if (hit()) state.row = kBottom;
    if (car.timer > 0) {
      --car.timer;
      continue;
    }
    car.timer = car.pace;
    car.column = beside(car.column, car.to_right);
    if (hit()) state.row = kBottom;
  }
}

}  // namespace

FreewayState FreewayGame::begin(Chance& chance) {
  FreewayState state;
  draw_paces(state, chance);
  return state;
}

Outcome FreewayGame::play(FreewayState& state, Action action, bool /*ramping*/, Chance& chance) {
  Outcome outcome;
  move_chicken(state, action);
  if (state.row == 0) {
    ++outcome.reward;
    draw_paces(state, chance);
    state.row = kBottom;
  }
  drive(state);
  state.move_timer = std::max(0, state.move_timer - 1);
  outcome.over = --state.clock < 0;
  return outcome;
}

void FreewayGame::show(const FreewayState& state, minatar::Planes<kChannels>& planes) {
  planes.set(Chicken, kChickenColumn, state.row);
  for (std::size_t i = 0; i < state.cars.size(); ++i) {
    const auto& car = state.cars[i];
    planes.set(Vehicle, car.column, row_of(i));
    planes.set(TrailOfFastest + static_cast<std::size_t>(car.pace - 1), beside(car.column, !car.to_right), row_of(i));
  }
}

}  // namespace qarium::env
