#include "widgets/memory_pictures/shown_memory.hpp"

#include <algorithm>
#include <cmath>

#include "widgets/moments.hpp"

namespace qarium::widgets {
namespace {

std::size_t size_of_shown_memory(int value) {
  return static_cast<std::size_t>(std::max(value, 0));
}

}  // namespace

bool sound_matrix(const protocol::MemoryView& view) {
  const auto cells = size_of_shown_memory(view.slots) * size_of_shown_memory(view.width);
  return cells > 0 && view.after.size() == cells && view.before.size() == cells;
}

bool sound(const protocol::MemoryEpisode& episode) {
  if (episode.columns < 1) return false;
  return std::all_of(episode.traces.begin(), episode.traces.end(), [&](const auto& trace) {
    return trace.rows > 0 &&
           trace.values.size() == size_of_shown_memory(trace.rows) * size_of_shown_memory(episode.columns);
  });
}

std::span<const float> row_of(std::span<const float> values, int row, int size) {
  const auto from = size_of_shown_memory(row) * size_of_shown_memory(size);
  if (row < 0 || size <= 0 || from + size_of_shown_memory(size) > values.size()) return {};
  return values.subspan(from, size_of_shown_memory(size));
}

float greatest_magnitude(std::span<const float> values, float least) {
  for (const float value : values) {
    if (std::isfinite(value)) least = std::max(least, std::abs(value));
  }
  return least;
}

int strongest(std::span<const float> values) {
  return greedy_action(values);
}

ColorMap signed_colors(const Theme& theme) {
  return theme.dark ? ColorMap::DivergingDark : ColorMap::Diverging;
}

void choose_heads(ShownMemory& shown, const MemoryLook& look) {
  if (!shown) return;
  shown.read_head = look.read_head < shown.view->read_heads ? std::max(look.read_head, 0) : 0;
  shown.write_head = look.write_head < shown.view->write_heads ? std::max(look.write_head, 0) : 0;
}

int chain_head(const ShownMemory& shown, const MemoryLook& look) {
  const bool writes = look.chain_writes && shown.view->write_heads > 0;
  return writes ? std::max(shown.view->read_heads, 0) + shown.write_head : shown.read_head;
}

ShortText chain_head_name(const protocol::MemoryView& view, int head) {
  const bool writes = head >= view.read_heads;
  ShortText text;
  return text.print("%s head %d", writes ? "write" : "read", writes ? head - view.read_heads + 1 : head + 1);
}

int looked_slot(const ShownMemory& shown) {
  if (!shown || shown.view->slots < 1) return -1;
  for (const int slot : {shown.kept->hovered_slot, shown.kept->chosen_slot}) {
    if (slot >= 0 && slot < shown.view->slots) return slot;
  }
  return strongest(row_of(shown.view->read_weights, shown.read_head, shown.view->slots));
}

}  // namespace qarium::widgets
