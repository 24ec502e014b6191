#include <algorithm>
#include <cmath>

#include "widgets/attention_change.hpp"
#include "widgets/attention_panels.hpp"
#include "widgets/controls.hpp"
#include "widgets/moments.hpp"
#include "widgets/panel.hpp"

namespace qarium::widgets {
namespace {

constexpr float kTools = 190;
constexpr float kLegend = 20;
constexpr float kLeastRow = 20;
constexpr float kMostRow = 36;

struct Values {
  std::span<const float> before;
  std::span<const float> after;  ///< empty while nothing is supposed
  int greedy = -1;
  int greedy_after = -1;
  float low = 0;
  float high = 1;

  float share(float value) const { return std::clamp((value - low) / (high - low), 0.0F, 1.0F); }
};

Values values_of(const core::StageSnapshot& stage) {
  Values values;
  // A past moment was judged by the network of its time; what is supposed is judged by the newest.
  values.before = stage.what_if ? stage.what_if->before : stage.moment.action_values;
  if (stage.what_if) values.after = stage.what_if->after;
  values.greedy = greedy_action(values.before);
  values.greedy_after = greedy_action(values.after);
  values.high = 0;
  for (const auto side : {values.before, values.after}) {
    for (const float value : side) {
      if (!std::isfinite(value)) continue;
      values.low = std::min(values.low, value);
      values.high = std::max(values.high, value);
    }
  }
  if (!(values.high - values.low > 1e-9F)) values.high = values.low + 1;
  return values;
}

void draw_wishes(const PanelContext& context, const ShownAttention& shown, Rect row) {
  auto& state = context.view.transient.attention;
  const bool cells = context.stage.scene && !context.stage.scene->grid.cells.empty();
  const auto place = [&](std::string_view name, const Button& button) {
    const float width = std::min(button_width(context, button), row.width());
    return draw_button(context, name, row.cut_left(width, context.px(4)), button);
  };
  const bool waiting = context.pending.waiting_for<core::Suppose>();
  if (place("whatif.uniform", {.label = "uniform",
                               .look = ButtonLook::Quiet,
                               .enabled = static_cast<bool>(shown),
                               .on = state.wish.uniform,
                               .waiting = waiting && state.wish.uniform,
                               .tooltip = "Suppose every token weighed the same"})) {
    toggle_uniform(context);
  }
  if (place("whatif.brush", {.label = "paint",
                             .look = ButtonLook::Quiet,
                             .enabled = shown && cells,
                             .on = state.brush && cells,
                             .tooltip = "Drag over the frame to empty cells; drag from an emptied one to give them "
                                        "back. The agent acts untouched."})) {
    state.brush = !state.brush;
  }
  if (place("whatif.undo", {.label = "undo",
                            .look = ButtonLook::Quiet,
                            .enabled = !state.past.empty(),
                            .tooltip = "The supposition before (Ctrl Z)"})) {
    undo_supposition(context);
  }
  if (place("whatif.clear", {.label = "clear",
                             .look = ButtonLook::Quiet,
                             .enabled = !state.wish.empty(),
                             .tooltip = "Suppose nothing"})) {
    suppose(context, {});
  }
}

void draw_value_bar(const Values& values, const Rect& slot, float value, ImU32 color, bool hollow) {
  auto& list = *ImGui::GetWindowDrawList();
  if (!std::isfinite(value)) return;
  const float zero = slot.min.x + values.share(0) * slot.width();
  const float end = slot.min.x + values.share(value) * slot.width();
  const Rect bar{{std::min(zero, end), slot.min.y}, {std::max(zero, end) + 1, slot.max.y}};
  if (hollow) {
    outline(list, bar, color, 1);
  } else {
    fill(list, bar, color, 1);
  }
}

struct Row {
  std::size_t action;
  Rect area;
  float name_width;
};

/// Where actions ask, an action's row chooses whose map is shown.
void choose_query(const PanelContext& context, const ShownAttention& shown, const Row& row) {
  const int action = static_cast<int>(row.action);
  if (!shown || shown.view->queries < 2 || action >= shown.view->queries) return;
  auto& state = context.view.transient.attention;
  const auto id = ShortText("attention.query.").add(action_name(context.stage, action));
  const auto interaction = interact(context, id, row.area.shrunk(0, 1));
  auto& list = *ImGui::GetWindowDrawList();
  if (interaction.hovered) {
    state.hovered_query_next = action;
    fill(list, row.area.shrunk(0, 1), context.theme.raised, context.px(4));
  }
  if (interaction.clicked) state.chosen_query = state.chosen_query == action ? -1 : action;
  if (action == shown.query) {
    fill(list, {{row.area.min.x, row.area.min.y + 2}, {row.area.min.x + context.px(3), row.area.max.y - 2}},
         context.theme.stage(core::Stage::Attention));
  }
  tooltip(context, id, interaction, "Show where this action looks; click to keep it, click again for the greedy one");
}

void draw_value_row(const PanelContext& context, const Values& values, const Row& row) {
  const auto& theme = context.theme;
  auto& list = *ImGui::GetWindowDrawList();
  const bool supposed = !values.after.empty();
  const int action = static_cast<int>(row.action);
  const auto value = [&](std::span<const float> side) { return row.action < side.size() ? side[row.action] : NAN; };
  Rect rest = row.area;
  rest.cut_left(context.px(6));
  const Rect marks = rest.cut_left(context.px(26), context.px(4));
  const float y = marks.centre().y;
  if (action == values.greedy) {
    draw_icon(list, Icon::Diamond, {marks.min.x + context.px(6), y}, context.px(10),
              theme.stage_text(core::Stage::Head));
  }
  if (supposed && action == values.greedy_after) {
    draw_icon(list, Icon::Triangle, {marks.min.x + context.px(19), y}, context.px(9), theme.attention);
  }
  draw_text_in(list, context.fonts.text, rest.cut_left(row.name_width, context.px(8)), theme.text,
               action_name(context.stage, action));
  const float number_width = text_width(context.fonts.number, "-00.000") + context.px(4);
  if (supposed) {
    draw_text_in(list, context.fonts.number, rest.cut_right(number_width), theme.attention, number(value(values.after)),
                 Align::Right);
  }
  draw_text_in(list, context.fonts.number, rest.cut_right(number_width, context.px(6)), theme.text,
               number(value(values.before)), Align::Right);
  if (rest.width() < context.px(8)) return;
  const float half = context.px(supposed ? 3.5F : 6);
  const float gap = supposed ? context.px(4.5F) : 0;
  const auto slot = [&](float centre) { return Rect{{rest.min.x, centre - half}, {rest.max.x, centre + half}}; };
  draw_value_bar(values, slot(y - gap), value(values.before),
                 action == values.greedy ? theme.stage(core::Stage::Head) : theme.bar, false);
  if (supposed)
    draw_value_bar(values, slot(y + gap), value(values.after), theme.stage(core::Stage::Attention),
                   action != values.greedy_after);
}

void draw_value_legend(const PanelContext& context, const Values& values, Rect row) {
  auto& list = *ImGui::GetWindowDrawList();
  const auto entry = [&](Icon icon, ImU32 color, const ShortText& text) {
    if (row.width() < context.px(40)) return;
    draw_icon(list, icon, {row.min.x + context.px(7), row.centre().y}, context.px(9), color);
    row.cut_left(context.px(18));
    row.cut_left(draw_text_in(list, context.fonts.quiet, row, context.theme.quiet, text), context.px(14));
  };
  entry(Icon::Diamond, context.theme.stage_text(core::Stage::Head),
        ShortText("greedy: ").add(action_name(context.stage, values.greedy)));
  if (values.after.empty()) return;
  entry(Icon::Triangle, context.theme.attention,
        ShortText("as supposed: ").add(action_name(context.stage, values.greedy_after)));
}

}  // namespace

void draw_attention_values(const PanelContext& context, const ShownAttention& shown, const Rect& area) {
  const auto& stage = context.stage;
  const auto values = values_of(stage);
  ShortText quiet(stage.moment.index < stage.last && !stage.what_if ? "as it was" : "now");
  if (stage.what_if) quiet.add(", and ").add(words_for(stage.what_if->change));
  Panel panel(context, "Action values", quiet, context.theme.stage(core::Stage::Head), area, context.px(kTools));
  draw_wishes(context, shown, panel.tools());
  const auto actions = std::max({values.before.size(), values.after.size(), stage.action_names.size()});
  Rect body = panel.begin_body(static_cast<float>(actions) * context.px(kLeastRow) + context.px(kLegend));
  if (actions == 0) {
    draw_text_in(*ImGui::GetWindowDrawList(), context.fonts.text, body, context.theme.quiet, "no values yet",
                 Align::Centre);
    return;
  }
  const Rect legend = body.cut_bottom(context.px(kLegend));
  float name = context.px(36);
  for (std::size_t i = 0; i < actions; ++i)
    name = std::max(name, text_width(context.fonts.text, action_name(stage, static_cast<int>(i))));
  name = std::min(name, body.width() * 0.3F);
  const float height = std::min(std::floor(body.height() / static_cast<float>(actions)), context.px(kMostRow));
  for (std::size_t i = 0; i < actions; ++i) {
    const Row row{i, body.cut_top(height), name};
    choose_query(context, shown, row);
    draw_value_row(context, values, row);
  }
  draw_value_legend(context, values, legend);
}

}  // namespace qarium::widgets
