#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/nn/network.hpp"

namespace qarium::agent {

/// What an agent with a memory carries from step to step, for n environments at once: a value that can be copied,
/// stored and reset row by row. Without a memory it holds no state.
struct RecurrentState {
  nn::MemoryState state;              ///< each [n, ...], without gradient
  std::vector<std::int64_t> actions;  ///< the previous action; -1 where an episode begins
  std::vector<float> rewards;         ///< the previous reward

  std::size_t size() const { return actions.size(); }
  /// The environment of this row begins an episode with what stands in row 0 of `beginning`.
  void begin(std::size_t row, const RecurrentState& beginning);
  /// What was done and came of it, to be told to the memory at the next step.
  void acted(std::size_t row, int action, float reward) {
    actions[row] = action;
    rewards[row] = reward;
  }
  /// These rows alone, in this order.
  RecurrentState rows(const std::vector<std::int64_t>& which) const;

  /// The previous actions and rewards [n] as the network takes them.
  nn::Previous previous(torch::Device device) const;
  /// One row of the state as plain numbers, tensor after tensor, and back.
  std::vector<float> state_row(std::size_t row) const;
  void set_state_row(std::size_t row, std::span<const float> values);
  std::size_t bytes() const;
};

}  // namespace qarium::agent
