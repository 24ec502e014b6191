#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <vector>

#include "widgets/learn/learn_panels.hpp"
#include "widgets/learn/learn_state.hpp"
#include "widgets/learn/return_curves.hpp"
#include "widgets/learn/shown_values.hpp"
#include "widgets/moments.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/fitting.hpp"
#include "widgets/parts/format.hpp"
#include "widgets/parts/panel.hpp"
#include "widgets/parts/robust_range.hpp"

namespace qarium::widgets {
namespace {

constexpr float kLegend = 20;
constexpr float kActionValuesLeastRow = 20;
constexpr float kMostRow = 36;
constexpr float kReturnCurves = 92;
constexpr std::size_t kPointsDrawn = 400;
constexpr std::array<double, 5> kEpsilons{0, 0.01, 0.05, 0.1, 1};
constexpr std::array<std::string_view, 5> kEpsilonNames{"always greedy", "1 % random", "5 % random", "10 % random",
                                                        "all random"};

struct Range {
  float low = 0;
  float high = 1;
  float share(float value) const { return std::clamp((value - low) / (high - low), 0.0F, 1.0F); }
};

void include(Range& range, float value) {
  if (!std::isfinite(value)) return;
  range.low = std::min(range.low, value);
  range.high = std::max(range.high, value);
}

/// Where the columns of a row stand.
struct Columns {
  float marks, name, bar, value, history, end;
};

struct Rows {
  const PanelContext& context;
  const ShownValues& values;
  bool policy;  ///< probabilities
  std::size_t actions;
  Columns x;
  float top;
  float height;
  Range bars;  ///< of values less `base`
  Range past;
  float base;  ///< what bars begin at: zero, or the mean of the values
  int greedy;
  TakenAction taken;

  Rect row(std::size_t action) const {
    const float y = top + static_cast<float>(action) * height;
    return {{x.marks, y}, {x.end, y + height}};
  }
};

/// The mean of the values, so that what sets one above another is seen; or zero.
float base_of(const ShownValues& values, bool differences) {
  if (!differences) return 0;
  double sum = 0;
  int finite = 0;
  for (const float value : values.moment) {
    if (!std::isfinite(value)) continue;
    sum += static_cast<double>(value);
    ++finite;
  }
  return finite == 0 ? 0 : static_cast<float>(sum / finite);
}

Range bar_range(const ShownValues& values, float base, bool differences) {
  Range range{0, 0};
  for (const float value : values.moment)
    include(range, value - base);
  for (const float value : values.now) {
    // Another network's may all lie elsewhere: then they stand at the edge, and differences can still be seen.
    if (!differences) include(range, value);
  }
  if (range.high - range.low < 1e-9F) range.high = range.low + 1;
  return range;
}

/// Nothing is chosen in a state that an episode ended in: what a network says of it means nothing.
bool chooses(const protocol::EpisodeFrame& moment) {
  return !moment.terminated;
}

Range past_range(const protocol::StageSnapshot& stage, const ShownValues& values) {
  std::vector<float> minima;
  std::vector<float> maxima;
  for (std::size_t i = 0; i < stage.history.size(); ++i) {
    if (!chooses(stage.history[i])) continue;
    Range its{1e30F, -1e30F};
    for (const float value : values.history[i])
      include(its, value);
    if (its.low > its.high) continue;
    minima.push_back(its.low);
    maxima.push_back(its.high);
  }
  if (minima.empty()) return {0, 1};
  const auto robust = robust_range(minima, maxima);
  const Range range{static_cast<float>(robust.low), static_cast<float>(robust.high)};
  const float margin = std::max(1e-6F, 0.08F * (range.high - range.low));
  return {range.low - margin, range.high + margin};
}

Columns columns(const PanelContext& context, const Rect& body, std::size_t actions) {
  float name = context.px(36);
  for (std::size_t i = 0; i < actions; ++i) {
    name = std::max(name, text_width(context.fonts.text, action_name(context.stage, static_cast<int>(i))));
  }
  Columns x{};
  x.marks = body.min.x;
  x.name = x.marks + context.px(30);
  x.bar = x.name + std::min(name, body.width() * 0.3F) + context.px(10);
  x.end = body.max.x;
  const float value = text_width(context.fonts.number, "-00.000") + context.px(8);
  const float rest = std::max(0.0F, x.end - x.bar - value - context.px(12));
  x.value = x.bar + rest * 0.45F + context.px(8);
  x.history = x.value + value + context.px(4);
  return x;
}

void draw_action_values_bar(const Rows& rows, std::size_t action) {
  const auto& context = rows.context;
  const auto& theme = context.theme;
  auto& list = *ImGui::GetWindowDrawList();
  const Rect row = rows.row(action);
  const auto index = static_cast<int>(action);
  const Rect slot{{rows.x.bar, row.centre().y - context.px(6)},
                  {rows.x.value - context.px(8), row.centre().y + context.px(6)}};
  const auto values = rows.values.moment;
  const float value = action < values.size() ? values[action] : std::nanf("");
  const float zero = slot.min.x + rows.bars.share(0) * slot.width();
  if (std::isfinite(value)) {
    const float end = slot.min.x + rows.bars.share(value - rows.base) * slot.width();
    fill(list, {{std::min(zero, end), slot.min.y}, {std::max(zero, end) + 1, slot.max.y}},
         index == rows.greedy ? theme.stage(core::Stage::Head) : theme.bar, context.px(1));
  }
  list.AddLine({zero, slot.min.y - 2}, {zero, slot.max.y + 2}, theme.line);
  const auto now = rows.values.now;
  if (action < now.size() && std::isfinite(now[action])) {
    const float x = std::round(slot.min.x + rows.bars.share(now[action] - rows.base) * slot.width());
    fill(list, {{x - 1, slot.min.y - context.px(3)}, {x + 1, slot.max.y + context.px(3)}}, theme.attention);
  }
  draw_text_in(list, context.fonts.number, {{rows.x.value, row.min.y}, {rows.x.history - context.px(4), row.max.y}},
               theme.text, rows.base == 0 ? number(value) : signed_number(value - rows.base), Align::Right);
  const auto& followed = context.stage.followed;
  if (rows.policy || index != rows.taken.action || rows.taken.before || !followed || !std::isfinite(*followed)) return;
  const float x = std::round(slot.min.x + rows.bars.share(*followed - rows.base) * slot.width());
  fill(list, {{x - 1, slot.min.y - context.px(4)}, {x + 1, slot.max.y + context.px(4)}}, theme.good);
  draw_icon(list, Icon::Diamond, {x, slot.min.y - context.px(4)}, context.px(6), theme.good);
}

void draw_action_values_row(const Rows& rows, std::size_t action) {
  const auto& context = rows.context;
  const auto& theme = context.theme;
  auto& list = *ImGui::GetWindowDrawList();
  const Rect row = rows.row(action);
  const auto index = static_cast<int>(action);
  const auto name = action_name(context.stage, index);
  const auto id = ShortText("action_values.take.").add(name);
  const Rect hot{{row.min.x, row.min.y + 1}, {rows.x.history - context.px(4), row.max.y - 1}};
  const auto state = interact(context, id, hot);
  if (state.hovered) fill(list, hot, theme.raised, context.px(4));
  if (state.clicked) send(context, protocol::Act{index});
  ShortText help("Take this action at the next stage step");
  if (action < 9) help.print(" (key %zu)", action + 1);
  tooltip(context, id, state, help);

  const float y = row.centre().y;
  if (index == rows.greedy) {
    draw_icon(list, Icon::Diamond, {row.min.x + context.px(7), y}, context.px(10), theme.stage_text(core::Stage::Head));
  }
  if (index == rows.taken.action) {
    draw_icon(list, Icon::Play, {row.min.x + context.px(20), y}, context.px(9),
              rows.taken.before ? theme.quiet : theme.attention);
  }
  draw_text_in(list, context.fonts.text, {{rows.x.name, row.min.y}, {rows.x.bar - context.px(6), row.max.y}},
               theme.text, name);
  draw_action_values_bar(rows, action);
}

/// Maps between moments and pixels in the history beside the bars.
struct TimeLine {
  float left;
  float right;
  std::int64_t first;
  std::int64_t last;

  float x(std::int64_t index) const {
    const auto span = static_cast<float>(std::max<std::int64_t>(1, last - first));
    return left + (right - left) * static_cast<float>(index - first) / span;
  }
  std::int64_t index(float at) const {
    const float share = std::clamp((at - left) / std::max(1.0F, right - left), 0.0F, 1.0F);
    return first + std::llround(share * static_cast<float>(last - first));
  }
};

void draw_past(const Rows& rows, const TimeLine& line, std::size_t action) {
  const auto& context = rows.context;
  const auto& history = context.stage.history;
  auto& list = *ImGui::GetWindowDrawList();
  const Rect row = rows.row(action);
  const Rect slot{{line.left, row.min.y + context.px(3)}, {line.right, row.max.y - context.px(3)}};
  const auto y = [&](float value) { return slot.max.y - rows.past.share(value) * slot.height(); };
  const std::size_t stride = std::max<std::size_t>(1, history.size() / kPointsDrawn);
  const bool greedy = static_cast<int>(action) == rows.greedy;
  const ImU32 color = greedy ? context.theme.stage(core::Stage::Head) : context.theme.stage(core::Stage::Fusion);
  auto& points = context.view.transient.plots.points;
  points.clear();
  const auto flush = [&] {
    if (points.size() > 1) list.AddPolyline(points.data(), static_cast<int>(points.size()), color, 0, context.px(1.3F));
    points.clear();
  };
  const float mark = context.px(1.2F);
  for (std::size_t i = 0; i < history.size(); ++i) {
    const auto& moment = history[i];
    const auto values = rows.values.history[i];
    if (action >= values.size() || !std::isfinite(values[action]) || !chooses(moment)) continue;
    const ImVec2 point{line.x(moment.index), y(values[action])};
    if (i % stride == 0 || i + 1 == history.size()) {
      if (i >= stride && history[i - stride].episode != moment.episode) flush();
      points.push_back(point);
    }
    if (moment.action == static_cast<int>(action)) {
      fill(list, {point - ImVec2(mark, mark), point + ImVec2(mark, mark)}, context.theme.text);
    }
  }
  flush();
}

void draw_history(const Rows& rows) {
  constexpr std::string_view kName = "action_values.history";
  const auto& context = rows.context;
  const auto& stage = context.stage;
  const auto& theme = context.theme;
  auto& list = *ImGui::GetWindowDrawList();
  auto& transient = context.view.transient;
  const Rect area{{rows.x.history, rows.top}, {rows.x.end, rows.top + rows.height * static_cast<float>(rows.actions)}};
  if (area.width() < context.px(24) || stage.history.size() < 2) return;
  const TimeLine line{area.min.x + context.px(2), area.max.x - context.px(2), stage.history.front().index,
                      stage.history.back().index};
  const auto state = interact(context, kName, area);
  const auto pointed = line.index(ImGui::GetIO().MousePos.x);
  if (state.hovered) transient.hovered_moment_next = pointed;
  if (state.clicked) send(context, protocol::Seek{std::clamp(pointed, stage.first, stage.last)});
  const auto ago = stage.last - pointed;
  ShortText help(ago > 0 ? count(ago) : ShortText("Now"));
  if (ago > 0) help.add(ago == 1 ? " step ago" : " steps ago");
  tooltip(context, kName, state, help.add(". Dots: taken there. Click to look."));

  for (std::size_t i = 1; i < stage.history.size(); ++i) {
    if (stage.history[i].episode == stage.history[i - 1].episode) continue;
    const float x = std::round(line.x(stage.history[i].index));
    list.AddLine({x, area.min.y}, {x, area.max.y}, theme.line);
  }
  for (std::size_t action = 0; action < rows.actions; ++action)
    draw_past(rows, line, action);
  const auto cursor = [&](std::int64_t index, ImU32 color) {
    if (index < line.first || index > line.last) return;
    const float x = std::round(line.x(index));
    list.AddRectFilled({x, area.min.y}, {x + 1, area.max.y}, color);
  };
  cursor(stage.moment.index, theme.text);
  if (transient.hovered_moment) cursor(*transient.hovered_moment, theme.attention);
}

void draw_action_values_legend(const Rows& rows, Rect area) {
  const auto& context = rows.context;
  const auto& theme = context.theme;
  auto& list = *ImGui::GetWindowDrawList();
  auto& differences = context.view.of<LearnState>().differences;
  const Button against{.label = "differences",
                       .look = ButtonLook::Quiet,
                       .on = differences,
                       .tooltip = "Against the mean of the actions, so that small differences are seen; or from zero"};
  if (draw_button(context, "action_values.differences", area.cut_right(button_width(context, against), context.px(8)),
                  against)) {
    differences = !differences;
  }
  // Its sign and the first of these words that there is room for; neither where there is none.
  const auto entry = [&](const auto& draw_sign, std::initializer_list<ShortText> words) {
    const auto text = fitting(context.fonts.quiet, area.width() - context.px(18), words);
    if (text.empty()) return;
    draw_sign(area);
    area.cut_left(context.px(18));
    area.cut_left(draw_text_in(list, context.fonts.quiet, area, theme.quiet, text), context.px(14));
  };
  const auto icon = [&](Icon its, ImU32 color) {
    return [&, its, color](const Rect& place) {
      draw_icon(list, its, {place.min.x + context.px(7), place.centre().y}, context.px(9), color);
    };
  };
  const auto tick = [&](const Rect& place) {
    fill(list,
         {{place.min.x + context.px(7), place.min.y + context.px(4)},
          {place.min.x + context.px(9), place.max.y - context.px(4)}},
         theme.attention);
  };
  entry(icon(Icon::Diamond, theme.stage_text(core::Stage::Head)), {ShortText(rows.policy ? "likeliest" : "greedy")});
  const ShortText taken(rows.taken.before ? "last taken" : "taken");
  ShortText how(taken);
  if (rows.taken.icon == Icon::Triangle || rows.taken.icon == Icon::Dot) how.add(", ").add(rows.taken.word);
  entry(icon(Icon::Play, rows.taken.before ? theme.quiet : theme.attention), {how, taken});
  if (!context.stage.values_now.empty()) entry(tick, {ShortText("the network now"), ShortText("now")});
  if (const auto& followed = context.stage.followed; followed && !rows.taken.before && !rows.policy)
    entry(icon(Icon::Diamond, theme.good), {ShortText("followed ").add(number(*followed))});
}

/// How often the watched agent acts at random.
void draw_epsilon(const PanelContext& context, const Rect& area) {
  const auto near = std::min_element(kEpsilons.begin(), kEpsilons.end(), [&](double a, double b) {
    return std::abs(a - context.stage.epsilon) < std::abs(b - context.stage.epsilon);
  });
  const auto chosen = static_cast<std::size_t>(near - kEpsilons.begin());
  ShortText shown(kEpsilonNames[chosen]);
  if (std::abs(*near - context.stage.epsilon) > 1e-6) {
    shown = ShortText{};
    shown.print("%.3g %% random", 100 * context.stage.epsilon);
  }
  const auto picked = draw_choice(context, "action_values.epsilon", area, shown, kEpsilonNames, chosen,
                                  ButtonLook::Quiet, context.stage.epsilon > 0 ? context.theme.attention : 0);
  if (picked) send(context, protocol::StageEpsilon{kEpsilons[*picked]});
}

/// "entropy 0.52, V 41.3"
ShortText policy_words(const protocol::StageSnapshot& stage, const ShownValues& values) {
  if (values.moment.empty()) return {};
  auto words = ShortText("entropy ").add(number(values.entropy()));
  if (stage.moment.state_value) words.add(", V ").add(number(*stage.moment.state_value));
  return words;
}

}  // namespace

void draw_action_values(const PanelContext& context, const Rect& area) {
  const auto& stage = context.stage;
  const bool policy = config::has_critic(context.trainer.hyperparameters);
  const ShownValues values(stage, policy);
  Panel panel(context, policy ? "Policy" : "Action values",
              policy ? policy_words(stage, values) : evaluated_words(stage), context.theme.stage(core::Stage::Head),
              area, context.px(110));
  if (panel.folded()) return;
  draw_epsilon(context, panel.tools());
  const auto actions = std::max(stage.moment.action_values.size(), stage.action_names.size());
  const float curves = stage.moment.returns ? context.px(kReturnCurves) : 0;
  const float least = static_cast<float>(actions) * context.px(kActionValuesLeastRow) + context.px(kLegend) + curves;
  Rect body = panel.begin_body(actions == 0 ? 0 : least);
  if (actions == 0) {
    draw_text_in(*ImGui::GetWindowDrawList(), context.fonts.text, body, context.theme.quiet, "no values yet",
                 Align::Centre);
    return;
  }
  const Rect legend = body.cut_bottom(context.px(kLegend));
  if (curves > 0) {
    const auto taken = stage.moment.action >= 0 ? stage.moment.action : greedy_action(stage.moment.action_values);
    draw_return_curves(context, body.cut_top(curves, context.px(6)), taken);
  }
  const float height = std::min(std::floor(body.height() / static_cast<float>(actions)), context.px(kMostRow));
  const bool differences = context.view.of<LearnState>().differences;
  const float base = base_of(values, differences);
  const Rows rows{context,
                  values,
                  policy,
                  actions,
                  columns(context, body, actions),
                  body.min.y,
                  height,
                  policy && !differences ? Range{0, 1} : bar_range(values, base, differences),
                  policy ? Range{0, 1} : past_range(stage, values),
                  base,
                  greedy_action(stage.moment.action_values),
                  taken_action(stage)};
  for (std::size_t action = 0; action < actions; ++action)
    draw_action_values_row(rows, action);
  draw_history(rows);
  draw_action_values_legend(rows, legend);
}

}  // namespace qarium::widgets
