#include "engine/inspect/landmarks.hpp"

#include <algorithm>
#include <cmath>

namespace qarium::inspect {
namespace {

nn::TokenGrid grid_of(const protocol::AttentionView& view) {
  return {view.frames, view.rows, view.columns, view.top, view.left, view.cells_per_token};
}

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

/// Mean over the queries of each head, of what is [heads, queries].
std::vector<float> over_queries(const std::vector<float>& values, int heads) {
  const auto queries = values.size() / static_cast<std::size_t>(heads);
  std::vector<float> means(static_cast<std::size_t>(heads));
  for (std::size_t i = 0; i < values.size(); ++i)
    means[i / queries] += values[i] / static_cast<float>(queries);
  return means;
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

void add_landmarks(protocol::AttentionView& view, std::vector<protocol::Landmark> landmarks) {
  view.landmarks = std::move(landmarks);
  if (view.landmarks.empty()) return;
  const auto on = tokens_on(view.landmarks, grid_of(view));
  view.mass = mass_on(view.weights, on);
  view.area = share_of(on);
}

std::vector<float> mean_map(const protocol::AttentionView& view, int action) {
  const auto tokens = static_cast<std::size_t>(view.tokens());
  const auto queries = static_cast<std::size_t>(view.queries);
  const auto query = queries > 1 ? static_cast<std::size_t>(action) : 0;
  std::vector<float> map(tokens);
  for (std::size_t head = 0; head < static_cast<std::size_t>(view.heads); ++head) {
    for (std::size_t token = 0; token < tokens; ++token)
      map[token] += view.weights[(head * queries + query) * tokens + token];
  }
  for (auto& weight : map)
    weight /= static_cast<float>(view.heads);
  return map;
}

protocol::AttentionPoint attention_point(agent::Policy& policy, agent::Observations states,
                                         const env::Environment& environment) {
  auto inspections = policy.inspect(states, nullptr);
  protocol::AttentionPoint point;
  point.heads = std::min(inspections.front().attention->heads, protocol::AttentionPoint::kMostHeads);
  const auto heads = static_cast<std::size_t>(point.heads);
  float marked = 0;
  for (std::size_t i = 0; i < states.size(); ++i) {
    auto& view = *inspections[i].attention;
    const auto entropy = over_queries(view.entropy, view.heads);
    for (std::size_t head = 0; head < heads; ++head)
      point.entropy[head] += entropy[head] / static_cast<float>(states.size());
    add_landmarks(view, environment.landmarks(states[i]));
    if (view.landmarks.empty()) continue;
    ++marked;
    const auto mass = over_queries(view.mass, view.heads);
    for (std::size_t head = 0; head < heads; ++head)
      point.mass[head] += mass[head];
    point.area += view.area;
  }
  if (marked == 0) return point;
  for (auto& mass : point.mass)
    mass /= marked;
  point.area /= marked;
  return point;
}

}  // namespace qarium::inspect
