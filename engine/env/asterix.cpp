#include "engine/env/asterix.hpp"

#include <algorithm>

namespace qarium::env {
namespace {

using minatar::Action;
using minatar::Chance;
using minatar::kSide;
using minatar::Outcome;

constexpr int kRampInterval = 100;

constexpr int row_of(std::size_t visitor) {
  return static_cast<int>(visitor) + 1;
}

void let_visitor_come(AsterixState& state, Chance& chance) {
  AsterixState::Visitor visitor{.there = true};
  visitor.to_right = chance.happens(1.0 / 2);
  visitor.gold = chance.happens(1.0 / 3);
  visitor.column = visitor.to_right ? 0 : kSide - 1;
  const auto is_free = [](const AsterixState::Visitor& each) { return !each.there; };
  const auto free = std::count_if(state.visitors.begin(), state.visitors.end(), is_free);
  if (free == 0) return;
  int before = chance.below(static_cast<int>(free));
  for (auto& each : state.visitors) {
    if (is_free(each) && before-- == 0) {
      each = visitor;
      return;
    }
  }
}

void move_player(AsterixState& state, Action action) {
  if (action == Action::Left) state.column = std::max(0, state.column - 1);
  if (action == Action::Right) state.column = std::min(kSide - 1, state.column + 1);
  if (action == Action::Up) state.row = std::max(1, state.row - 1);
  if (action == Action::Down) state.row = std::min(kSide - 2, state.row + 1);
}

/// In the player's row alone: only there can a visitor be in the player's cell.
void meet(AsterixState& state, Outcome& outcome) {
  auto& visitor = state.visitors[static_cast<std::size_t>(state.row - 1)];
  if (!visitor.there || visitor.column != state.column) return;
  if (visitor.gold) {
    visitor.there = false;
    ++outcome.reward;
  } else {
    outcome.over = true;
  }
}

void move_visitors(AsterixState& state) {
  for (auto& visitor : state.visitors) {
    if (!visitor.there) continue;
    visitor.column += visitor.to_right ? 1 : -1;
    if (visitor.column < 0 || visitor.column >= kSide) visitor.there = false;
  }
}

void ramp(AsterixState& state) {
  if (state.spawn_interval <= 1 && state.move_interval <= 1) return;
  if (state.ramp_timer >= 0) {
    --state.ramp_timer;
    return;
  }
  if (state.move_interval > 1 && state.level % 2 == 1) --state.move_interval;
  if (state.spawn_interval > 1) --state.spawn_interval;
  ++state.level;
  state.ramp_timer = kRampInterval;
}

}  // namespace

AsterixState AsterixGame::begin(Chance& /*chance*/) {
  return {};
}

Outcome AsterixGame::play(AsterixState& state, Action action, bool ramping, Chance& chance) {
  Outcome outcome;
  if (state.spawn_timer == 0) {
    state.spawn_timer = state.spawn_interval;
    let_visitor_come(state, chance);
  }
  move_player(state, action);
  meet(state, outcome);
  if (state.move_timer == 0) {
    state.move_timer = state.move_interval;
    move_visitors(state);
    meet(state, outcome);
  }
  --state.spawn_timer;
  --state.move_timer;
  if (ramping) ramp(state);
  return outcome;
}

void AsterixGame::show(const AsterixState& state, minatar::Planes<kChannels>& planes) {
  planes.set(Player, state.column, state.row);
  for (std::size_t i = 0; i < state.visitors.size(); ++i) {
    const auto& visitor = state.visitors[i];
    if (!visitor.there) continue;
    planes.set(visitor.gold ? Gold : Enemy, visitor.column, row_of(i));
    planes.set_within(Trail, visitor.column + (visitor.to_right ? -1 : 1), row_of(i));
  }
}

}  // namespace qarium::env
