#include <algorithm>
#include <cmath>

#include "widgets/intervention/intervention.hpp"
#include "widgets/memory/memory_panels.hpp"
#include "widgets/parts/draw.hpp"
#include "widgets/parts/panel.hpp"
#include "widgets/parts/value_bars.hpp"

namespace qarium::widgets {
namespace {

constexpr float kMemoryValuesLeastRow = 16;

}  // namespace

void draw_memory_values(const PanelContext& context, const Rect& area) {
  const auto& stage = context.stage;
  const auto values = value_bars(stage);
  ShortText quiet = value_words(stage);
  if (stage.counterfactual) {
    quiet.add(", and ").add(
        words_for(Intervention{stage.counterfactual->basis.attention, stage.counterfactual->basis.memory}));
  }
  Panel panel(context, "Action values", quiet, context.theme.stage(core::Stage::Head), area);
  if (panel.folded()) return;
  const auto actions = values.actions(stage);
  const float rows = static_cast<float>(actions) * context.px(kMemoryValuesLeastRow);
  Rect body = panel.begin_body(rows);
  if (actions == 0) {
    draw_text_in(*ImGui::GetWindowDrawList(), context.fonts.text, body, context.theme.quiet, "no values yet",
                 Align::Centre);
    return;
  }
  const bool says = body.height() >= rows + context.px(kValueLegend);
  const Rect legend = says ? body.cut_bottom(context.px(kValueLegend)) : Rect{};
  const float name = value_name_width(context, values, body.width());
  const float height = std::min(std::floor(body.height() / static_cast<float>(actions)), context.px(kMostValueRow));
  for (std::size_t i = 0; i < actions; ++i)
    draw_value_row(context, values, i, body.cut_top(height), name);
  if (says) draw_value_legend(context, values, legend);
}

}  // namespace qarium::widgets
