#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "engine/protocol/attention_view.hpp"
#include "engine/protocol/critic_view.hpp"
#include "engine/protocol/memory_view.hpp"

namespace qarium::exchange {

/// Some numbers of a view under a name: ("memory.read_weights", [heads, slots]).
struct NamedNumbers {
  std::string name;                 ///< parts divided by full stops
  std::vector<std::int64_t> shape;  ///< none for one number
  std::vector<float> values;        ///< row by row; empty where there are none at this step
};

/// What the inspector sees of attention at one step, each step the same names and shapes.
std::vector<NamedNumbers> numbers_of(const protocol::AttentionView& view);
/// How the critic weighs past states, oldest first and the present one last: alpha and v [K], 0 before the episode.
std::vector<NamedNumbers> numbers_of(const protocol::CriticView& view);
/// What it sees of the memory.
std::vector<NamedNumbers> numbers_of(const protocol::MemoryView& view);

}  // namespace qarium::exchange
