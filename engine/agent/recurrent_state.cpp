#include "engine/agent/recurrent_state.hpp"

#include <algorithm>

namespace qarium::agent {

bool operator==(const StateLayout& a, const StateLayout& b) {
  return std::ranges::equal(a.parts, b.parts,
                            [](const auto& x, const auto& y) { return x.name == y.name && x.shape == y.shape; });
}

RecurrentState RecurrentState::make(std::shared_ptr<const StateLayout> layout, std::size_t n) {
  RecurrentState state;
  state.layout = std::move(layout);
  if (state.layout) state.values.assign(n * state.layout->row, 0);
  state.actions.assign(n, -1);
  state.rewards.assign(n, 0);
  return state;
}

bool RecurrentState::same_layout(const RecurrentState& other) const {
  if (!layout || !other.layout) return layout == other.layout;
  return layout == other.layout || *layout == *other.layout;
}

std::span<float> RecurrentState::part(std::size_t index) {
  const auto& its = layout->parts[index];
  return std::span(values).subspan(its.offset * size(), its.size * size());
}

std::span<const float> RecurrentState::part(std::size_t index) const {
  const auto& its = layout->parts[index];
  return std::span(values).subspan(its.offset * size(), its.size * size());
}

std::span<float> RecurrentState::part_row(std::size_t index, std::size_t row) {
  const auto size = layout->parts[index].size;
  return part(index).subspan(row * size, size);
}

std::span<const float> RecurrentState::part_row(std::size_t index, std::size_t row) const {
  const auto size = layout->parts[index].size;
  return part(index).subspan(row * size, size);
}

void RecurrentState::begin(std::size_t row, const RecurrentState& beginning) {
  if (layout) {
    for (std::size_t i = 0; i < layout->parts.size(); ++i)
      std::ranges::copy(beginning.part_row(i, 0), part_row(i, row).begin());
  }
  acted(row, -1, 0);
}

RecurrentState RecurrentState::rows(const std::vector<std::int64_t>& which) const {
  auto some = make(layout, which.size());
  for (std::size_t to = 0; to < which.size(); ++to) {
    const auto from = static_cast<std::size_t>(which[to]);
    some.actions[to] = actions[from];
    some.rewards[to] = rewards[from];
    if (!layout) continue;
    for (std::size_t i = 0; i < layout->parts.size(); ++i)
      std::ranges::copy(part_row(i, from), some.part_row(i, to).begin());
  }
  return some;
}

std::vector<float> RecurrentState::state_row(std::size_t row) const {
  std::vector<float> line;
  if (!layout) return line;
  line.reserve(layout->row);
  for (std::size_t i = 0; i < layout->parts.size(); ++i) {
    const auto its = part_row(i, row);
    line.insert(line.end(), its.begin(), its.end());
  }
  return line;
}

void RecurrentState::set_state_row(std::size_t row, std::span<const float> line) {
  for (std::size_t i = 0; i < layout->parts.size(); ++i) {
    const auto& its = layout->parts[i];
    std::ranges::copy(line.subspan(its.offset, its.size), part_row(i, row).begin());
  }
}

std::size_t RecurrentState::find(const std::string& name) const {
  if (!layout) return 0;
  return static_cast<std::size_t>(std::ranges::find(layout->parts, name, &StatePart::name) - layout->parts.begin());
}

std::size_t RecurrentState::bytes() const {
  return actions.capacity() * sizeof(std::int64_t) + (rewards.capacity() + values.capacity()) * sizeof(float);
}

}  // namespace qarium::agent
