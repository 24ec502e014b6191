#include "widgets/memory_pictures/slot_past.hpp"

#include <algorithm>
#include <cmath>

namespace qarium::widgets {
namespace {

constexpr int kMostRanges = 4;

/// Of all the heads' strips with this role the greatest weight at each step.
void collect(const protocol::MemoryEpisode& episode, protocol::TraceRole role, int slot,
             std::vector<SlotPast::Frame>& out) {
  out.clear();
  float greatest = 0;
  for (int column = 0; column < episode.columns; ++column) {
    float most = 0;
    int rows = 0;
    for (const auto& trace : episode.traces) {
      if (trace.role != role || slot < 0 || slot >= trace.rows) continue;
      rows = trace.rows;
      const auto at =
          static_cast<std::size_t>(column) * static_cast<std::size_t>(trace.rows) + static_cast<std::size_t>(slot);
      if (at < trace.values.size() && std::isfinite(trace.values[at])) most = std::max(most, trace.values[at]);
    }
    if (rows > 0 && most >= kMoreThanEven / static_cast<float>(rows)) out.push_back({column, most});
    greatest = std::max(greatest, most);
  }
  std::erase_if(out, [&](const auto& moment) { return moment.weight < kTouchedShare * greatest; });
}

}  // namespace

void hold_past(SlotPast& past, const protocol::MemoryEpisode& episode, std::uint64_t version, int slot) {
  if (past.version == version && past.slot == slot) return;
  past.version = version;
  past.slot = slot;
  collect(episode, protocol::TraceRole::WriteWeights, slot, past.written);
  collect(episode, protocol::TraceRole::ReadWeights, slot, past.read);
}

std::vector<SlotPast::Frame> strongest_moments(std::span<const SlotPast::Frame> moments, std::size_t most) {
  std::vector<SlotPast::Frame> chosen;
  for (std::size_t i = 0; i < moments.size(); ++i) {
    const bool goes_on = i > 0 && moments[i].column == moments[i - 1].column + 1;
    if (!goes_on) {
      chosen.push_back(moments[i]);
    } else if (moments[i].weight > chosen.back().weight) {
      chosen.back() = moments[i];
    }
  }
  if (chosen.size() > most) {
    std::stable_sort(chosen.begin(), chosen.end(), [](const auto& a, const auto& b) { return a.weight > b.weight; });
    chosen.resize(most);
    std::sort(chosen.begin(), chosen.end(), [](const auto& a, const auto& b) { return a.column < b.column; });
  }
  return chosen;
}

ShortText step_words(std::span<const SlotPast::Frame> moments, std::int64_t first_step) {
  if (moments.empty()) return {"no more than the others"};
  ShortText text(moments.size() == 1 ? "step " : "steps ");
  int ranges = 0;
  std::size_t i = 0;
  while (i < moments.size()) {
    std::size_t end = i;
    while (end + 1 < moments.size() && moments[end + 1].column == moments[end].column + 1)
      ++end;
    if (ranges == kMostRanges) {
      text.print(" and %zu more", moments.size() - i);
      break;
    }
    if (ranges++ > 0) text.add(", ");
    text.add(count(first_step + moments[i].column));
    if (end > i) text.add(end == i + 1 ? ", " : " to ").add(count(first_step + moments[end].column));
    i = end + 1;
  }
  return text;
}

}  // namespace qarium::widgets
