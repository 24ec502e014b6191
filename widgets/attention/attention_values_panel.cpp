#include <algorithm>
#include <cmath>

#include "widgets/attention/attention_panels.hpp"
#include "widgets/intervention/attention_change.hpp"
#include "widgets/intervention/intervention.hpp"
#include "widgets/moments.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/panel.hpp"
#include "widgets/parts/value_bars.hpp"

namespace qarium::widgets {
namespace {

constexpr float kQueryValuesTools = 190;

void draw_interventions(const PanelContext& context, const ShownAttention& shown, Rect row) {
  auto& state = context.view.of<AttentionState>();
  const auto& intervention = context.view.of<InterventionState>().intervention;
  const bool cells = context.stage.scene && !context.stage.scene->grid.cells.empty();
  const auto place = [&](std::string_view name, const Button& button) {
    const float width = std::min(button_width(context, button), row.width());
    return draw_button(context, name, row.cut_left(width, context.px(4)), button);
  };
  const bool waiting = context.pending.waiting_for<protocol::Intervene>();
  if (place("intervention.uniform", {.label = "uniform",
                                     .look = ButtonLook::Quiet,
                                     .enabled = static_cast<bool>(shown),
                                     .on = intervention.attention.uniform,
                                     .waiting = waiting && intervention.attention.uniform,
                                     .tooltip = "Intervention: every token weighs the same"})) {
    toggle_uniform(context);
  }
  if (place("intervention.brush",
            {.label = "paint",
             .look = ButtonLook::Quiet,
             .enabled = shown && cells,
             .on = state.brush && cells,
             .tooltip = "Intervention: drag over the frame to empty cells, from an emptied cell to give "
                        "them back. The agent still sees them all."})) {
    state.brush = !state.brush;
  }
  if (place("intervention.undo", {.label = "undo",
                                  .look = ButtonLook::Quiet,
                                  .enabled = !context.view.of<InterventionState>().past.empty(),
                                  .tooltip = "Undo the last intervention (Ctrl Z)"})) {
    undo_intervention(context);
  }
  if (place("intervention.clear", {.label = "clear",
                                   .look = ButtonLook::Quiet,
                                   .enabled = !intervention.empty(),
                                   .tooltip = "No intervention"})) {
    intervene(context, Intervention{});
  }
}

struct QueryRow {
  std::size_t action;
  Rect area;
};

/// Where actions ask, an action's row chooses whose map is shown.
void choose_query(const PanelContext& context, const ShownAttention& shown, const QueryRow& row) {
  const int action = static_cast<int>(row.action);
  if (!shown || shown.view->queries < 2 || action >= shown.view->queries) return;
  auto& state = context.view.of<AttentionState>();
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

}  // namespace

void draw_attention_values(const PanelContext& context, const ShownAttention& shown, const Rect& area) {
  const auto& stage = context.stage;
  const auto values = value_bars(stage);
  ShortText quiet = value_words(stage);
  if (stage.counterfactual)
    quiet.add(", and ").add(
        words_for(Intervention{stage.counterfactual->basis.attention, stage.counterfactual->basis.memory}));
  Panel panel(context, "Action values", quiet, context.theme.stage(core::Stage::Head), area,
              context.px(kQueryValuesTools));
  if (panel.folded()) return;
  draw_interventions(context, shown, panel.tools());
  const auto actions = values.actions(stage);
  Rect body = panel.begin_body(static_cast<float>(actions) * context.px(kLeastValueRow) + context.px(kValueLegend));
  if (actions == 0) {
    draw_text_in(*ImGui::GetWindowDrawList(), context.fonts.text, body, context.theme.quiet, "no values yet",
                 Align::Centre);
    return;
  }
  const Rect legend = body.cut_bottom(context.px(kValueLegend));
  const float name = value_name_width(context, values, body.width());
  const float height = std::min(std::floor(body.height() / static_cast<float>(actions)), context.px(kMostValueRow));
  for (std::size_t i = 0; i < actions; ++i) {
    const QueryRow row{i, body.cut_top(height)};
    choose_query(context, shown, row);
    draw_value_row(context, values, i, row.area, name);
  }
  draw_value_legend(context, values, legend);
}

}  // namespace qarium::widgets
