#include <algorithm>
#include <cctype>
#include <utility>

#include "widgets/actions.hpp"
#include "widgets/learn/learn_panels.hpp"
#include "widgets/learn/learn_state.hpp"
#include "widgets/parameters/parameter_row.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/format.hpp"
#include "widgets/parts/panel.hpp"

namespace qarium::widgets {
namespace {

constexpr float kHeading = 28;

bool contains(std::string_view text, std::string_view word) {
  const auto same = [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); };
  return std::search(text.begin(), text.end(), word.begin(), word.end(), same) != text.end();
}

bool changed(const PanelContext& context, const config::Parameter& parameter) {
  return config::get(context.trainer.hyperparameters, parameter) !=
         config::get(base_hyperparameters(context), parameter);
}

bool applies(const PanelContext& context, const config::Parameter& parameter) {
  return config::applies(context.trainer.hyperparameters, parameter);
}

/// By name, meaning, or what it waits for.
bool found(const PanelContext& context, const config::Parameter& parameter) {
  const auto& filter = context.view.of<LearnState>().filter;
  return filter.empty() || contains(parameter.name, filter) || contains(parameter.help, filter) ||
         contains(config::conditions(parameter), filter);
}

bool shown(const PanelContext& context, const config::Parameter& parameter) {
  if (!applies(context, parameter)) return false;
  if (context.view.of<LearnState>().only_changed && !changed(context, parameter)) return false;
  return found(context, parameter);
}

/// Why there is no row to be seen.
ShortText nothing_shown(const PanelContext& context) {
  if (context.view.of<LearnState>().only_changed) return {"nothing differs"};
  for (const auto& parameter : config::parameters()) {
    if (found(context, parameter))
      return ShortText(parameter.name).add(" applies when ").add(config::conditions(parameter));
  }
  return {"nothing of that name"};
}

void return_all(const PanelContext& context) {
  for (const auto& parameter : config::parameters()) {
    if (parameter.effect == config::Effect::Rebuild || !changed(context, parameter)) continue;
    request(context, parameter, config::get(base_hyperparameters(context), parameter));
  }
}

void draw_hyperparameters_strip(const PanelContext& context, Rect strip, std::int64_t changes) {
  auto& state = context.view.of<LearnState>();
  const Button all{.label = "all",
                   .icon = Icon::Reset,
                   .look = ButtonLook::Quiet,
                   .enabled = changes > 0,
                   .tooltip = "Return every value to the preset's, except those that rebuild"};
  if (draw_button(context, "hyperparameters.return_all", strip.cut_right(button_width(context, all), context.px(4)),
                  all)) {
    return_all(context);
  }
  const Button only{.label = "changed",
                    .look = ButtonLook::Quiet,
                    .on = state.only_changed,
                    .tooltip = "Show only what differs from the preset"};
  if (draw_button(context, "hyperparameters.only_changed", strip.cut_right(button_width(context, only), context.px(8)),
                  only)) {
    state.only_changed = !state.only_changed;
  }
  if (!state.filter.empty() &&
      draw_button(context, "hyperparameters.clear_filter", strip.cut_right(context.px(24), context.px(4)),
                  {.icon = Icon::Cross, .look = ButtonLook::Quiet, .tooltip = "Show all again"})) {
    state.filter.clear();
  }
  draw_field(context, "hyperparameters.filter", strip, state.filter, {.hint = "find by name or meaning"});
}

void draw_hyperparameters_heading(const PanelContext& context, config::Group group, const Rect& area) {
  auto& list = *ImGui::GetWindowDrawList();
  Rect rest = area;
  rest.cut_top(context.px(6));
  fill(list, {{rest.min.x, rest.min.y + context.px(3)}, {rest.min.x + context.px(3), rest.max.y - context.px(3)}},
       context.theme.group(group));
  rest.cut_left(context.px(10));
  ShortText upper;
  for (const char letter : config::name(group)) {
    const char large = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
    upper.add({&large, 1});
  }
  draw_text_in(list, context.fonts.quiet, rest, context.theme.quiet, upper);
}

/// Walks down the rows; draws those in sight when `draw`. Returns the height of all.
float walk(const PanelContext& context, const Rect& body, bool draw) {
  const auto* list = ImGui::GetWindowDrawList();
  const float top = list->GetClipRectMin().y;
  const float bottom = list->GetClipRectMax().y;
  float y = body.min.y;
  bool first = true;
  config::Group group{};
  for (const auto& parameter : config::parameters()) {
    if (!shown(context, parameter)) continue;
    if (first || parameter.group != group) {
      const float height = context.px(kHeading);
      if (draw) draw_hyperparameters_heading(context, parameter.group, {{body.min.x, y}, {body.max.x, y + height}});
      y += height;
      group = parameter.group;
      first = false;
    }
    const float height = parameter_row_height(context, parameter, body.width());
    if (draw && y + height > top && y < bottom) {
      draw_parameter_row(context, parameter, {{body.min.x, y}, {body.max.x, y + height}}, "parameter");
    }
    y += height;
  }
  return y - body.min.y;
}

}  // namespace

void draw_hyperparameters(const PanelContext& context, const Rect& area) {
  if (auto& wanted = context.view.transient.wanted_parameter; !wanted.empty()) {
    auto& state = context.view.of<LearnState>();
    state.filter = std::exchange(wanted, {});
    state.only_changed = false;
  }
  const auto rows = config::parameters();
  const auto changes = std::count_if(rows.begin(), rows.end(),
                                     [&](const auto& row) { return applies(context, row) && changed(context, row); });
  ShortText quiet;
  const auto* from = context.view.preset.empty() ? "defaults" : "preset";
  if (changes == 0) {
    quiet.add("as in the ").add(from);
  } else {
    quiet.print("%lld changed from %s", static_cast<long long>(changes), from);
  }
  Panel panel(context, "Hyperparameters", quiet, context.theme.accent, area);
  if (panel.folded()) return;
  draw_hyperparameters_strip(context, panel.strip(context.px(26)), changes);
  const float width = area.width() - context.px(24);
  const float height = walk(context, {{0, 0}, {width, 0}}, false);
  const Rect body = panel.begin_body(height);
  if (height == 0) {
    draw_wrapped(*ImGui::GetWindowDrawList(), context.fonts.text, body.min, body.width(), context.theme.quiet,
                 nothing_shown(context));
    return;
  }
  walk(context, body, true);
}

}  // namespace qarium::widgets
