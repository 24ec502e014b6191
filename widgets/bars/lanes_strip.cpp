#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "widgets/bars/bars.hpp"
#include "widgets/bars/index_scale.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/draw.hpp"
#include "widgets/parts/format.hpp"
#include "widgets/parts/imgui_compat.hpp"

namespace qarium::widgets {
namespace {

constexpr int kLaneRows = 3;
/// In a window of less height (at scale 1) one row fewer is seen.
constexpr float kRoomForAll = 560;
constexpr float kLaneRow = 22;
constexpr float kLanesMargin = 4;
/// Of what is seen, so much stands before the first parting.
constexpr double kShared = 0.12;

struct LanesState {
  int top = 0;                ///< first row that is seen
  std::uint64_t current = 0;  ///< that was brought into view
};

struct LaneParts {
  Rect mark, number, label, line, outcome, button;
};

LaneParts parts_of(const PanelContext& context, Rect row) {
  const bool wide = row.width() > context.px(900);
  LaneParts parts{};
  parts.mark = row.cut_left(context.px(10), context.px(6));
  parts.number = row.cut_left(context.px(20), context.px(6));
  parts.label = row.cut_left(context.px(wide ? 150.0F : 110.0F), context.px(8));
  parts.button = row.cut_right(context.px(66), context.px(8));
  parts.outcome = row.cut_right(context.px(wide ? 150.0F : 104.0F), context.px(10));
  parts.line = row;
  return parts;
}

/// From a little before the lanes part to the end of the longest.
IndexScale scale_of(const PanelContext& context, const Rect& line) {
  auto first = context.stage.last;
  auto oldest = context.stage.last;
  auto last = context.stage.last;
  for (const auto& lane : context.stage.lanes) {
    if (lane.parent != 0) first = std::min(first, lane.start);
    oldest = std::min(oldest, lane.first);
    last = std::max(last, lane.last);
  }
  const auto before = static_cast<std::int64_t>(std::ceil(kShared * static_cast<double>(last - first)));
  return {line.min.x, line.max.x, std::max(oldest, first - before - 1), last};
}

ShortText outcome_of(const protocol::LaneView& lane, bool wide) {
  ShortText text(wide ? "return " : "");
  return text.print("%.5g", static_cast<double>(lane.return_so_far)).add(lane.ended ? ", ended" : " so far");
}

ShortText lane_words(const protocol::LaneView& lane, std::int64_t pointed) {
  ShortText text("Lane ");
  text.add(count(static_cast<std::int64_t>(lane.id)));
  if (lane.parent != 0) {
    text.add(" diverged from lane ")
        .add(count(static_cast<std::int64_t>(lane.parent)))
        .add(" at step ")
        .add(count(lane.step));
    text.add(" of episode ").add(count(lane.episode + 1)).add(" (").add(lane.label).add(")");
  } else {
    text.add(" (").add(lane.label).add(")");
  }
  text.add(": ").add(count(lane.last - lane.start)).add(lane.last - lane.start == 1 ? " step" : " steps").add(". ");
  text.add("Return of episode ").add(count(lane.episode + 1)).add(lane.ended ? ", ended: " : " so far: ");
  text.print("%.6g", static_cast<double>(lane.return_so_far)).add(". ");
  const auto ago = lane.last - pointed;
  text.add(lane.current ? "Click: look at its " : "Click: back to it, at its ");
  if (ago <= 0) return text.add("end.");
  return text.add("moment ").add(count(ago)).add(ago == 1 ? " step" : " steps").add(" before its end.");
}

/// From the row of the lane that it left, where that is seen.
void draw_divergence(const PanelContext& context, const protocol::LaneView& lane, float x, float y, int rows_up) {
  auto& list = *ImGui::GetWindowDrawList();
  const float up = rows_up > 0 ? static_cast<float>(rows_up) * context.px(kLaneRow) : context.px(8);
  fill(list, {{x - context.px(1), y - up}, {x + context.px(1), y}},
       lane.current ? context.theme.accent : mixed(context.theme.bar, context.theme.quiet, 0.5F));
}

void draw_lane(const PanelContext& context, const protocol::LaneView& lane, const LaneParts& parts,
               const IndexScale& scale, int rows_up) {
  auto& list = *ImGui::GetWindowDrawList();
  const auto& theme = context.theme;
  const ImU32 color = lane.current ? theme.accent : mixed(theme.bar, theme.quiet, 0.5F);
  const float y = std::round(parts.line.centre().y);
  const float half = context.px(lane.current ? 2.5F : 2.0F);
  const float from = scale.x(lane.start);
  const float to = std::max(scale.x(lane.last), from + context.px(2));
  if (lane.parent != 0) draw_divergence(context, lane, from, y, rows_up);
  fill(list, {{from, y - half}, {to, y + half}}, color, half);
  list.AddLine({to, y - context.px(5)}, {to, y + context.px(5)}, color, context.px(1.5F));
  if (lane.current) {
    const float x = scale.x(context.stage.moment.index);
    list.AddCircleFilled({x, y}, context.px(4.5F), theme.dark ? theme.text : theme.accent, 16);
    draw_icon(list, Icon::Dot, parts.mark.centre(), context.px(9), theme.accent);
  }
  const ImU32 text = lane.current ? theme.text : theme.quiet;
  draw_text_in(list, context.fonts.number, parts.number, text, count(static_cast<std::int64_t>(lane.id)), Align::Right);
  draw_text_in(list, context.fonts.quiet, parts.label, text, lane.label);
  const bool wide = parts.outcome.width() > context.px(140);
  draw_text_in(list, context.fonts.quiet, parts.outcome, text, outcome_of(lane, wide), Align::Right);
}

void draw_compare_button(const PanelContext& context, const protocol::LaneView& lane, const std::string& name,
                         const Rect& area) {
  if (lane.current) return;
  const bool on = context.stage.compared && context.stage.compared->lane == lane.id;
  const Button button{.label = "Compare",
                      .look = ButtonLook::Quiet,
                      .on = on,
                      .waiting = false,
                      .tooltip = on ? "Show the current lane alone"
                                    : "Show this lane beside the current one: both at the same moment, both move "
                                      "when one plays or looks elsewhere"};
  if (draw_button(context, name + ".compare", area, button)) send(context, protocol::CompareLane{on ? 0 : lane.id});
}

void draw_lane_row(const PanelContext& context, const protocol::LaneView& lane, const Rect& row, int rows_up) {
  const std::string name = "lanes." + std::to_string(lane.id);
  const auto parts = parts_of(context, row);
  const auto scale = scale_of(context, parts.line);
  const Rect touched{row.min, {parts.button.min.x - context.px(4), row.max.y}};
  const auto state = press(context, name, touched);
  if (state.hovered || state.held)
    fill(*ImGui::GetWindowDrawList(), touched, context.theme.raised_hover, context.px(3));
  draw_lane(context, lane, parts, scale, rows_up);
  draw_compare_button(context, lane, name, parts.button.shrunk(0, context.px(1)));
  const float x = ImGui::GetIO().MousePos.x;
  // By the keyboard, and where the pointer is not on the line, the moment that is looked at.
  const bool on_line = state.hovered && x >= parts.line.min.x - context.px(4) && x <= parts.line.max.x + context.px(4);
  const auto pointed = std::clamp(on_line ? scale.index(x) : context.stage.moment.index, lane.first, lane.last);
  if (lane.current && on_line) context.view.transient.hovered_moment_next = pointed;
  if (state.clicked) send(context, protocol::ReturnTo{lane.id, pointed});
  tooltip(context, name, state, lane_words(lane, pointed));
}

int rows_seen(const PanelContext& context) {
  const bool room = ImGui::GetIO().DisplaySize.y >= context.px(kRoomForAll);
  return std::min(room ? kLaneRows : kLaneRows - 1, static_cast<int>(context.stage.lanes.size()));
}

/// Keeps the current lane in view when it becomes that, and follows the wheel.
int first_row(const PanelContext& context, const Rect& area, int seen) {
  auto& state = context.view.of<LanesState>();
  const auto& lanes = context.stage.lanes;
  const int most = std::max(0, static_cast<int>(lanes.size()) - seen);
  const auto current = std::find_if(lanes.begin(), lanes.end(), [](const auto& lane) { return lane.current; });
  if (current != lanes.end() && current->id != state.current) {
    state.current = current->id;
    const auto row = static_cast<int>(current - lanes.begin());
    state.top = std::clamp(state.top, row - seen + 1, row);
  }
  if (area.contains(ImGui::GetIO().MousePos) && ImGui::GetIO().MouseWheel != 0)
    state.top -= static_cast<int>(std::lround(ImGui::GetIO().MouseWheel));
  state.top = std::clamp(state.top, 0, most);
  return state.top;
}

/// A thumb for the rows that are seen of all.
void draw_rows_seen(const PanelContext& context, const Rect& area, int top, int seen, int all) {
  auto& list = *ImGui::GetWindowDrawList();
  fill(list, area, context.theme.line_quiet, context.px(2));
  const float row = area.height() / static_cast<float>(all);
  fill(list,
       {{area.min.x, area.min.y + row * static_cast<float>(top)},
        {area.max.x, area.min.y + row * static_cast<float>(top + seen)}},
       context.theme.quiet, context.px(2));
}

}  // namespace

float lanes_height(const PanelContext& context) {
  const auto rows = rows_seen(context);
  return rows < 2 ? 0 : static_cast<float>(rows) * kLaneRow + 2 * kLanesMargin;
}

void draw_lanes(const PanelContext& context, const Rect& area) {
  const auto& lanes = context.stage.lanes;
  if (lanes.size() < 2) return;
  auto& list = *ImGui::GetWindowDrawList();
  fill(list, area, context.theme.panel);
  list.AddLine(area.min, {area.max.x, area.min.y}, context.theme.line_quiet);
  Rect rest = area.shrunk(context.px(16), context.px(kLanesMargin));
  const int all = static_cast<int>(lanes.size());
  const int seen = rows_seen(context);
  const int top = first_row(context, area, seen);
  if (all > seen) draw_rows_seen(context, rest.cut_right(context.px(4), context.px(8)), top, seen, all);
  const Rect rows = rest;
  for (int i = top; i < top + seen; ++i) {
    const auto& lane = lanes[static_cast<std::size_t>(i)];
    const auto parent =
        std::find_if(lanes.begin(), lanes.end(), [&](const auto& other) { return other.id == lane.parent; });
    const int rows_up = parent == lanes.end() ? 0 : i - std::max(top, static_cast<int>(parent - lanes.begin()));
    draw_lane_row(context, lane, rest.cut_top(context.px(kLaneRow)), rows_up);
  }
  // The moment that is seen, on all of them.
  const auto line = parts_of(context, rows).line;
  const auto scale = scale_of(context, line);
  if (context.stage.moment.index < scale.first) return;
  const float x = std::round(scale.x(context.stage.moment.index));
  list.AddLine({x, rows.min.y}, {x, rows.max.y}, faded(context.theme.quiet, 0.5F));
}

}  // namespace qarium::widgets
