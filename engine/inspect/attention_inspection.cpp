#include "engine/inspect/attention_inspection.hpp"

#include <algorithm>
#include <cmath>

#include "engine/inspect/numbers.hpp"

namespace qarium::inspect {
namespace {

/// Sum over the tokens that are `on`, for each row of `weights` [rows, tokens].
std::vector<float> mass_on(std::span<const float> weights, const std::vector<bool>& on) {
  std::vector<float> mass(weights.size() / on.size());
  for (std::size_t row = 0; row < mass.size(); ++row) {
    for (std::size_t token = 0; token < on.size(); ++token) {
      if (on[token]) mass[row] += weights[row * on.size() + token];
    }
  }
  return mass;
}

float share_of(const std::vector<bool>& on) {
  return static_cast<float>(std::count(on.begin(), on.end(), true)) / static_cast<float>(on.size());
}

}  // namespace

std::vector<bool> tokens_on(const std::vector<protocol::Landmark>& landmarks, const nn::TokenGrid& grid) {
  std::vector<bool> on;
  for (const auto& position : grid.positions()) {
    on.push_back(std::any_of(landmarks.begin(), landmarks.end(), [&](const protocol::Landmark& landmark) {
      return std::abs(position.row - static_cast<float>(landmark.row)) <= 1 &&
             std::abs(position.column - static_cast<float>(landmark.column)) <= 1;
    }));
  }
  return on;
}

protocol::AttentionView attention_view(const nn::Probe& probe, std::int64_t row, const nn::TokenGrid& grid,
                                       std::vector<protocol::Landmark> landmarks, bool with_matrix) {
  const auto weights = probe["attention.weights"];
  protocol::AttentionView view;
  view.heads = static_cast<int>(weights.size(1));
  view.queries = static_cast<int>(weights.size(2));
  view.frames = grid.frames;
  view.rows = grid.rows;
  view.columns = grid.columns;
  view.top = grid.top;
  view.left = grid.left;
  view.cells_per_token = grid.cells_per_token;
  view.weights = numbers(weights[row]);
  view.entropy = numbers(probe["attention.entropy"][row]);
  const auto matrix = probe["attention.matrix"];
  if (with_matrix && matrix.defined()) view.matrix = numbers(matrix[row]);
  const auto gate = probe["fusion.gate"];
  if (gate.defined()) view.gate = numbers(gate[row]);
  view.landmarks = std::move(landmarks);
  if (view.landmarks.empty()) return view;
  const auto on = tokens_on(view.landmarks, grid);
  view.mass = mass_on(view.weights, on);
  view.area = share_of(on);
  return view;
}

std::vector<float> mean_map(const nn::Probe& probe, std::int64_t row, std::int64_t query) {
  return numbers(probe["attention.weights"][row].select(1, query).mean(0));
}

std::int64_t query_of(const nn::Probe& probe, int action) {
  return probe["attention.weights"].size(2) > 1 ? action : 0;
}

protocol::AttentionPoint attention_point(agent::Policy& policy, std::span<const std::span<const std::byte>> states,
                                         const env::Environment& environment) {
  const auto look = policy.look(states);
  const auto weights = look.probe["attention.weights"];
  const auto entropy = look.probe["attention.entropy"].mean(2).mean(0);
  protocol::AttentionPoint point;
  point.heads = static_cast<int>(std::min<std::int64_t>(weights.size(1), protocol::AttentionPoint::kMostHeads));
  const auto heads = static_cast<std::size_t>(point.heads);
  for (std::size_t head = 0; head < heads; ++head)
    point.entropy[head] = entropy[static_cast<std::int64_t>(head)].item<float>();
  const auto grid = policy.network().grid();
  std::int64_t marked = 0;
  for (std::size_t i = 0; i < states.size(); ++i) {
    const auto landmarks = environment.landmarks(states[i]);
    if (landmarks.empty()) continue;
    ++marked;
    const auto on = tokens_on(landmarks, grid);
    const auto mass = mass_on(numbers(weights[static_cast<std::int64_t>(i)].mean(1)), on);
    for (std::size_t head = 0; head < heads; ++head)
      point.mass[head] += mass[head];
    point.area += share_of(on);
  }
  if (marked == 0) return point;
  for (auto& mass : point.mass)
    mass /= static_cast<float>(marked);
  point.area /= static_cast<float>(marked);
  return point;
}

}  // namespace qarium::inspect
