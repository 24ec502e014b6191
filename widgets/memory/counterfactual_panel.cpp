#include <algorithm>
#include <array>
#include <cmath>

#include "widgets/intervention/intervention.hpp"
#include "widgets/memory/memory_panels.hpp"
#include "widgets/moments.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/panel.hpp"
#include "widgets/parts/scene_view.hpp"
#include "widgets/validity/validity.hpp"

namespace qarium::widgets {
namespace {

constexpr float kCounterfactualLabel = 152;
constexpr float kCounterfactualLine = 16;
constexpr float kCounterfactualWord = 14;
constexpr float kLeastLane = 9;
constexpr float kMostLane = 20;
constexpr float kScene = 84;
constexpr float kLeastScene = 58;
constexpr int kLeastSteps = 24;

/// One of the two rollouts.
struct Side {
  std::string_view name;  ///< of its controls: "counterfactual.factual"
  std::string_view label;
  const protocol::Rollout& rollout;
  ImU32 color;
};

ShortText verdict(const protocol::CounterfactualRollout& rollout) {
  ShortText text;
  const auto returns = [&] {
    text.add(" Return ").add(compact(static_cast<double>(rollout.untouched.total)));
    text.add(" factual, ").add(compact(static_cast<double>(rollout.changed.total))).add(" counterfactual.");
  };
  if (rollout.running) {
    text.add("Playing, ").add(count(static_cast<std::int64_t>(rollout.changed.actions.size())));
    return text.add(" steps so far.");
  }
  const auto at = static_cast<std::size_t>(std::max<std::int64_t>(rollout.diverged_at, 0));
  if (rollout.diverged_at < 0) {
    text.add("They never diverge: the same actions for ");
    text.add(count(static_cast<std::int64_t>(rollout.untouched.actions.size()))).add(" steps.");
  } else {
    text.add("They diverge after ").add(count(rollout.diverged_at)).add(rollout.diverged_at == 1 ? " step" : " steps");
    if (at < rollout.untouched.actions.size() && at < rollout.changed.actions.size()) {
      text.add(": ").add(action_name(rollout.action_names, rollout.untouched.actions[at]));
      text.add(" against ").add(action_name(rollout.action_names, rollout.changed.actions[at]));
    }
    text.add(".");
  }
  returns();
  return text;
}

/// A lane for each action, so that what is done is told by its place.
struct Lanes {
  const PanelContext& context;
  const protocol::CounterfactualRollout& rollout;
  Rect area;
  int actions;
  int steps;
  bool outdated;

  float lane() const { return area.height() / static_cast<float>(actions); }
  float x(std::int64_t step) const {
    return area.min.x + area.width() * static_cast<float>(step) / static_cast<float>(steps);
  }
};

void draw_runs(const Lanes& lanes, const Side& side) {
  auto& list = *ImGui::GetWindowDrawList();
  const auto& actions = side.rollout.actions;
  std::size_t i = 0;
  while (i < actions.size()) {
    std::size_t end = i;
    while (end < actions.size() && actions[end] == actions[i])
      ++end;
    if (actions[i] >= 0 && actions[i] < lanes.actions) {
      const float y = lanes.area.min.y + lanes.lane() * static_cast<float>(actions[i]);
      const float left = lanes.x(static_cast<std::int64_t>(i));
      const float right = std::max(lanes.x(static_cast<std::int64_t>(end)), left + 1);
      fill(list, {{left, y + 1}, {right, y + lanes.lane() - 1}}, side.color);
    }
    i = end;
  }
}

void tell_counterfactual(const Lanes& lanes, const Side& side) {
  const auto interaction = interact(lanes.context, side.name, lanes.area);
  if (!interaction.hovered) return;
  const float share = (ImGui::GetIO().MousePos.x - lanes.area.min.x) / std::max(lanes.area.width(), 1.0F);
  const auto step = static_cast<std::size_t>(std::clamp(share, 0.0F, 0.9999F) * static_cast<float>(lanes.steps));
  const auto& names = lanes.rollout.action_names;
  const auto named = [&](const protocol::Rollout& rollout) {
    return step < rollout.actions.size() ? action_name(names, rollout.actions[step]) : std::string_view("ended");
  };
  begin_tooltip(lanes.context);
  ImGui::Text("%zu steps on", step);
  const auto untouched = named(lanes.rollout.untouched);
  const auto changed = named(lanes.rollout.changed);
  ImGui::Text("factual: %.*s", static_cast<int>(untouched.size()), untouched.data());
  ImGui::Text("counterfactual: %.*s", static_cast<int>(changed.size()), changed.data());
  const auto& values = side.rollout.values;
  const auto actions = side.rollout.actions.empty() ? 0 : values.size() / side.rollout.actions.size();
  const auto row = row_of(values, static_cast<int>(step), static_cast<int>(actions));
  for (std::size_t i = 0; i < row.size(); ++i) {
    const auto name = action_name(names, static_cast<int>(i));
    ImGui::Text("%.*s %s", static_cast<int>(name.size()), name.data(), number(static_cast<double>(row[i])).c_str());
  }
  end_tooltip();
}

void draw_lanes(const Lanes& lanes, const Side& side) {
  const auto& context = lanes.context;
  auto& list = *ImGui::GetWindowDrawList();
  fill(list, lanes.area, context.theme.raised);
  for (int action = 1; action < lanes.actions; ++action) {
    const float y = std::round(lanes.area.min.y + lanes.lane() * static_cast<float>(action));
    list.AddLine({lanes.area.min.x, y}, {lanes.area.max.x, y}, context.theme.line_quiet);
  }
  list.PushClipRect(lanes.area.min, lanes.area.max, true);
  draw_runs(lanes, side);
  if (lanes.rollout.diverged_at >= 0) {
    const float x = std::round(lanes.x(lanes.rollout.diverged_at));
    for (float y = lanes.area.min.y; y < lanes.area.max.y; y += context.px(6))
      list.AddRectFilled({x, y}, {x + context.px(1.5F), y + context.px(3)},
                         verdict_color(context.theme, context.theme.attention, lanes.outdated));
  }
  list.PopClipRect();
  outline(list, lanes.area.shrunk(-1), context.theme.line);
  tell_counterfactual(lanes, side);
}

void draw_lane_names(const Lanes& lanes, Rect area) {
  const auto& context = lanes.context;
  auto& list = *ImGui::GetWindowDrawList();
  for (int action = 0; action < lanes.actions; ++action) {
    const float y = lanes.area.min.y + lanes.lane() * static_cast<float>(action);
    draw_text_in(list, context.fonts.quiet, {{area.min.x, y}, {area.max.x, y + lanes.lane()}}, context.theme.quiet,
                 action_name(lanes.rollout.action_names, action), Align::Right);
  }
}

void draw_small_scene(const PanelContext& context, std::string_view key, const protocol::Scene& scene,
                      std::string_view word, Rect area) {
  auto& list = *ImGui::GetWindowDrawList();
  draw_text_in(list, context.fonts.quiet, area.cut_bottom(context.px(kCounterfactualWord)), context.theme.quiet, word,
               Align::Centre);
  if (scene.grid.cells.empty() && scene.shapes.empty()) return;
  const Rect picture = scene_area(scene, area);
  draw_scene(context, key, scene, picture, false);
  outline(list, picture, context.theme.line);
}

/// How both sides are drawn.
struct Drawn {
  int actions;
  int steps;
  bool outdated;
};

void draw_rollout(const PanelContext& context, const protocol::CounterfactualRollout& rollout, const Side& side,
                  Rect area, const Drawn& drawn) {
  auto& list = *ImGui::GetWindowDrawList();
  const float scene = context.px(kScene);
  const bool scenes = area.width() > context.px(2 * kScene + kCounterfactualLabel + 80);
  if (scenes) {
    draw_small_scene(context, ShortText(side.name).add(".end"), side.rollout.end,
                     rollout.running      ? "now"
                     : side.rollout.ended ? "end"
                                          : "cut off",
                     area.cut_right(scene, context.px(6)));
    draw_small_scene(context, ShortText(side.name).add(".divergence"), side.rollout.parting,
                     rollout.diverged_at >= 0 ? "diverge" : "end", area.cut_right(scene, context.px(8)));
  }
  Rect label = area.cut_left(context.px(kCounterfactualLabel), context.px(4));
  const Lanes lanes{context, rollout, area.shrunk(1), drawn.actions, drawn.steps, drawn.outdated};
  if (lanes.area.width() < 8 || lanes.area.height() < 8) return;
  const bool named = lanes.lane() >= context.fonts.quiet->FontSize * 0.85F;
  const Rect names = named ? label.cut_right(context.px(44), context.px(4)) : Rect{};
  draw_text_in(list, context.fonts.title, label.cut_top(context.px(kCounterfactualLine)), context.theme.text,
               side.label);
  draw_text_in(list, context.fonts.quiet, label.cut_top(context.px(kCounterfactualLine)), context.theme.quiet,
               ShortText("return ").add(compact(static_cast<double>(side.rollout.total))));
  draw_lanes(lanes, side);
  if (named) draw_lane_names(lanes, names);
}

int actions_of(const protocol::CounterfactualRollout& rollout) {
  int most = static_cast<int>(rollout.action_names.size()) - 1;
  for (const auto* side : {&rollout.untouched, &rollout.changed}) {
    for (const int action : side->actions)
      most = std::max(most, std::min(action, 63));
  }
  return std::max(most + 1, 1);
}

}  // namespace

void draw_counterfactual(const PanelContext& context, const Rect& area) {
  const auto* rollout = context.stage.counterfactual_rollout.get();
  const bool waiting = context.pending.waiting_for<protocol::PlayCounterfactual>();
  ShortText quiet(waiting ? "about to begin" : "");
  if (rollout != nullptr) {
    quiet = words_for(Intervention{rollout->basis.attention, rollout->basis.memory});
    quiet.add(" · from step ").add(count(rollout->basis.step));
    if (rollout->running) quiet.add(" · playing");
  }
  Panel panel(context, "Counterfactual rollout", quiet, context.theme.stage(core::Stage::Memory), area);
  if (panel.folded()) return;
  if (rollout == nullptr) {
    draw_text_in(*ImGui::GetWindowDrawList(), context.fonts.text, panel.begin_body(), context.theme.quiet,
                 "the two rollouts will stand here", Align::Centre);
    return;
  }
  const float width = area.width() - context.px(24);
  const auto& shown = context.stage.basis;
  const bool possible =
      !rollout->running && context.stage.can_resume && !(shown.attention.empty() && shown.memory.empty());
  const OutdatedLine line{.name = "counterfactual.again",
                          .words = outdated_words(rollout->basis, shown, "played"),
                          .again = possible ? "play again" : std::string_view(),
                          .waiting = waiting};
  const bool outdated = !line.words.empty();
  if (outdated && draw_outdated(context, line, panel.strip(outdated_height(context, line, width))))
    send(context, protocol::PlayCounterfactual{});
  const auto longest = std::max(rollout->untouched.actions.size(), rollout->changed.actions.size());
  const Drawn drawn{actions_of(*rollout), std::max(static_cast<int>(longest), kLeastSteps), outdated};
  const auto words = verdict(*rollout);
  const float said = wrapped_height(context.fonts.text, width, words) + context.px(6);
  const float least = context.px(std::max(kLeastLane * static_cast<float>(drawn.actions), 2 * kCounterfactualLine));
  Rect body = panel.begin_body(said + 2 * least + context.px(8));
  const bool diverged = rollout->diverged_at >= 0 && !rollout->running;
  draw_wrapped(*ImGui::GetWindowDrawList(), context.fonts.text, body.cut_top(said).min, width,
               verdict_color(context.theme, diverged ? context.theme.attention : context.theme.text, outdated), words);
  const float most = context.px(kMostLane) * static_cast<float>(drawn.actions);
  const float high = std::clamp((body.height() - context.px(8)) / 2, least,
                                std::max(most, context.px(kLeastScene + kCounterfactualWord)));
  draw_rollout(context, *rollout,
               {"counterfactual.factual", "factual", rollout->untouched, context.theme.stage(core::Stage::Head)},
               body.cut_top(high, context.px(8)), drawn);
  draw_rollout(
      context, *rollout,
      {"counterfactual.changed", "counterfactual", rollout->changed, context.theme.stage(core::Stage::Attention)},
      body.cut_top(high), drawn);
}

}  // namespace qarium::widgets
