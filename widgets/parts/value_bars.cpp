#include "widgets/parts/value_bars.hpp"

#include <algorithm>
#include <cmath>

#include "widgets/moments.hpp"
#include "widgets/parts/draw.hpp"
#include "widgets/parts/format.hpp"

namespace qarium::widgets {
namespace {

void draw_value_bar(const ValueBars& values, const Rect& slot, float value, ImU32 color, bool hollow) {
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

}  // namespace

float ValueBars::share(float value) const {
  return std::clamp((value - low) / (high - low), 0.0F, 1.0F);
}

std::size_t ValueBars::actions(const protocol::StageSnapshot& stage) const {
  return std::max({before.size(), after.size(), stage.action_names.size()});
}

ValueBars value_bars(const protocol::StageSnapshot& stage) {
  ValueBars values;
  // By the newest network, as what stands beside them: attention, memory and the counterfactual.
  values.before = stage.counterfactual       ? std::span<const float>(stage.counterfactual->before)
                  : stage.values_now.empty() ? std::span<const float>(stage.moment.action_values)
                                             : std::span<const float>(stage.values_now);
  if (stage.counterfactual) values.after = stage.counterfactual->after;
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

ShortText value_words(const protocol::StageSnapshot& stage) {
  if (stage.moment.index == stage.last) return {"now"};
  return ShortText("by the network of step ").add(count(stage.basis.position.environment_steps));
}

float value_name_width(const PanelContext& context, const ValueBars& values, float width) {
  float name = context.px(36);
  for (std::size_t i = 0; i < values.actions(context.stage); ++i)
    name = std::max(name, text_width(context.fonts.text, action_name(context.stage, static_cast<int>(i))));
  return std::min(name, width * 0.3F);
}

void draw_value_row(const PanelContext& context, const ValueBars& values, std::size_t at, const Rect& area,
                    float name_width) {
  const auto& theme = context.theme;
  auto& list = *ImGui::GetWindowDrawList();
  const bool counterfactual = !values.after.empty();
  const int action = static_cast<int>(at);
  const auto value = [&](std::span<const float> side) { return at < side.size() ? side[at] : NAN; };
  Rect rest = area;
  rest.cut_left(context.px(6));
  const Rect marks = rest.cut_left(context.px(26), context.px(4));
  const float y = marks.centre().y;
  if (action == values.greedy) {
    draw_icon(list, Icon::Diamond, {marks.min.x + context.px(6), y}, context.px(10),
              theme.stage_text(core::Stage::Head));
  }
  if (counterfactual && action == values.greedy_after) {
    draw_icon(list, Icon::Triangle, {marks.min.x + context.px(19), y}, context.px(9), theme.attention);
  }
  draw_text_in(list, context.fonts.text, rest.cut_left(name_width, context.px(8)), theme.text,
               action_name(context.stage, action));
  const float number_width = text_width(context.fonts.number, "-00.000") + context.px(4);
  if (counterfactual) {
    draw_text_in(list, context.fonts.number, rest.cut_right(number_width), theme.attention, number(value(values.after)),
                 Align::Right);
  }
  draw_text_in(list, context.fonts.number, rest.cut_right(number_width, context.px(6)), theme.text,
               number(value(values.before)), Align::Right);
  if (rest.width() < context.px(8)) return;
  const float half = context.px(counterfactual ? 3.5F : 6);
  const float gap = counterfactual ? context.px(4.5F) : 0;
  const auto slot = [&](float centre) { return Rect{{rest.min.x, centre - half}, {rest.max.x, centre + half}}; };
  draw_value_bar(values, slot(y - gap), value(values.before),
                 action == values.greedy ? theme.stage(core::Stage::Head) : theme.bar, false);
  if (counterfactual)
    draw_value_bar(values, slot(y + gap), value(values.after), theme.stage(core::Stage::Attention),
                   action != values.greedy_after);
}

void draw_value_legend(const PanelContext& context, const ValueBars& values, Rect row) {
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
        ShortText("counterfactual: ").add(action_name(context.stage, values.greedy_after)));
}

}  // namespace qarium::widgets
