#include "engine/env/seaquest.hpp"

#include <algorithm>

namespace qarium::env {
namespace {

using minatar::Action;
using minatar::Chance;
using minatar::kSide;
using minatar::Outcome;
using Bullet = SeaquestState::Bullet;

constexpr int kDeepest = kSide - 2;
constexpr int kMostOxygen = 200;
constexpr int kMostOnBoard = 6;
constexpr int kDiverInterval = 30;
constexpr int kDiverMoveInterval = 5;
constexpr int kShotInterval = 5;
constexpr int kEnemyShotInterval = 10;
constexpr int kShortestMoveInterval = 2;

template <class Thing>
void move(Thing& thing) {
  thing.column = static_cast<std::int8_t>(thing.column + (thing.to_right ? 1 : -1));
}

template <class Thing>
bool outside(const Thing& thing) {
  return thing.column < 0 || thing.column >= kSide;
}

template <class Thing>
bool at_front(const SeaquestState& state, const Thing& thing) {
  return thing.column == state.column && thing.row == state.row;
}

/// Takes out the first of `things` in the cell of `other`; whether there was one.
template <class Things, class Other>
bool take_from_cell(Things& things, const Other& other) {
  return things.remove_first([&](const auto& thing) { return thing.column == other.column && thing.row == other.row; });
}

/// Lit cells of the oxygen gauge.
int gauge(int oxygen) {
  return std::max(0, oxygen) * kSide / kMostOxygen;
}

std::int8_t first_column(bool to_right) {
  return to_right ? 0 : kSide - 1;
}

std::int8_t draw_row(Chance& chance) {
  return static_cast<std::int8_t>(1 + chance.below(kDeepest));
}

void let_enemy_come(SeaquestState& state, Chance& chance) {
  const bool to_right = chance.happens(1.0 / 2);
  const bool is_submarine = chance.happens(1.0 / 3);
  const auto row = draw_row(chance);
  const auto comes_against = [&](const auto& each) { return each.row == row && each.to_right != to_right; };
  if (std::any_of(state.submarines.begin(), state.submarines.end(), comes_against)) return;
  if (std::any_of(state.fish.begin(), state.fish.end(), comes_against)) return;
  const auto move_timer = static_cast<std::int8_t>(state.move_interval);
  if (is_submarine) {
    state.submarines.add({first_column(to_right), row, to_right, move_timer, kEnemyShotInterval});
  } else {
    state.fish.add({first_column(to_right), row, to_right, move_timer});
  }
}

void let_diver_come(SeaquestState& state, Chance& chance) {
  const bool to_right = chance.happens(1.0 / 2);
  state.divers.add({first_column(to_right), draw_row(chance), to_right, kDiverMoveInterval});
}

void spawn(SeaquestState& state, Chance& chance) {
  if (state.spawn_timer == 0) {
    let_enemy_come(state, chance);
    state.spawn_timer = state.spawn_interval;
  }
  if (state.diver_timer == 0) {
    let_diver_come(state, chance);
    state.diver_timer = kDiverInterval;
  }
}

void act(SeaquestState& state, Action action) {
  if (action == Action::Fire && state.shot_timer == 0) {
    state.friendly.add({static_cast<std::int8_t>(state.column), static_cast<std::int8_t>(state.row), state.to_right});
    state.shot_timer = kShotInterval;
  }
  if (action == Action::Left || action == Action::Right) {
    state.to_right = action == Action::Right;
    state.column = std::clamp(state.column + (state.to_right ? 1 : -1), 0, kSide - 1);
  }
  if (action == Action::Up) state.row = std::max(0, state.row - 1);
  if (action == Action::Down) state.row = std::min(kDeepest, state.row + 1);
}

void move_friendly_bullets(SeaquestState& state, Outcome& outcome) {
  state.friendly.from_last([&](Bullet& bullet) {
    move(bullet);
    if (outside(bullet)) return false;
    if (!take_from_cell(state.fish, bullet) && !take_from_cell(state.submarines, bullet)) return true;
    ++outcome.reward;
    return false;
  });
}

/// Whether the diver comes on board, where it is.
bool come_on_board(SeaquestState& state, const SeaquestState::Swimmer& diver) {
  if (!at_front(state, diver) || state.on_board >= kMostOnBoard) return false;
  ++state.on_board;
  return true;
}

void move_divers(SeaquestState& state) {
  state.divers.from_last([&](SeaquestState::Swimmer& diver) {
    if (come_on_board(state, diver)) return false;
    if (diver.move_timer > 0) {
      --diver.move_timer;
      return true;
    }
    diver.move_timer = kDiverMoveInterval;
    move(diver);
    return !outside(diver) && !come_on_board(state, diver);
  });
}

/// A fish or an enemy submarine on its way. Returns whether it is still there.
template <class Enemy>
bool move_enemy(SeaquestState& state, Enemy& enemy, Outcome& outcome) {
  outcome.over = outcome.over || at_front(state, enemy);
  if (enemy.move_timer > 0) {
    --enemy.move_timer;
    return true;
  }
  enemy.move_timer = static_cast<std::int8_t>(state.move_interval);
  move(enemy);
  if (outside(enemy)) return false;
  if (at_front(state, enemy)) {
    outcome.over = true;
    return true;
  }
  if (!take_from_cell(state.friendly, enemy)) return true;
  ++outcome.reward;
  return false;
}

void move_enemy_submarines(SeaquestState& state, Outcome& outcome) {
  state.submarines.from_last([&](SeaquestState::EnemySubmarine& submarine) {
    const bool stays = move_enemy(state, submarine, outcome);
    // One that has just gone still shoots, from where it went.
    if (submarine.shot_timer == 0) {
      state.enemy.add({submarine.column, submarine.row, submarine.to_right});
      if (stays) submarine.shot_timer = kEnemyShotInterval;
    } else if (stays) {
      --submarine.shot_timer;
    }
    return stays;
  });
}

void move_enemy_bullets(SeaquestState& state, Outcome& outcome) {
  state.enemy.from_last([&](Bullet& bullet) {
    outcome.over = outcome.over || at_front(state, bullet);
    move(bullet);
    outcome.over = outcome.over || at_front(state, bullet);
    return !outside(bullet);
  });
}

void surface(SeaquestState& state, bool ramping, Outcome& outcome) {
  state.at_surface = true;
  if (state.on_board == kMostOnBoard) {
    state.on_board = 0;
    outcome.reward += gauge(state.oxygen);
  }
  state.oxygen = kMostOxygen;
  --state.on_board;
  const bool slower = state.move_interval > kShortestMoveInterval;
  if (!ramping || (state.spawn_interval <= 1 && !slower)) return;
  if (slower && state.level % 2 == 1) --state.move_interval;
  if (state.spawn_interval > 1) --state.spawn_interval;
  ++state.level;
}

void breathe(SeaquestState& state, bool ramping, Outcome& outcome) {
  if (state.oxygen <= 0) outcome.over = true;
  if (state.row > 0) {
    --state.oxygen;
    state.at_surface = false;
  } else if (!state.at_surface) {
    if (state.on_board == 0) {
      outcome.over = true;
    } else {
      surface(state, ramping, outcome);
    }
  }
}

template <class Things>
void show_swimmers(const Things& things, std::size_t channel, minatar::Planes<SeaquestGame::kChannels>& planes) {
  for (const auto& thing : things) {
    planes.set(channel, thing.column, thing.row);
    planes.set_within(SeaquestGame::Trail, thing.column + (thing.to_right ? -1 : 1), thing.row);
  }
}

}  // namespace

SeaquestState SeaquestGame::begin(Chance& /*chance*/) {
  return {};
}

Outcome SeaquestGame::play(SeaquestState& state, Action action, bool ramping, Chance& chance) {
  Outcome outcome;
  spawn(state, chance);
  act(state, action);
  move_friendly_bullets(state, outcome);
  move_divers(state);
  move_enemy_submarines(state, outcome);
  move_enemy_bullets(state, outcome);
  state.fish.from_last([&](SeaquestState::Swimmer& fish) { return move_enemy(state, fish, outcome); });
  state.spawn_timer = std::max(0, state.spawn_timer - 1);
  state.diver_timer = std::max(0, state.diver_timer - 1);
  state.shot_timer = std::max(0, state.shot_timer - 1);
  breathe(state, ramping, outcome);
  return outcome;
}

void SeaquestGame::show(const SeaquestState& state, minatar::Planes<kChannels>& planes) {
  planes.set(Front, state.column, state.row);
  planes.set(Back, state.column + (state.to_right ? -1 : 1), state.row);
  for (int column = 0; column < gauge(state.oxygen); ++column)
    planes.set(OxygenGauge, column, kSide - 1);
  for (int diver = 1; diver <= state.on_board; ++diver)
    planes.set(DiverGauge, kSide - 1 - diver, kSide - 1);
  for (const auto& bullet : state.friendly)
    planes.set(FriendlyBullet, bullet.column, bullet.row);
  for (const auto& bullet : state.enemy)
    planes.set(EnemyBullet, bullet.column, bullet.row);
  show_swimmers(state.fish, Fish, planes);
  show_swimmers(state.submarines, EnemySubmarine, planes);
  show_swimmers(state.divers, Diver, planes);
}

}  // namespace qarium::env
