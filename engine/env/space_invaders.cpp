#include "engine/env/space_invaders.hpp"

#include <algorithm>
#include <bit>
#include <cstdlib>

namespace qarium::env {
namespace {

using minatar::Action;
using minatar::Chance;
using minatar::kSide;
using minatar::Outcome;
using Cells = SpaceInvadersState::Cells;

constexpr std::size_t kLastRow = kSide - 1;
constexpr int kShotInterval = 5;
constexpr int kAlienShotInterval = 10;
constexpr int kShortestAlienInterval = 6;
constexpr std::size_t kWaveRows = 4;
constexpr std::uint16_t kWaveRow = 0b0011111100;  // columns 2 to 7
constexpr std::uint16_t kLeftmost = 1;
constexpr std::uint16_t kRightmost = 1U << (kSide - 1U);

constexpr std::uint16_t bit(int column) {
  return static_cast<std::uint16_t>(1U << static_cast<unsigned>(column));
}

int count(const Cells& cells) {
  int sum = 0;
  for (const auto row : cells)
    sum += std::popcount(row);
  return sum;
}

/// Columns in which some row holds a thing.
std::uint16_t columns(const Cells& cells) {
  std::uint16_t all = 0;
  for (const auto row : cells)
    all |= row;
  return all;
}

void send_wave(SpaceInvadersState& state) {
  std::fill_n(state.aliens.begin(), kWaveRows, kWaveRow);
}

void act(SpaceInvadersState& state, Action action) {
  if (action == Action::Fire && state.shot_timer == 0) {
    state.friendly[kLastRow] |= bit(state.cannon);
    state.shot_timer = kShotInterval;
  }
  if (action == Action::Left) state.cannon = std::max(0, state.cannon - 1);
  if (action == Action::Right) state.cannon = std::min(kSide - 1, state.cannon + 1);
}

void move_bullets(SpaceInvadersState& state) {
  std::shift_left(state.friendly.begin(), state.friendly.end(), 1);
  state.friendly[kLastRow] = 0;
  std::shift_right(state.enemy.begin(), state.enemy.end(), 1);
  state.enemy[0] = 0;
}

/// Returns whether aliens came down from the last row.
bool move_aliens(SpaceInvadersState& state) {
  state.alien_timer = std::min(count(state.aliens), state.alien_interval);
  if ((columns(state.aliens) & (state.to_right ? kRightmost : kLeftmost)) != 0) {
    state.to_right = !state.to_right;
    const bool landed = state.aliens[kLastRow] != 0;
    std::rotate(state.aliens.begin(), state.aliens.end() - 1, state.aliens.end());
    return landed;
  }
  for (auto& row : state.aliens)
    row = static_cast<std::uint16_t>(state.to_right ? row << 1U : row >> 1U);
  return false;
}

void shoot_back(SpaceInvadersState& state) {
  const auto occupied = columns(state.aliens);
  int nearest = -1;
  for (int column = 0; column < kSide; ++column) {
    if ((occupied & bit(column)) == 0) continue;
    if (nearest < 0 || std::abs(column - state.cannon) < std::abs(nearest - state.cannon)) nearest = column;
  }
  if (nearest < 0) return;
  std::size_t row = kLastRow;
  while ((state.aliens[row] & bit(nearest)) == 0)
    --row;
  state.enemy[row] |= bit(nearest);
}

int hit_aliens(SpaceInvadersState& state) {
  int hits = 0;
  for (std::size_t row = 0; row < kSide; ++row) {
    const std::uint16_t hit = state.aliens[row] & state.friendly[row];
    hits += std::popcount(hit);
    state.aliens[row] ^= hit;
    state.friendly[row] ^= hit;
  }
  return hits;
}

void show_cells(const Cells& cells, std::size_t channel, minatar::Planes<SpaceInvadersGame::kChannels>& planes) {
  for (int row = 0; row < kSide; ++row) {
    for (std::uint16_t left = cells[static_cast<std::size_t>(row)]; left != 0; left &= left - 1U)
      planes.set(channel, std::countr_zero(left), row);
  }
}

}  // namespace

SpaceInvadersState SpaceInvadersGame::begin(Chance& /*chance*/) {
  SpaceInvadersState state;
  send_wave(state);
  return state;
}

Outcome SpaceInvadersGame::play(SpaceInvadersState& state, Action action, bool ramping, Chance& /*chance*/) {
  Outcome outcome;
  act(state, action);
  move_bullets(state);
  const auto cannon = bit(state.cannon);
  outcome.over = ((state.enemy[kLastRow] | state.aliens[kLastRow]) & cannon) != 0;
  if (state.alien_timer == 0) {
    const bool landed = move_aliens(state);
    outcome.over = outcome.over || landed || (state.aliens[kLastRow] & cannon) != 0;
  }
  if (state.alien_shot_timer == 0) {
    state.alien_shot_timer = kAlienShotInterval;
    shoot_back(state);
  }
  outcome.reward = hit_aliens(state);
  state.shot_timer = std::max(0, state.shot_timer - 1);
  --state.alien_timer;
  --state.alien_shot_timer;
  if (columns(state.aliens) == 0) {
    if (ramping && state.alien_interval > kShortestAlienInterval) --state.alien_interval;
    send_wave(state);
  }
  return outcome;
}

void SpaceInvadersGame::show(const SpaceInvadersState& state, minatar::Planes<kChannels>& planes) {
  planes.set(Cannon, state.cannon, kSide - 1);
  show_cells(state.aliens, Alien, planes);
  show_cells(state.aliens, state.to_right ? AlienRight : AlienLeft, planes);
  show_cells(state.friendly, FriendlyBullet, planes);
  show_cells(state.enemy, EnemyBullet, planes);
}

}  // namespace qarium::env
