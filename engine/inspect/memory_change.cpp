#include "engine/inspect/memory_change.hpp"

#include <algorithm>
#include <cmath>

#include "engine/core/error.hpp"

namespace qarium::inspect {
namespace {

using core::UserError;

bool has_slots(const config::MemoryOptions& options) {
  return options.kind == "ntm" || options.kind == "dnc" || options.kind == "mann";
}

void require_slots(const protocol::MemoryChange& change, const config::MemoryOptions& options) {
  if ((!change.slots.empty() || !change.silenced.empty()) && !has_slots(options)) {
    throw UserError("memory.kind " + options.kind + " has no slots and no read heads: ntm, dnc and mann have");
  }
  for (const auto& slot : change.slots) {
    if (slot.slot < 0 || slot.slot >= options.slots) {
      throw UserError("there is no slot " + std::to_string(slot.slot) + ": this memory has " +
                      std::to_string(options.slots));
    }
    if (!slot.content.empty() && static_cast<std::int64_t>(slot.content.size()) != options.width) {
      throw UserError("a slot of this memory holds " + std::to_string(options.width) + " numbers, not " +
                      std::to_string(slot.content.size()));
    }
    if (!std::all_of(slot.content.begin(), slot.content.end(), [](float value) { return std::isfinite(value); })) {
      throw UserError("what is written to slot " + std::to_string(slot.slot) + " must be finite numbers");
    }
  }
  for (const int head : change.silenced) {
    if (head < 0 || head >= options.read_heads) {
      throw UserError("there is no read head " + std::to_string(head + 1) + " to silence: this memory has " +
                      std::to_string(options.read_heads));
    }
  }
}

void require_number(const std::optional<float>& value, float low, float high, const std::string& name) {
  if (!value || (*value >= low && *value <= high)) return;
  throw UserError(name + " must lie between " + std::to_string(low) + " and " + std::to_string(high));
}

void require_heads(const protocol::MemoryChange& change, const config::MemoryOptions& options) {
  constexpr float kMost = 1e4F;
  if (!change.heads.empty() && options.kind != "ntm") {
    throw UserError("only the heads of memory.kind ntm can be set by hand, not those of " + options.kind);
  }
  for (const auto& setting : change.heads) {
    if (setting.head < 0 || setting.head >= options.read_heads + options.write_heads) {
      throw UserError("there is no head " + std::to_string(setting.head + 1) + " to set by hand");
    }
    require_number(setting.beta, 0, kMost, "beta");
    require_number(setting.g, 0, 1, "g");
    require_number(setting.gamma, 1, kMost, "gamma");
    if (!setting.shift) continue;
    float sum = 0;
    for (const float share : *setting.shift)
      sum += share >= 0 ? share : std::nanf("");
    if (static_cast<std::int64_t>(setting.shift->size()) != 2 * options.shift_range + 1 || !(sum > 0) ||
        !std::isfinite(sum)) {
      throw UserError("a shift needs " + std::to_string(2 * options.shift_range + 1) +
                      " shares that are not negative and not all zero");
    }
  }
}

void require_parts(const protocol::MemoryChange& change, const agent::RecurrentState& state) {
  if (!change.exchange) return;
  for (const auto& part : change.exchange->parts) {
    if (state.find(part) == state.layout->parts.size()) {
      throw UserError("this memory's state has no part '" + part + "'");
    }
  }
}

bool taken(const protocol::StateExchange& exchange, const std::string& part) {
  return exchange.parts.empty() ||
         std::find(exchange.parts.begin(), exchange.parts.end(), part) != exchange.parts.end();
}

}  // namespace

void require_possible(const protocol::MemoryChange& change, const config::MemoryOptions& options,
                      const agent::RecurrentState& state) {
  if (change.empty()) return;
  if (options.kind == "none") throw UserError("this network has no memory to change: choose memory.kind");
  require_slots(change, options);
  require_heads(change, options);
  require_parts(change, state);
}

nn::Intervention intervention_of(const protocol::AttentionChange& attention, const protocol::MemoryChange& memory) {
  return {attention.uniform, attention.silenced, memory.freeze_writes, memory.silenced, memory.heads};
}

agent::RecurrentState changed(const protocol::MemoryChange& change, agent::Policy& policy,
                              const agent::RecurrentState& recurrent_state, const agent::RecurrentState* other) {
  auto result = recurrent_state;
  if (change.exchange && other != nullptr) {
    const auto& parts = result.layout->parts;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (taken(*change.exchange, parts[i].name)) std::ranges::copy(other->part(i), result.part(i).begin());
    }
  }
  if (change.slots.empty()) return result;
  const auto matrix = result.find("memory");
  const auto beginning = policy.begin(1);
  const auto width = static_cast<std::size_t>(result.layout->parts[matrix].shape[1]);
  for (const auto& slot : change.slots) {
    const auto first = static_cast<std::size_t>(slot.slot) * width;
    const auto erased = beginning.part(matrix).subspan(first, width);
    std::ranges::copy(slot.content.empty() ? erased : std::span(slot.content),
                      result.part(matrix).subspan(first, width).begin());
  }
  return result;
}

}  // namespace qarium::inspect
