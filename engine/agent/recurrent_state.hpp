#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace qarium::agent {

/// One part of what a network carries from step to step: "h", "memory".
struct StatePart {
  std::string name;
  std::vector<std::int64_t> shape;  ///< of one row
  std::size_t offset = 0;           ///< in a row, in numbers
  std::size_t size = 0;             ///< of one row, in numbers
};
/// The parts of a state in their order.
struct StateLayout {
  std::vector<StatePart> parts;
  std::size_t row = 0;  ///< numbers in a row, all parts together
  friend bool operator==(const StateLayout& a, const StateLayout& b);
};

/// What an agent carries from step to step, for n environments at once: a value of plain numbers that can be copied,
/// stored and reset row by row. Without a memory its layout is null and it holds the previous actions and rewards
/// alone.
struct RecurrentState {
  std::shared_ptr<const StateLayout> layout;
  std::vector<float> values;          ///< part after part, each [n, shape], row by row
  std::vector<std::int64_t> actions;  ///< the previous action; -1 where an episode begins
  std::vector<float> rewards;         ///< the previous reward

  /// Of n rows that each begin an episode; the values are zero.
  static RecurrentState make(std::shared_ptr<const StateLayout> layout, std::size_t n);

  std::size_t size() const { return actions.size(); }
  /// Whether there is anything but actions and rewards.
  bool holds_memory() const { return layout != nullptr; }
  bool same_layout(const RecurrentState& other) const;
  /// The environment of this row begins an episode with what stands in row 0 of `beginning`.
  void begin(std::size_t row, const RecurrentState& beginning);
  /// What was done and came of it, to be told to the memory at the next step.
  void acted(std::size_t row, int action, float reward) {
    actions[row] = action;
    rewards[row] = reward;
  }
  /// These rows alone, in this order.
  RecurrentState rows(const std::vector<std::int64_t>& which) const;

  /// The numbers of a part, of all rows or of one.
  std::span<float> part(std::size_t index);
  std::span<const float> part(std::size_t index) const;
  std::span<float> part_row(std::size_t index, std::size_t row);
  std::span<const float> part_row(std::size_t index, std::size_t row) const;
  /// One row of all parts as one line of numbers, part after part, and back.
  std::vector<float> state_row(std::size_t row) const;
  void set_state_row(std::size_t row, std::span<const float> line);
  /// The place of the part of this name; the number of parts where there is none.
  std::size_t find(const std::string& name) const;
  std::size_t bytes() const;
};

}  // namespace qarium::agent
