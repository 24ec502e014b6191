#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <span>

#include "widgets/moments.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/fitting.hpp"
#include "widgets/parts/format.hpp"
#include "widgets/parts/panel.hpp"
#include "widgets/update/shown_update.hpp"
#include "widgets/update/update_lines.hpp"
#include "widgets/update/update_panels.hpp"
#include "widgets/update/update_state.hpp"
#include "widgets/update/update_words.hpp"

namespace qarium::widgets {
namespace {

constexpr float kUpdateLeastRow = 20;
constexpr float kUpdateMostRow = 34;
constexpr float kUpdateHeading = 36;
constexpr float kUpdateLegend = 24;
constexpr float kUpdateRule = 17;  ///< between values and target
constexpr float kColumnGap = 14;

/// The values of one network in one state.
struct NetworkColumn {
  std::string_view network;  ///< "online network"
  std::string_view values;   ///< "Q(s', a)"
  std::span<const float> now;
  std::span<const float> after;  ///< the update; empty where not told
  int greedy = -1;
  int used = -1;      ///< a*, where its value goes into y
  float base = 0;     ///< what bars begin at
  bool idle = false;  ///< nothing of it goes into y
};

struct ValueTable {
  std::array<NetworkColumn, 3> columns;
  std::size_t actions = 0;
  float low = 0;
  float high = 1;
  float share(float value) const { return std::clamp((value - low) / (high - low), 0.0F, 1.0F); }
};

float mean_of(std::span<const float> values) {
  double sum = 0;
  int finite = 0;
  for (const float value : values) {
    if (!std::isfinite(value)) continue;
    sum += static_cast<double>(value);
    ++finite;
  }
  return finite == 0 ? 0 : static_cast<float>(sum / finite);
}

ValueTable value_table(const PanelContext& context, const ShownUpdate& shown) {
  const auto& sample = *shown.sample;
  const bool follows = sample.discount != 0;
  ValueTable table;
  table.columns = {
      {{.network = "online network", .values = "Q(s, a)", .now = sample.values, .after = sample.values_after},
       {.network = "online network", .values = "Q(s', a)", .now = sample.next_online, .idle = !follows},
       {.network = "target network",
        .values = "Q(s', a)",
        .now = sample.next_target,
        .used = follows ? sample.chosen : -1,
        .idle = !follows}}};
  table.actions = context.trainer.action_names.size();
  table.low = table.high = 0;
  const bool differences = context.view.of<UpdateState>().differences;
  for (auto& column : table.columns) {
    table.actions = std::max(table.actions, column.now.size());
    column.greedy = greedy_action(column.now);
    if (differences) column.base = mean_of(column.now);
    for (const auto side : {column.now, column.after}) {
      for (const float value : side) {
        if (!std::isfinite(value)) continue;
        table.low = std::min(table.low, value - column.base);
        table.high = std::max(table.high, value - column.base);
      }
    }
  }
  if (!(table.high - table.low > 1e-9F)) table.high = table.low + 1;
  return table;
}

/// The value that goes into y.
void draw_used(const PanelContext& context, const Rect& area) {
  outline(*ImGui::GetWindowDrawList(), area, context.theme.attention, context.px(3), context.px(1.5F));
}

void draw_update_cell(const PanelContext& context, const ValueTable& table, const NetworkColumn& column,
                      std::size_t action, Rect cell) {
  auto& list = *ImGui::GetWindowDrawList();
  const auto& theme = context.theme;
  const auto index = static_cast<int>(action);
  const float y = cell.centre().y;
  if (index == column.used) draw_used(context, cell.shrunk(0, context.px(1)));
  const Rect mark = cell.cut_left(context.px(17), context.px(3));
  cell.max.x -= context.px(5);
  const ImVec2 at{mark.min.x + context.px(7), y};
  if (index == column.greedy)
    draw_icon(list, Icon::Diamond, at, context.px(10), column.idle ? theme.quiet : theme.stage_text(core::Stage::Head));
  const float value = action < column.now.size() ? column.now[action] : NAN;
  const float width = text_width(context.fonts.number, "-0.00e-0");
  const Rect text = cell.cut_right(std::min(width, cell.width()), context.px(6));
  draw_text_in(
      list, context.fonts.number, text, column.idle ? theme.quiet : theme.text,
      column.base == 0 ? number(static_cast<double>(value)) : signed_number(static_cast<double>(value - column.base)),
      Align::Right);
  if (cell.width() < context.px(8)) return;
  const Rect slot{{cell.min.x, y - context.px(5)}, {cell.max.x, y + context.px(5)}};
  const float zero = slot.min.x + table.share(0) * slot.width();
  if (std::isfinite(value)) {
    const float end = slot.min.x + table.share(value - column.base) * slot.width();
    const bool lit = !column.idle && index == column.greedy;
    fill(list, {{std::min(zero, end), slot.min.y}, {std::max(zero, end) + 1, slot.max.y}},
         lit ? theme.stage(core::Stage::Head) : theme.bar, context.px(1));
  }
  list.AddLine({zero, slot.min.y - 2}, {zero, slot.max.y + 2}, theme.line);
  if (action >= column.after.size() || !std::isfinite(column.after[action])) return;
  const float x = std::round(slot.min.x + table.share(column.after[action] - column.base) * slot.width());
  fill(list, {{x - 1, slot.min.y - context.px(3)}, {x + 1, slot.max.y + context.px(3)}}, theme.good);
}

void draw_update_heading(const PanelContext& context, const NetworkColumn& column, Rect area) {
  auto& list = *ImGui::GetWindowDrawList();
  const auto& theme = context.theme;
  area.cut_left(context.px(20));
  draw_text_in(list, context.fonts.number, area.cut_top(area.height() / 2), column.idle ? theme.quiet : theme.text,
               column.values);
  draw_text_in(list, context.fonts.quiet, area, theme.quiet, column.network);
}

void draw_update_legend(const PanelContext& context, const ShownUpdate& shown, Rect area) {
  auto& list = *ImGui::GetWindowDrawList();
  const auto& theme = context.theme;
  auto& differences = context.view.of<UpdateState>().differences;
  const Button against{.label = "differences",
                       .look = ButtonLook::Quiet,
                       .on = differences,
                       .tooltip = "Against the mean of the actions, so that small differences are seen; or from zero"};
  if (draw_button(context, "update.differences", area.cut_right(button_width(context, against), context.px(8)),
                  against)) {
    differences = !differences;
  }
  const auto entry = [&](const auto& draw_sign, std::initializer_list<ShortText> words) {
    const auto text = fitting(context.fonts.quiet, area.width() - context.px(18), words);
    if (text.empty()) return;
    draw_sign(ImVec2{area.min.x + context.px(7), area.centre().y});
    area.cut_left(context.px(18));
    area.cut_left(draw_text_in(list, context.fonts.quiet, area, theme.quiet, text), context.px(12));
  };
  const auto icon = [&](Icon its, ImU32 color, float size) {
    return [&, its, color, size](ImVec2 at) { draw_icon(list, its, at, context.px(size), color); };
  };
  entry(icon(Icon::Diamond, theme.stage_text(core::Stage::Head), 9), {ShortText("argmax")});
  if (shown.sample->discount != 0)
    entry(
        [&](ImVec2 at_centre) {
          const ImVec2 half{context.px(6), context.px(5)};
          draw_used(context, {at_centre - half, at_centre + half});
        },
        {ShortText("goes into y"), ShortText("in y")});
  entry(icon(Icon::Play, theme.attention, 9), {ShortText("a, taken"), ShortText("a")});
  if (shown.sample->values_after.empty()) return;
  entry(
      [&](ImVec2 at) { fill(list, {{at.x - 1, at.y - context.px(6)}, {at.x + 1, at.y + context.px(6)}}, theme.good); },
      {ShortText("after the update"), ShortText("after")});
}

/// Why a column is empty.
ShortText empty_words(const ShownUpdate& shown) {
  if (!shown.sample->next_online.empty()) return {};
  return {
      "Without double Q-learning the online network is asked at s' only in updates that are made while this is "
      "open, or by hand."};
}

}  // namespace

void draw_update_values(const PanelContext& context, const Rect& area) {
  const auto shown = shown_update(context);
  const std::string_view quiet = shown.sample == nullptr        ? ""
                                 : shown.update->facts.double_q ? "double Q-learning"
                                                                : "without double Q-learning";
  Panel panel(context, "Values and target", quiet, context.theme.stage(core::Stage::Head), area);
  if (panel.folded()) return;
  if (shown.sample == nullptr) {
    panel.begin_body();
    return;
  }
  const auto table = value_table(context, shown);
  const auto why = empty_words(shown);
  const float width = area.width() - context.px(24);
  const auto words = update_words(context, *shown.update, *shown.sample);
  const auto& theme = context.theme;
  const auto* mono = context.fonts.number;
  const auto* plain = context.fonts.text;
  const std::array lines{UpdateLine{&why, context.fonts.quiet, theme.quiet},
                         UpdateLine{&words.target, mono, theme.text},
                         UpdateLine{&words.numbers, mono, theme.text},
                         UpdateLine{&words.note, plain, theme.text},
                         UpdateLine{&words.returns, context.fonts.quiet, theme.quiet},
                         UpdateLine{&words.target_age, context.fonts.quiet, theme.quiet}};
  const float said = update_lines_height(context, lines, width) + context.px(kUpdateRule);
  Rect body = panel.begin_body(context.px(kUpdateHeading + 2 + kUpdateLegend) + said +
                               static_cast<float>(table.actions) * context.px(kUpdateLeastRow));
  auto& list = *ImGui::GetWindowDrawList();
  float name = context.px(36);
  for (std::size_t i = 0; i < table.actions; ++i)
    name =
        std::max(name, text_width(context.fonts.text, action_name(context.trainer.action_names, static_cast<int>(i))));
  name = std::min(name, body.width() * 0.2F);
  const float gap = context.px(kColumnGap);
  Rect heading = body.cut_top(context.px(kUpdateHeading), context.px(2));
  const float taken = context.px(16);
  heading.cut_left(taken + name, gap);
  const float column = (heading.width() - 2 * gap) / 3;
  for (const auto& its : table.columns)
    draw_update_heading(context, its, heading.cut_left(column, gap));
  const float room = body.height() - context.px(kUpdateLegend) - said;
  const float row_height = std::min(std::floor(room / static_cast<float>(std::max<std::size_t>(1, table.actions))),
                                    context.px(kUpdateMostRow));
  for (std::size_t action = 0; action < table.actions; ++action) {
    Rect row = body.cut_top(row_height);
    const Rect mark = row.cut_left(taken);
    if (static_cast<int>(action) == shown.sample->action)
      draw_icon(list, Icon::Play, {mark.min.x + context.px(6), mark.centre().y}, context.px(9),
                context.theme.attention);
    draw_text_in(list, context.fonts.text, row.cut_left(name, gap), context.theme.text,
                 action_name(context.trainer.action_names, static_cast<int>(action)));
    for (const auto& its : table.columns)
      draw_update_cell(context, table, its, action, row.cut_left(column, gap));
  }
  draw_update_legend(context, shown, body.cut_top(context.px(kUpdateLegend)));
  const Rect rule = body.cut_top(context.px(kUpdateRule));
  list.AddLine({rule.min.x, rule.centre().y}, {rule.max.x, rule.centre().y}, theme.line);
  draw_update_lines(context, lines, body);
}

}  // namespace qarium::widgets
