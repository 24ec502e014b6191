#include "widgets/memory_pictures/memory_rows.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "widgets/intervention/intervention_state.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/heat_legend.hpp"

namespace qarium::widgets {
namespace {

constexpr float kMemoryRowLabels = 31;
constexpr float kBelow = 16;
constexpr float kNorms = 64;
constexpr float kMostCell = 34;
constexpr float kLeastMatrixLimit = 0.05F;  ///< what is next to nothing shall look like it
constexpr std::array<std::string_view, 3> kCellNames{"hidden", "cell", "change"};
constexpr std::array<std::string_view, 2> kPlainNames{"hidden", "change"};

std::size_t size_of_memory_rows(int value) {
  return static_cast<std::size_t>(std::max(value, 0));
}

MemoryRows hold_slots(const protocol::MemoryView& view, bool changes, KeptPictures& kept) {
  const auto rows = size_of_memory_rows(view.slots);
  const auto columns = size_of_memory_rows(view.width);
  kept.matrix.resize(rows * columns);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      const auto at = row * columns + column;
      kept.matrix[at] = changes ? view.after[at] - view.before[at] : view.after[at];
    }
  }
  return {view.slots, view.width, "slot", {}};
}

MemoryRows hold_units(const protocol::UnitsView& units, KeptPictures& kept) {
  const auto rows = units.hidden.size();
  const bool cell = units.cell.size() == rows;
  const std::size_t columns = cell ? 3 : 2;
  const auto& order = kept.strips.units;
  kept.matrix.assign(rows * columns, 0);
  for (std::size_t row = 0; row < rows; ++row) {
    const auto unit = order.size() == rows ? size_of_memory_rows(order[row]) : row;
    kept.matrix[row * columns] = units.hidden[unit];
    if (cell) kept.matrix[row * columns + 1] = units.cell[unit];
    kept.matrix[row * columns + columns - 1] = unit < units.change.size() ? units.change[unit] : 0;
  }
  MemoryRows shown{static_cast<int>(rows), static_cast<int>(columns), "unit", kPlainNames};
  if (cell) shown.names = kCellNames;
  return shown;
}

/// Where the matrix lies, and its rows, counted from below.
struct RowPlace {
  const PanelContext& context;
  const ShownMemory& shown;
  const MemoryRows& rows;
  Rect area;
  Rect norms;

  float row_height() const { return area.height() / static_cast<float>(rows.rows); }
  Rect row(int at, const Rect& side) const {
    const float y = area.max.y - row_height() * static_cast<float>(at);
    return {{side.min.x, y - row_height()}, {side.max.x, y}};
  }
  int row_at(float y) const { return std::clamp(static_cast<int>((area.max.y - y) / row_height()), 0, rows.rows - 1); }
  int column_at(float x) const {
    const float share = (x - area.min.x) / area.width();
    return std::clamp(static_cast<int>(share * static_cast<float>(rows.columns)), 0, rows.columns - 1);
  }
  int unit(int row) const {
    const auto& order = shown.kept->strips.units;
    return rows.word == "unit" && order.size() == size_of_memory_rows(rows.rows) ? order[size_of_memory_rows(row)]
                                                                                 : row;
  }
};

/// A bar for each row, or for as many as there are pixels with the longest of the rows that share one.
void draw_norms(const RowPlace& place) {
  const auto& context = place.context;
  const auto& kept = *place.shown.kept;
  auto& list = *ImGui::GetWindowDrawList();
  const float most = greatest_magnitude(kept.norms, 1e-6F);
  const int bars = std::clamp(static_cast<int>(place.norms.height()), 1, place.rows.rows);
  const int looked = looked_slot(place.shown);
  for (int bar = 0; bar < bars; ++bar) {
    const int from = bar * place.rows.rows / bars;
    const int to = std::max((bar + 1) * place.rows.rows / bars, from + 1);
    float norm = 0;
    for (int row = from; row < to; ++row) {
      const float value = kept.norms[size_of_memory_rows(row)];
      if (std::isfinite(value)) norm = std::max(norm, value);
    }
    const Rect first = place.row(from, place.norms);
    const Rect last = place.row(to - 1, place.norms);
    const float gap = std::min(1.0F, 0.1F * first.height());
    const bool marked = place.rows.word == "slot" && looked >= from && looked < to;
    fill(list,
         {{place.norms.min.x, last.min.y + gap},
          {place.norms.min.x + place.norms.width() * norm / most, first.max.y - gap}},
         marked ? context.theme.stage(core::Stage::Memory) : context.theme.bar);
  }
}

void draw_labels(const RowPlace& place, Rect below) {
  const auto& context = place.context;
  auto& list = *ImGui::GetWindowDrawList();
  const auto* font = context.fonts.number;
  const auto label = [&](float y, int row) {
    ShortText text;
    text.print("%d", place.unit(row));
    draw_text_in(
        list, font,
        {{place.area.min.x - context.px(kMemoryRowLabels), y}, {place.area.min.x - context.px(5), y + font->FontSize}},
        context.theme.quiet, text, Align::Right);
  };
  label(place.area.max.y - font->FontSize, 0);
  if (place.rows.rows > 1 && place.area.height() >= 2 * font->FontSize) label(place.area.min.y, place.rows.rows - 1);
  below = {{place.area.min.x, below.min.y}, {place.norms.max.x, below.max.y}};
  const Rect norm = below.cut_right(place.norms.width(), context.px(6));
  draw_text_in(list, context.fonts.quiet, norm, context.theme.quiet, "norm");
  ShortText text;
  if (place.rows.names.empty()) {
    text.print("width %d →", place.rows.columns);
  } else {
    for (const auto name : place.rows.names)
      text.add(text.empty() ? "" : ", ").add(name);
  }
  draw_text_in(list, context.fonts.quiet, below, context.theme.quiet, text);
}

void mark_row(const RowPlace& place, int row, ImU32 color) {
  if (row < 0 || row >= place.rows.rows) return;
  const Rect strip = place.row(row, place.area);
  const float wider = std::max(0.0F, (place.context.px(4) - strip.height()) / 2);
  outline(*ImGui::GetWindowDrawList(), strip.shrunk(-2, -1 - wider), color, 0, place.context.px(1.5F));
}

/// Slots that an intervention changes carry a cross or a triangle at their side.
void mark_changed(const RowPlace& place) {
  if (!place.shown.can_intervene || place.rows.word != "slot") return;
  const auto& context = place.context;
  for (const auto& slot : context.view.of<InterventionState>().intervention.memory.slots) {
    if (slot.slot < 0 || slot.slot >= place.rows.rows) continue;
    const Rect strip = place.row(slot.slot, place.norms);
    draw_icon(*ImGui::GetWindowDrawList(), slot.content.empty() ? Icon::Cross : Icon::Triangle,
              {strip.max.x - context.px(6), strip.centre().y}, context.px(10), context.theme.attention);
  }
}

int touch_memory_rows(const RowPlace& place) {
  const auto& context = place.context;
  const auto& kept = *place.shown.kept;
  const Rect both{place.area.min, {place.norms.max.x, place.area.max.y}};
  const auto interaction = interact(context, ShortText(place.shown.place).add(".matrix"), both);
  if (!interaction.hovered) return -1;
  const auto mouse = ImGui::GetIO().MousePos;
  const int row = place.row_at(mouse.y);
  const int unit = place.unit(row);
  if (place.rows.word == "slot") place.shown.kept->hovered_slot_next = row;
  begin_tooltip(context);
  const auto word = place.rows.word;
  if (place.area.contains(mouse)) {
    const int column = place.column_at(mouse.x);
    const auto value = number(static_cast<double>(
        kept.matrix[size_of_memory_rows(row) * size_of_memory_rows(place.rows.columns) + size_of_memory_rows(column)]));
    if (place.rows.names.empty()) {
      ImGui::Text("%.*s %d, component %d: %s", static_cast<int>(word.size()), word.data(), unit, column, value.c_str());
    } else {
      const auto name = place.rows.names[size_of_memory_rows(column)];
      ImGui::Text("%.*s %d, %.*s: %s", static_cast<int>(word.size()), word.data(), unit, static_cast<int>(name.size()),
                  name.data(), value.c_str());
    }
  }
  ImGui::Text("norm of %.*s %d: %s", static_cast<int>(word.size()), word.data(), unit,
              number(static_cast<double>(kept.norms[size_of_memory_rows(row)])).c_str());
  end_tooltip();
  return interaction.clicked ? row : -1;
}

void draw_pin(const PanelContext& context, const ShownMemory& shown, Rect area, const HeatStyle& style) {
  auto& pinned = context.view.of<MemoryLook>().pinned_matrix;
  Rect pin = area.cut_bottom(context.px(18), context.px(2));
  draw_heat_legend(context, ShortText(shown.place).add(".matrix.legend"), area, style);
  const Button button{.label = pinned > 0 ? "pinned" : "auto",
                      .look = ButtonLook::Quiet,
                      .on = pinned > 0,
                      .tooltip =
                          "The colours' limits: the greatest value of each moment either way, or pinned as they "
                          "are now, so that moments compare"};
  if (draw_button(context, ShortText(shown.place).add(".matrix.pin"),
                  pin.cut_left(std::min(pin.width(), button_width(context, button))), button)) {
    pinned = pinned > 0 ? 0 : std::max(std::ceil(style.high * 1e3F) / 1e3F, 1e-3F);
  }
}

}  // namespace

MemoryRows hold_rows(const ShownMemory& shown, bool changes) {
  auto& kept = *shown.kept;
  MemoryRows rows;
  if (shown && sound_matrix(*shown.view)) {
    rows = hold_slots(*shown.view, changes, kept);
  } else if (shown && shown.view->units && !shown.view->units->hidden.empty()) {
    rows = hold_units(*shown.view->units, kept);
  }
  kept.norms.assign(size_of_memory_rows(rows.rows), 0);
  for (std::size_t row = 0; row < kept.norms.size(); ++row) {
    double sum = 0;
    for (const float value : row_of(kept.matrix, static_cast<int>(row), rows.columns))
      sum += std::isfinite(value) ? static_cast<double>(value) * static_cast<double>(value) : 0;
    kept.norms[row] = static_cast<float>(std::sqrt(sum));
  }
  return rows;
}

int draw_memory_rows(const PanelContext& context, const ShownMemory& shown, const MemoryRows& rows, Rect area) {
  auto& kept = *shown.kept;
  const Rect legend = area.cut_right(context.px(kLegendWidth), context.px(4));
  const Rect below = area.cut_bottom(context.px(kBelow));
  area.cut_left(context.px(kMemoryRowLabels));
  const Rect norms = area.cut_right(std::min(context.px(kNorms), area.width() * 0.25F), context.px(6));
  const float wide = std::min(area.width(), context.px(kMostCell) * static_cast<float>(rows.columns));
  area.max.x = area.min.x + wide;
  const Rect bars{{area.max.x + context.px(6), norms.min.y}, {area.max.x + context.px(6) + norms.width(), norms.max.y}};
  if (area.width() < 8 || area.height() < 8) return -1;
  const RowPlace place{context, shown, rows, area, bars};
  const float pinned = context.view.of<MemoryLook>().pinned_matrix;
  HeatStyle style;
  style.colors = signed_colors(context.theme);
  style.high = pinned > 0 ? pinned : greatest_magnitude(kept.matrix, kLeastMatrixLimit);
  style.low = -style.high;
  // Canvas counts rows from the top.
  kept.strip.resize(kept.matrix.size());
  for (int row = 0; row < rows.rows; ++row) {
    const auto from = row_of(kept.matrix, row, rows.columns);
    std::copy(from.begin(), from.end(),
              kept.strip.begin() + static_cast<std::ptrdiff_t>(size_of_memory_rows(rows.rows - 1 - row) *
                                                               size_of_memory_rows(rows.columns)));
  }
  auto& list = *ImGui::GetWindowDrawList();
  const HeatPicture picture{kept.strip, rows.rows, rows.columns, area};
  context.canvas.draw_heat(list, ShortText(shown.place).add(".matrix"), {&picture, 1}, style);
  outline(list, area.shrunk(-1), context.theme.line);
  draw_norms(place);
  mark_changed(place);
  if (rows.word == "slot") {
    if (kept.hovered_slot < 0) mark_row(place, looked_slot(shown), context.theme.stage(core::Stage::Memory));
    mark_row(place, kept.hovered_slot, context.theme.attention);
  }
  draw_labels(place, below);
  const int clicked = touch_memory_rows(place);
  draw_pin(context, shown, {{legend.min.x, area.min.y}, {legend.max.x, area.max.y}}, style);
  return clicked;
}

}  // namespace qarium::widgets
