#include "tests/panel/memory_fakes.hpp"

#include <algorithm>
#include <cmath>

#include "engine/protocol/memory_traces.hpp"
#include "tests/panel/fakes.hpp"

namespace qarium::fakes {
namespace {

/// Some number in -1 .. 1 that is the same every time.
float wave(std::int64_t i) {
  return std::sin(static_cast<float>(i % 1'000) * 12.9898F) * std::cos(static_cast<float>(i % 777) * 7.233F);
}

std::vector<float> numbers(int size, std::int64_t seed, float scale) {
  std::vector<float> values;
  for (int i = 0; i < size; ++i)
    values.push_back(scale * wave(seed * 31 + i));
  return values;
}

/// Nearly all on one slot.
std::vector<float> focused(int slots, int slot, float share = 0.97F) {
  std::vector<float> weights(static_cast<std::size_t>(std::max(slots, 0)),
                             (1 - share) / static_cast<float>(std::max(slots, 1)));
  if (!weights.empty()) weights[static_cast<std::size_t>(slot % slots)] += share;
  return weights;
}

void append(std::vector<float>& to, const std::vector<float>& values) {
  to.insert(to.end(), values.begin(), values.end());
}

int written_slot(std::int64_t step, const MemorySizes& sizes) {
  return step == 0 ? kCueSlot % std::max(sizes.slots, 1) : static_cast<int>(8 + step % 11);
}

void fill_matrix(protocol::MemoryView& view, std::int64_t step, const MemorySizes& sizes) {
  view.slots = sizes.slots;
  view.width = sizes.width;
  view.read_heads = sizes.reads;
  view.write_heads = sizes.writes;
  for (int slot = 0; slot < sizes.slots; ++slot) {
    const float scale = slot == kCueSlot ? 1.2F : 0.2F;
    append(view.before, numbers(sizes.width, slot, scale));
    append(view.after, numbers(sizes.width, slot + (slot == written_slot(step, sizes) ? 1 : 0), scale));
  }
  for (int head = 0; head < sizes.writes; ++head)
    append(view.write_weights, focused(sizes.slots, written_slot(step, sizes) + head));
  for (int head = 0; head < sizes.reads; ++head) {
    append(view.read_weights, focused(sizes.slots, kCueSlot + head));
    append(view.reads, numbers(sizes.width, kCueSlot + head, 1.2F));
  }
}

protocol::Addressing addressing(bool writes, int slot, std::int64_t step, const MemorySizes& sizes) {
  protocol::Addressing head;
  head.writes = writes;
  head.previous = focused(sizes.slots, std::max(slot - 1, 0));
  head.content = focused(sizes.slots, slot, 0.6F);
  head.interpolated = focused(sizes.slots, slot, 0.7F);
  head.shifted = focused(sizes.slots, slot, 0.8F);
  head.sharpened = focused(sizes.slots, slot);
  head.key = numbers(sizes.width, slot, 1);
  head.similarity = focused(sizes.slots, slot, 0.98F);
  head.beta = 6.31F;
  head.g = 0.97F;
  head.gamma = 4.2F;
  head.shift = {0.01F, 0.98F, 0.01F};
  if (!writes) return head;
  head.erase = std::vector<float>(static_cast<std::size_t>(std::max(sizes.width, 0)), 0.9F);
  head.add = numbers(sizes.width, step, step == 0 ? 1.2F : 0.2F);
  return head;
}

void fill_heads(protocol::MemoryView& view, std::int64_t step, const MemorySizes& sizes) {
  for (int head = 0; head < sizes.reads; ++head)
    view.heads.push_back(addressing(false, kCueSlot + head, step, sizes));
  for (int head = 0; head < sizes.writes; ++head)
    view.heads.push_back(addressing(true, written_slot(step, sizes) + head, step, sizes));
}

void fill_dnc(protocol::MemoryView& view, std::int64_t step, const MemorySizes& sizes) {
  protocol::DncView dnc;
  dnc.usage = focused(sizes.slots, kCueSlot);
  dnc.allocation = focused(sizes.slots, static_cast<int>(step % 7));
  dnc.precedence = focused(sizes.slots, written_slot(step, sizes));
  dnc.write_content = focused(sizes.slots, 3, 0.5F);
  for (int slot = 0; slot < sizes.slots; ++slot)
    append(dnc.link, focused(sizes.slots, slot + 1, 0.8F));
  for (int head = 0; head < sizes.reads; ++head) {
    append(dnc.forward, focused(sizes.slots, kCueSlot + 1));
    append(dnc.backward, focused(sizes.slots, kCueSlot - 1));
    append(dnc.content, focused(sizes.slots, kCueSlot));
    dnc.free_gates.push_back(0.1F);
    append(dnc.read_modes, {0.05F, 0.9F, 0.05F});
  }
  dnc.write_gate = 0.9F;
  dnc.allocation_gate = 0.8F;
  view.dnc = std::move(dnc);
}

void fill_units(protocol::MemoryView& view, std::int64_t step, bool lstm, int size) {
  protocol::UnitsView units;
  units.gate_names = lstm ? std::vector<std::string>{"input", "forget", "candidate", "output"}
                          : std::vector<std::string>{"reset", "update", "candidate"};
  for (std::size_t gate = 0; gate < units.gate_names.size(); ++gate) {
    auto values = numbers(size, step + static_cast<std::int64_t>(gate), 1);
    if (units.gate_names[gate] != "candidate") {
      for (auto& value : values)
        value = 0.5F + 0.5F * value;
    }
    append(units.gates, values);
  }
  for (int unit = 0; unit < size; ++unit) {
    const float grown = static_cast<float>(unit) / static_cast<float>(std::max(size, 1));
    units.hidden.push_back(grown * (unit % 2 == 0 ? 1.0F : -1.0F) + (step % 2 == 0 ? 0.02F : -0.02F) * (1 - grown));
    units.change.push_back(0.1F * wave(step + unit));
  }
  if (lstm) units.cell = numbers(size, step + 5, 2);
  view.units = std::move(units);
}

void fill_kept(protocol::MemoryView& view, std::int64_t step) {
  constexpr int kPlaces = 8;
  protocol::KeptSteps kept;
  kept.heads = 2;
  for (int place = 0; place < kPlaces; ++place) {
    const int age = kPlaces - 1 - place;
    kept.ages.push_back(age <= step ? age : -1);
  }
  for (int head = 0; head < kept.heads; ++head)
    append(kept.weights, focused(kPlaces, 2 + head, 0.7F));
  view.kept = std::move(kept);
}

}  // namespace

protocol::MemoryView memory(std::string_view kind, std::int64_t step, const MemorySizes& sizes) {
  protocol::MemoryView view;
  view.version = static_cast<std::uint64_t>(step) + 1;
  view.kind = kind;
  view.bytes = 2'048;
  if (kind == "lstm" || kind == "gru") {
    fill_units(view, step, kind == "lstm", sizes.slots);
    view.parts = {"h", "c"};
  } else if (kind == "memory_bank" || kind == "temporal" || kind == "transformer") {
    fill_kept(view, step);
    view.parts = {"kept"};
  } else if (kind != "none") {
    fill_matrix(view, step, sizes);
    view.parts = {"memory", "read_weights", "write_weights", "reads", "h", "c"};
  }
  if (kind == "ntm") fill_heads(view, step, sizes);
  if (kind == "dnc") fill_dnc(view, step, sizes);
  if (kind == "mann") view.usage = focused(sizes.slots, kCueSlot, 1.4F);
  return view;
}

protocol::MemoryEpisode memory_episode(std::string_view kind, int columns, std::int64_t first, std::int64_t first_step,
                                       const MemorySizes& sizes) {
  protocol::MemoryEpisode episode;
  for (int column = 0; column < columns; ++column) {
    const auto step = first_step + column;
    protocol::append(episode,
                     protocol::memory_step(memory(kind, step, sizes), numbers(20, step, 1), numbers(4, step, 0.9F)));
  }
  episode.version = static_cast<std::uint64_t>(first + columns);
  episode.first = first;
  episode.first_step = first_step;
  return episode;
}

protocol::StageSnapshot remembering_stage(std::string_view kind, int columns, const MemorySizes& sizes) {
  auto stage = fakes::stage();
  stage.playing = false;
  stage.action_names = {"left", "up", "right", "down"};
  stage.moment.action_values = {0.61F, 0.72F, 0.94F, 0.70F};
  stage.moment.step = columns - 1;
  stage.basis = basis(stage.moment);
  const auto first = stage.moment.index - columns + 1;
  if (kind != "none") {
    stage.memory = std::make_shared<protocol::MemoryView>(memory(kind, columns - 1, sizes));
    stage.memory_episode = std::make_shared<protocol::MemoryEpisode>(memory_episode(kind, columns, first, 0, sizes));
  }
  return stage;
}

protocol::Counterfactual memory_counterfactual(const protocol::StageSnapshot& stage, protocol::MemoryChange change) {
  protocol::Counterfactual answer;
  answer.basis = stage.basis;
  answer.basis.memory = std::move(change);
  answer.before = stage.moment.action_values;
  answer.after = answer.before;
  if (answer.after.size() > 1) std::swap(answer.after.back(), answer.after[answer.after.size() - 2]);
  if (!stage.memory) return answer;
  auto view = *stage.memory;
  for (auto& head : view.heads) {
    for (auto* weights : {&head.interpolated, &head.shifted, &head.sharpened}) {
      if (!weights->empty()) std::rotate(weights->begin(), weights->begin() + 1, weights->end());
    }
  }
  answer.memory = std::make_shared<protocol::MemoryView>(std::move(view));
  return answer;
}

protocol::CounterfactualRollout counterfactual_rollout(protocol::MemoryChange change, int steps,
                                                       std::int64_t diverged_at) {
  protocol::CounterfactualRollout rollout;
  rollout.version = 1;
  rollout.index = 2'139;
  rollout.basis = basis(stage().moment);
  rollout.basis.memory = std::move(change);
  rollout.action_names = {"left", "up", "right", "down"};
  rollout.diverged_at = diverged_at;
  for (auto* side : {&rollout.untouched, &rollout.changed}) {
    const bool changed = side == &rollout.changed;
    for (int step = 0; step < steps; ++step) {
      side->actions.push_back(diverged_at >= 0 && step >= diverged_at ? (changed ? 3 : 1) : 2);
      side->rewards.push_back(step + 1 == steps ? (changed && diverged_at >= 0 ? -1.0F : 1.0F) : 0.0F);
      append(side->values, {0.1F, 0.2F, 0.3F, changed ? 0.4F : 0.0F});
    }
    side->ended = true;
    side->total = changed && diverged_at >= 0 ? -1 : 1;
    side->parting = breakout_scene(3);
    side->end = breakout_scene(changed ? 5 : 9);
  }
  return rollout;
}

}  // namespace qarium::fakes
