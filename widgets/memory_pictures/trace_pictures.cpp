#include "widgets/memory_pictures/trace_pictures.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "widgets/parts/robust_range.hpp"

namespace qarium::widgets {
namespace {

using protocol::TraceRole;
constexpr float kLeastColumn = 2;
constexpr int kTracesLeastSpan = 16;

struct Wanted {
  TraceRole role;
  int head = -1;
};

/// That strip, or the first of its role.
std::ptrdiff_t place_of(const protocol::MemoryEpisode& episode, const Wanted& wanted) {
  std::ptrdiff_t found = -1;
  for (std::size_t i = 0; i < episode.traces.size(); ++i) {
    if (episode.traces[i].role != wanted.role) continue;
    if (episode.traces[i].head == wanted.head) return static_cast<std::ptrdiff_t>(i);
    if (found < 0) found = static_cast<std::ptrdiff_t>(i);
  }
  return found;
}

void add(PictureList& list, const protocol::MemoryEpisode& episode, std::span<const Wanted> wanted) {
  for (const auto& each : wanted) {
    const auto place = place_of(episode, each);
    if (place >= 0 && list.size < list.traces.size()) list.traces[list.size++] = static_cast<std::size_t>(place);
  }
}

void add_all(PictureList& list, const protocol::MemoryEpisode& episode, TraceRole role) {
  for (std::size_t i = 0; i < episode.traces.size() && list.size < list.traces.size(); ++i) {
    if (episode.traces[i].role == role) list.traces[list.size++] = i;
  }
}

bool finite_magnitude(float value, float& out) {
  out = std::abs(value);
  return std::isfinite(value);
}

/// The units from the least to the greatest mean of what they are ordered by.
void order_units(TracePictures& kept, const protocol::MemoryEpisode& episode) {
  kept.units.clear();
  const auto place = place_of(episode, {TraceRole::Units});
  if (kept.order == UnitOrder::Number || place < 0) return;
  const auto& trace = episode.traces[static_cast<std::size_t>(place)];
  const auto rows = static_cast<std::size_t>(trace.rows);
  const auto columns = static_cast<std::size_t>(episode.columns);
  std::vector<double> sums(rows);
  for (std::size_t column = kept.order == UnitOrder::Change ? 1 : 0; column < columns; ++column) {
    for (std::size_t row = 0; row < rows; ++row) {
      float value = trace.values[column * rows + row];
      if (kept.order == UnitOrder::Change) value -= trace.values[(column - 1) * rows + row];
      if (finite_magnitude(value, value)) sums[row] += static_cast<double>(value);
    }
  }
  kept.units.resize(rows);
  std::iota(kept.units.begin(), kept.units.end(), 0);
  std::stable_sort(kept.units.begin(), kept.units.end(),
                   [&](int a, int b) { return sums[static_cast<std::size_t>(a)] < sums[static_cast<std::size_t>(b)]; });
}

/// The greatest magnitude but for a few steps that stand out.
float signed_limit(const protocol::MemoryTrace& trace, std::size_t columns) {
  const auto rows = static_cast<std::size_t>(trace.rows);
  std::vector<float> tops;
  tops.reserve(columns);
  for (std::size_t column = 0; column < columns; ++column)
    tops.push_back(greatest_magnitude(std::span(trace.values).subspan(column * rows, rows), 0));
  return robust_top(tops);
}

/// Below these magnitudes colours do not grow stronger, so that what is next to nothing looks like it.
float least_limit(const protocol::MemoryTrace& trace) {
  if (is_weighting(trace.role)) return 2 / static_cast<float>(std::max(trace.rows, 2));  // twice an even share
  return trace.role == TraceRole::Output ? 0.01F : 0.05F;
}

bool ordered(const TracePictures& kept, const protocol::MemoryTrace& trace) {
  return (trace.role == TraceRole::Units || trace.role == TraceRole::Gate) &&
         kept.units.size() == static_cast<std::size_t>(trace.rows);
}

}  // namespace

PictureList pictures_of(const ShownMemory& shown) {
  PictureList list;
  if (shown.episode == nullptr) return list;
  const auto& episode = *shown.episode;
  const int r = shown.read_head;
  const int w = shown.write_head;
  if (episode.find(TraceRole::Adds, w) != nullptr) {
    add(list, episode,
        std::array{Wanted{TraceRole::Input}, Wanted{TraceRole::Adds, w}, Wanted{TraceRole::WriteWeights, w},
                   Wanted{TraceRole::Output}, Wanted{TraceRole::Reads, r}, Wanted{TraceRole::ReadWeights, r}});
  } else if (place_of(episode, {TraceRole::Allocation}) >= 0) {
    add(list, episode,
        std::array{Wanted{TraceRole::WriteWeights, w}, Wanted{TraceRole::Usage}, Wanted{TraceRole::Gate},
                   Wanted{TraceRole::ReadWeights, r}, Wanted{TraceRole::Reads, r}, Wanted{TraceRole::Allocation}});
  } else if (place_of(episode, {TraceRole::ReadWeights}) >= 0) {
    add(list, episode,
        std::array{Wanted{TraceRole::Input}, Wanted{TraceRole::WriteWeights, w}, Wanted{TraceRole::Usage},
                   Wanted{TraceRole::Output}, Wanted{TraceRole::Reads, r}, Wanted{TraceRole::ReadWeights, r}});
  } else if (place_of(episode, {TraceRole::Units}) >= 0) {
    add_all(list, episode, TraceRole::Units);
    add_all(list, episode, TraceRole::Gate);
    if (list.size < 6) add(list, episode, std::array{Wanted{TraceRole::Output}, Wanted{TraceRole::Input}});
  } else {
    add(list, episode, std::array{Wanted{TraceRole::Input}});
    add_all(list, episode, TraceRole::Weights);
    add(list, episode, std::array{Wanted{TraceRole::Output}});
  }
  return list;
}

const TracePictures::Picture& hold_picture(const ShownMemory& shown, UnitOrder order, std::size_t trace) {
  auto& kept = shown.kept->strips;
  const auto& episode = *shown.episode;
  if (kept.version != shown.version || kept.order != order || kept.pictures.size() != episode.traces.size()) {
    kept.version = shown.version;
    kept.order = order;
    kept.pictures.resize(episode.traces.size());
    for (auto& picture : kept.pictures)
      picture.values.clear();
    order_units(kept, episode);
  }
  auto& picture = kept.pictures[trace];
  const auto& from = episode.traces[trace];
  if (picture.values.size() == from.values.size()) return picture;
  const auto rows = static_cast<std::size_t>(from.rows);
  const auto columns = static_cast<std::size_t>(episode.columns);
  picture.values.resize(rows * columns);
  for (std::size_t row = 0; row < rows; ++row) {
    const auto unit = static_cast<std::size_t>(unit_in_row(kept, from, static_cast<int>(row)));
    for (std::size_t column = 0; column < columns; ++column)
      picture.values[(rows - 1 - row) * columns + column] = from.values[column * rows + unit];
  }
  picture.most = greatest_magnitude(picture.values, 0);
  picture.limit = from.is_signed ? signed_limit(from, columns) : picture.most;
  return picture;
}

int unit_in_row(const TracePictures& kept, const protocol::MemoryTrace& trace, int row) {
  return ordered(kept, trace) ? kept.units[static_cast<std::size_t>(row)] : row;
}

int row_number(const TracePictures& kept, const protocol::MemoryTrace& trace, int row) {
  return trace.role == TraceRole::Weights ? trace.rows - 1 - row : unit_in_row(kept, trace, row);
}

bool is_weighting(TraceRole role) {
  return role == TraceRole::WriteWeights || role == TraceRole::ReadWeights || role == TraceRole::Allocation ||
         role == TraceRole::Weights;
}

HeatStyle picture_style(const Theme& theme, const protocol::MemoryTrace& trace, float limit, float pinned) {
  HeatStyle style;
  const float automatic = std::max(limit, least_limit(trace));
  if (trace.is_signed) {
    style.colors = signed_colors(theme);
    style.high = pinned > 0 ? pinned : trace.role == TraceRole::Error ? 1 : automatic;
    style.low = -style.high;
    return style;
  }
  if (is_weighting(trace.role)) {
    style.colors = trace.role == TraceRole::Weights ? ColorMap::Magma : ColorMap::Grey;
    style.high = pinned > 0 ? pinned : std::min(automatic, 1.0F);
    return style;
  }
  switch (trace.role) {
    case TraceRole::Output:
      style.colors = ColorMap::Grey;
      break;
    default:
      style.colors = ColorMap::Viridis;
      style.high = std::max(limit, 1.0F);  // the usage of `mann` may pass 1
      break;
  }
  return style;
}

std::string_view row_word(TraceRole role) {
  switch (role) {
    case TraceRole::WriteWeights:
    case TraceRole::ReadWeights:
    case TraceRole::Usage:
    case TraceRole::Allocation:
      return "slot";
    case TraceRole::Units:
    case TraceRole::Gate:
      return "unit";
    case TraceRole::Weights:
      return "steps ago";
    case TraceRole::Input:
    case TraceRole::Output:
    case TraceRole::Error:
    case TraceRole::Adds:
    case TraceRole::Erases:
    case TraceRole::Reads:
      break;
  }
  return "component";
}

TimeWindow time_window(TracePictures& kept, int columns, int cursor, float width) {
  const int fit = std::max(static_cast<int>(width / kLeastColumn), 1);
  int span = kTracesLeastSpan;
  while (span < columns && span <= fit / 2)
    span *= 2;
  if (span < columns) span = std::min(std::max(columns, 1), fit);
  const int last = std::max(columns - span, 0);
  if (cursor >= 0 && cursor != kept.followed) {
    const int margin = span / 8;
    if (cursor < kept.from + margin) kept.from = cursor - margin;
    if (cursor >= kept.from + span - margin) kept.from = cursor + margin - span + 1;
    kept.followed = cursor;
  }
  kept.from = std::clamp(kept.from, 0, last);
  kept.span = span;
  return {kept.from, span};
}

}  // namespace qarium::widgets
