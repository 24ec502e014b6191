#include "widgets/memory_pictures/trace_picture.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "widgets/moments.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/heat_legend.hpp"

namespace qarium::widgets {
namespace {

constexpr float kTraceRowLabels = 31;

/// One picture and where its cells are on the screen.
struct TracePlace {
  const PanelContext& context;
  const ShownMemory& shown;
  std::size_t trace;
  TimeWindow window;
  Rect plot;

  const protocol::MemoryTrace& strip() const { return shown.episode->traces[trace]; }
  float column_width() const { return plot.width() / static_cast<float>(window.count); }
  float row_height() const { return plot.height() / static_cast<float>(strip().rows); }
  Rect column(int at) const {
    const float x = plot.min.x + static_cast<float>(at - window.first) * column_width();
    return {{x, plot.min.y}, {x + column_width(), plot.max.y}};
  }
  /// Counted from below.
  Rect row(int at) const {
    const float y = plot.max.y - static_cast<float>(at) * row_height();
    return {{plot.min.x, y - row_height()}, {plot.max.x, y}};
  }
  /// -1 where the episode has none.
  int column_at(float x) const {
    const int at = window.first + static_cast<int>(std::floor((x - plot.min.x) / column_width()));
    return at >= window.first && at < shown.episode->columns ? at : -1;
  }
  int row_at(float y) const {
    return std::clamp(static_cast<int>((plot.max.y - y) / row_height()), 0, strip().rows - 1);
  }
};

ShortText control(const ShownMemory& shown, std::string_view part, const protocol::MemoryTrace& trace) {
  ShortText text(shown.place);
  text.add(part).add(trace.name);
  // The only role with a picture for each head.
  if (trace.role == protocol::TraceRole::Weights && trace.head > 0) text.print(" %d", trace.head + 1);
  return text;
}

ShortText capital(std::string_view name) {
  ShortText text;
  if (name.empty()) return text;
  const char first = name.front();
  const char upper = first >= 'a' && first <= 'z' ? static_cast<char>(first - 'a' + 'A') : first;
  return text.add({&upper, 1}).add(name.substr(1));
}

/// The number of the strip's head where there are several; 0 = none.
int told_head(const TracePlace& place) {
  const auto& trace = place.strip();
  const auto* view = place.shown.view;
  if (trace.head < 0 || view == nullptr) return 0;
  int heads = 0;
  switch (trace.role) {
    case protocol::TraceRole::Reads:
    case protocol::TraceRole::ReadWeights:
      heads = view->read_heads;
      break;
    case protocol::TraceRole::Adds:
    case protocol::TraceRole::Erases:
    case protocol::TraceRole::WriteWeights:
      heads = view->write_heads;
      break;
    case protocol::TraceRole::Weights:
      heads = view->kept ? view->kept->heads : 0;
      break;
    default:
      break;
  }
  return heads > 1 ? trace.head + 1 : 0;
}

void draw_trace_title(const TracePlace& place, Rect row) {
  const auto& context = place.context;
  const auto& trace = place.strip();
  auto& list = *ImGui::GetWindowDrawList();
  const auto name = capital(trace.name);
  row.cut_left(draw_text_in(list, context.fonts.title, row, context.theme.text, name), context.px(8));
  if (row.width() < context.px(30)) return;
  ShortText quiet(row_word(trace.role));
  quiet.add(trace.role == protocol::TraceRole::Weights ? " ↓" : " ↑");  // newest on top
  if (const int head = told_head(place); head > 0) quiet.print(" · head %d", head);
  draw_text_in(list, context.fonts.quiet, row, context.theme.quiet, quiet);
}

void draw_row_labels(const TracePlace& place) {
  const auto& context = place.context;
  auto& list = *ImGui::GetWindowDrawList();
  const auto* font = context.fonts.number;
  const float left = place.plot.min.x - context.px(kTraceRowLabels);
  const auto label = [&](float y, int number) {
    ShortText text;
    text.print("%d", number);
    draw_text_in(list, font, {{left, y}, {place.plot.min.x - context.px(5), y + font->FontSize}}, context.theme.quiet,
                 text, Align::Right);
  };
  const auto& kept = place.shown.kept->strips;
  if (place.plot.height() < 2 * font->FontSize) return;
  label(place.plot.max.y - font->FontSize, row_number(kept, place.strip(), 0));
  if (place.strip().rows > 1) {
    label(place.plot.min.y, row_number(kept, place.strip(), place.strip().rows - 1));
  }
}

void draw_step_labels(const TracePlace& place, const Rect& row) {
  const auto& context = place.context;
  auto& list = *ImGui::GetWindowDrawList();
  const auto& episode = *place.shown.episode;
  const auto first = episode.first_step + place.window.first;
  const int last = std::min(place.window.first + place.window.count, episode.columns) - 1;
  draw_text_in(list, context.fonts.number, row, context.theme.quiet, count(first));
  if (last <= place.window.first) return;
  const auto text = ShortText("step ").add(count(episode.first_step + last));
  const float wide = text_width(context.fonts.number, text);
  if (row.width() < wide) return;
  const float end = std::clamp(place.column(last).max.x, row.min.x + wide, row.max.x);
  const float start = row.min.x + text_width(context.fonts.number, count(first)) + context.px(8);
  if (end - wide < start) return;
  draw_text_in(list, context.fonts.number, {{end - wide, row.min.y}, {end + 1, row.max.y}}, context.theme.quiet, text);
}

void mark_column(const TracePlace& place, int at, ImU32 color) {
  if (at < place.window.first || at >= place.window.first + place.window.count) return;
  auto& list = *ImGui::GetWindowDrawList();
  const Rect column = place.column(at);
  const float wider = std::max(0.0F, (place.context.px(3) - column.width()) / 2);
  outline(list, column.shrunk(-1 - wider, -1), color);
}

bool about_slots(protocol::TraceRole role) {
  return row_word(role) == "slot";
}

void draw_trace_marks(const TracePlace& place) {
  const auto& theme = place.context.theme;
  auto& list = *ImGui::GetWindowDrawList();
  const int slot = place.shown.kept->hovered_slot >= 0 ? place.shown.kept->hovered_slot : place.shown.kept->chosen_slot;
  if (about_slots(place.strip().role) && slot >= 0 && slot < place.strip().rows) {
    const Rect row = place.row(slot);
    const float wider = std::max(0.0F, (place.context.px(3) - row.height()) / 2);
    outline(list, row.shrunk(0, -1 - wider), faded(theme.stage(core::Stage::Memory), 0.8F));
  }
  mark_column(place, place.shown.cursor, theme.stage(core::Stage::Memory));
  if (place.shown.hovered != place.shown.cursor && place.shown.hovered >= 0)
    mark_column(place, place.shown.hovered, theme.attention);
}

/// "slot 9", "right", "write gate", "3 steps ago"
ShortText row_words(const TracePlace& place, int row) {
  constexpr std::array<std::string_view, 2> kGates{"write gate", "allocation gate"};
  const auto& trace = place.strip();
  const int number = row_number(place.shown.kept->strips, trace, row);
  const auto at = static_cast<std::size_t>(number);
  ShortText text;
  if (trace.role == protocol::TraceRole::Weights) return text.print("%d steps ago", number);
  if (trace.role == protocol::TraceRole::Output && at < place.shown.outputs.size())
    return action_name(place.shown.outputs, number);
  if (trace.role == protocol::TraceRole::Gate && trace.head < 0) {
    return at < kGates.size() ? text.add(kGates[at]) : text.print("free gate of read head %d", number - 1);
  }
  return text.add(row_word(trace.role)).print(" %d", number);
}

void tell_value(const TracePlace& place, int column, int row) {
  const auto& trace = place.strip();
  const int unit = unit_in_row(place.shown.kept->strips, trace, row);
  const auto at =
      static_cast<std::size_t>(column) * static_cast<std::size_t>(trace.rows) + static_cast<std::size_t>(unit);
  const auto where = row_words(place, row);
  begin_tooltip(place.context);
  ImGui::Text("%s %s", trace.name.c_str(), number(static_cast<double>(trace.values[at])).c_str());
  ImGui::Text("%s, step %s", where.c_str(), count(place.shown.episode->first_step + column).c_str());
  end_tooltip();
}

void touch_trace(const TracePlace& place, TimePointing& pointing) {
  const auto& context = place.context;
  const auto& io = ImGui::GetIO();
  const auto interaction = interact(context, control(place.shown, ".picture.", place.strip()), place.plot);
  if (!interaction.hovered) return;
  const int column = place.column_at(io.MousePos.x);
  auto& kept = *place.shown.kept;
  if (io.MouseWheel != 0 && (io.KeyCtrl || !context.view.transient.workspace_scrolls)) {
    kept.strips.from -= static_cast<int>(std::lround(io.MouseWheel * static_cast<float>(place.window.count) / 8));
  }
  if (column < 0) return;
  const int row = place.row_at(io.MousePos.y);
  pointing.hovered = column;
  if (about_slots(place.strip().role)) kept.hovered_slot_next = row;
  if (interaction.clicked) {
    pointing.clicked = column;
    pointing.trace = place.trace;
  }
  outline(*ImGui::GetWindowDrawList(), place.column(column).intersection(place.row(row)), context.theme.attention);
  tell_value(place, column, row);
}

void draw_trace_legend(const TracePlace& place, Rect area, const HeatStyle& style, float most) {
  const auto& context = place.context;
  const auto& trace = place.strip();
  const auto key = control(place.shown, ".legend.", trace);
  if (!trace.is_signed && !is_weighting(trace.role)) {
    draw_heat_legend(context, key, area, style);
    return;
  }
  auto& pinned = context.view.of<MemoryLook>().pinned[static_cast<std::size_t>(trace.role)];
  Rect pin = area.cut_bottom(context.px(18), context.px(2));
  draw_heat_legend(context, key, area, style, Extremes{trace.is_signed ? -most : 0, most});
  const Button button{
      .label = pinned > 0 ? "pinned" : "auto",
      .look = ButtonLook::Quiet,
      .on = pinned > 0,
      .tooltip =
          "The colours' limits: up to the greatest value of the episode but for steps that stand out (told behind "
          "an arrow), or pinned as they are now"};
  if (draw_button(context, control(place.shown, ".pin.", trace),
                  pin.cut_left(std::min(pin.width(), button_width(context, button))), button)) {
    pinned = pinned > 0 ? 0 : std::max(std::ceil(style.high * 1e3F) / 1e3F, 1e-3F);
  }
}

}  // namespace

Rect DrawnPicture::cell(int column, int row, int rows) const {
  const float wide = plot.width() / static_cast<float>(window.count);
  const float high = plot.height() / static_cast<float>(std::max(rows, 1));
  const ImVec2 corner{plot.min.x + wide * static_cast<float>(column - window.first),
                      plot.max.y - high * static_cast<float>(row + 1)};
  return {corner, corner + ImVec2(wide, high)};
}

DrawnPicture draw_trace_picture(const PanelContext& context, const ShownMemory& shown, std::size_t trace, Rect cell,
                                TimePointing& pointing) {
  const auto& episode = *shown.episode;
  const Rect title = cell.cut_top(context.px(kPictureTitle));
  const Rect legend = cell.cut_right(context.px(kLegendWidth), context.px(6));
  cell.cut_left(context.px(kTraceRowLabels));
  const Rect steps = cell.cut_bottom(context.px(kPictureSteps));
  if (cell.width() < 8 || cell.height() < 8) return {};
  auto& kept = shown.kept->strips;
  const auto& picture = hold_picture(shown, context.view.of<MemoryLook>().order, trace);
  const TracePlace place{context, shown, trace,
                         time_window(kept, episode.columns, shown.cursor, cell.width() / context.scale), cell};
  const auto& strip = place.strip();
  const auto style = picture_style(context.theme, strip, picture.limit,
                                   context.view.of<MemoryLook>().pinned[static_cast<std::size_t>(strip.role)]);
  draw_trace_title(place, title);
  auto& list = *ImGui::GetWindowDrawList();
  fill(list, cell, context.theme.raised);
  list.PushClipRect(cell.min, cell.max, true);
  const HeatPicture heat{picture.values,
                         strip.rows,
                         episode.columns,
                         {{place.column(0).min.x, cell.min.y}, {place.column(episode.columns).min.x, cell.max.y}}};
  context.canvas.draw_heat(list, control(shown, ".picture.", strip), {&heat, 1}, style);
  list.PopClipRect();
  outline(list, cell.shrunk(-1), context.theme.line);
  list.PushClipRect(cell.min - ImVec2(2, 2), cell.max + ImVec2(2, 2), true);
  draw_trace_marks(place);
  touch_trace(place, pointing);
  list.PopClipRect();
  draw_row_labels(place);
  draw_step_labels(place, steps);
  draw_trace_legend(place, {{legend.min.x, cell.min.y}, {legend.max.x, cell.max.y}}, style, picture.most);
  return {cell, place.window};
}
}  // namespace qarium::widgets
