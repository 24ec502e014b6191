#include "widgets/attention/attention_plot.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "widgets/attention/attention_curves.hpp"
#include "widgets/curves/curves_state.hpp"
#include "widgets/curves/plot_parts.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/format.hpp"

namespace qarium::widgets {
namespace {

constexpr std::size_t kMostHeads = protocol::AttentionPoint::kMostHeads;

struct Lines {
  std::array<std::span<const core::Column>, kMostHeads> heads;
  std::span<const core::Column> area;
  int size = 0;
};

std::string_view title_of(AttentionPlot which) {
  return which == AttentionPlot::Entropy ? "Entropy per head" : "Mass on objects";
}

const core::Series& series_of(const AttentionCurves& curves, AttentionPlot which, int head) {
  return which == AttentionPlot::Entropy ? curves.entropy(head) : curves.mass(head);
}

Lines lines(const PanelContext& context, AttentionPlot which, const Axis& steps, float width) {
  const auto& curves = context.models.of<AttentionCurves>();
  Lines result;
  result.size = curves.heads();
  for (int head = 0; head < result.size; ++head) {
    const auto at = static_cast<std::size_t>(head);
    result.heads[at] = cached(context, series_of(curves, which, head), curves.version(), steps, width / 2);
  }
  if (which == AttentionPlot::Mass) {
    result.area = cached(context, curves.area(), curves.version(), steps, width / 4);
  }
  return result;
}

/// The entropy of a map whose tokens all weigh the same; 0 where the tokens are not known.
double uniform_entropy(const ShownAttention& shown) {
  return shown && shown.view->tokens() > 1 ? std::log(static_cast<double>(shown.view->tokens())) : 0;
}

Axis value_axis(const ShownAttention& shown, AttentionPlot which, const Axis& steps, const Lines& lines) {
  Extent extent;
  for (int head = 0; head < lines.size; ++head)
    extent.add(steps, lines.heads[static_cast<std::size_t>(head)]);
  extent.add(steps, lines.area);
  Axis axis = fitted(extent.low, extent.high, extent.positive, false);
  axis.low = 0;
  if (which == AttentionPlot::Entropy) axis.high = std::max(axis.high, 1.06 * uniform_entropy(shown));
  if (which == AttentionPlot::Mass) axis.high = std::clamp(1.05 * axis.high, 0.05, 1.0);
  return axis;
}

void draw_level(const PanelContext& context, const Plot& plot, double value) {
  const auto level = static_cast<float>(value);
  const std::array<core::Column, 2> ends{{{plot.x.low, level, level, level}, {plot.x.high, level, level, level}}};
  draw_dashed_line(plot, ends, faded(context.theme.quiet, 0.8F), 1, context.px(4));
}

/// The number of each of several heads where its curve ends, as far as they do not cover each other.
void draw_names(const PanelContext& context, const ShownAttention& shown, const Plot& plot, const Lines& lines) {
  if (lines.size < 2) return;
  const auto* font = context.fonts.quiet;
  std::array<float, kMostHeads> taken{};
  std::size_t used = 0;
  const auto name = [&](int head) {
    const auto columns = lines.heads[static_cast<std::size_t>(head)];
    if (columns.empty()) return;
    const float end = plot.screen_y(columns.back().mean);
    // Above the line, below it where there is no room above.
    const float above = end - font->FontSize;
    const float y = above >= plot.area.min.y ? above : end + context.px(3);
    for (std::size_t i = 0; i < used; ++i) {
      if (std::abs(taken[i] - y) < font->FontSize * 0.9F) return;
    }
    taken[used++] = y;
    ShortText text;
    text.print("%d", head + 1);
    const float x = std::min(plot.screen_x(columns.back().x), plot.area.max.x) - text_width(font, text) - context.px(3);
    fill(plot.list, {{x - 1, y}, {x + text_width(font, text) + 1, y + font->FontSize}}, context.theme.panel);
    draw_text(plot.list, font, {x, y}, mixed(head_color(context.theme, head), context.theme.text, 0.35F), text);
  };
  if (shown.head >= 0 && shown.head < lines.size) name(shown.head);
  for (int head = 0; head < lines.size; ++head) {
    if (head != shown.head) name(head);
  }
}

void draw_heads_lines(const PanelContext& context, const ShownAttention& shown, const Plot& plot, const Lines& lines) {
  const bool one = shown.head >= 0 && shown.head < lines.size;
  for (int head = 0; head < lines.size; ++head) {
    if (head == shown.head) continue;
    draw_line(plot, lines.heads[static_cast<std::size_t>(head)], faded(head_color(context.theme, head), one ? 0.4F : 1),
              context.px(one ? 1.3F : 1.8F));
  }
  if (one) {
    draw_line(plot, lines.heads[static_cast<std::size_t>(shown.head)], head_color(context.theme, shown.head),
              context.px(2.4F));
  }
}

/// Of the chosen head at the time cursor, or the latest; of all heads their mean.
ShortText latest(const PanelContext& context, const ShownAttention& shown, AttentionPlot which) {
  const auto& curves = context.models.of<AttentionCurves>();
  const auto& hovered = context.view.transient.hovered_step;
  const bool one = shown.head >= 0 && shown.head < curves.heads();
  const int from = one ? shown.head : 0;
  const int to = one ? shown.head + 1 : curves.heads();
  double sum = 0;
  for (int head = from; head < to; ++head) {
    const auto& series = series_of(curves, which, head);
    if (series.empty()) return {};
    sum += static_cast<double>((hovered ? series.nearest(*hovered) : series.last()).mean);
  }
  if (to == from) return {};
  sum /= to - from;
  ShortText text;
  if (to - from > 1) text.add("mean ");
  return which == AttentionPlot::Entropy ? text.print("%.2f", sum) : text.print("%.0f %%", 100 * sum);
}

void draw_attention_plot_title(const PanelContext& context, const ShownAttention& shown, AttentionPlot which,
                               Rect row) {
  const bool entropy = which == AttentionPlot::Entropy;
  const std::string_view name = entropy ? "heads.about.entropy" : "heads.about.mass";
  auto& list = *ImGui::GetWindowDrawList();
  const auto interaction = interact(context, name, row);
  const auto value = latest(context, shown, which);
  const float wide = text_width(context.fonts.number, value);
  if (!value.empty() && row.width() > wide + context.px(80)) {
    draw_text_in(list, context.fonts.number, row.cut_right(wide + 1, context.px(8)), context.theme.quiet, value);
  }
  const auto title = title_of(which);
  ShortText unit(entropy ? "nats" : "share of weight");
  if (entropy && uniform_entropy(shown) > 0) {
    unit.print(", log %d = %.2f", shown.view->tokens(), uniform_entropy(shown));
  }
  row.cut_left(draw_text_in(list, context.fonts.title, row, context.theme.text, title), context.px(8));
  if (row.width() >= text_width(context.fonts.quiet, unit)) {
    draw_text_in(list, context.fonts.quiet, row, context.theme.quiet, unit);
  }
  tooltip(context, name, interaction,
          entropy ? "How spread a head's weights are, mean over states from replay: 0 where one token has all, the "
                    "dashed line (the logarithm of the number of tokens) where all weigh the same."
                  : "Share of a head's weight on tokens centred within one cell of an object, mean over states from "
                    "replay. The dashed line is that region's share of all tokens: what a uniform map would have.");
}

}  // namespace

void draw_attention_plot(const PanelContext& context, const ShownAttention& shown, AttentionPlot which,
                         const Rect& cell) {
  Rect rest = cell;
  const Rect title = cut_plot(context, rest, true);
  if (rest.width() < 8 || rest.height() < 8) return;
  const bool entropy = which == AttentionPlot::Entropy;
  const Axis steps = shown_steps(context);
  const Lines all = lines(context, which, steps, rest.width());
  Axis values = value_axis(shown, which, steps, all);
  const auto& zoomed = context.view.of<CurvesState>().zoomed;
  if (const auto found = zoomed.find(title_of(which));
      found != zoomed.end() && found->second.high > found->second.low) {
    values = {found->second.low, found->second.high, false};
  }
  const Plot plot{*ImGui::GetWindowDrawList(), rest, steps, values, context.view.transient.plots.points};
  const bool nothing = all.size == 0 || all.heads[0].empty();
  draw_attention_plot_title(context, shown, which, title);
  if (nothing) {
    const bool objects = entropy || context.models.of<AttentionCurves>().empty();
    draw_text_in(plot.list, context.fonts.quiet, rest, context.theme.quiet,
                 objects ? "nothing yet" : "this game names no objects", Align::Centre);
    plot.list.AddLine({rest.min.x, rest.max.y}, rest.max, context.theme.line);
    return;
  }
  draw_axes(context, plot, true);
  plot.list.PushClipRect(rest.min, rest.max, true);
  if (entropy && uniform_entropy(shown) > 0) draw_level(context, plot, uniform_entropy(shown));
  if (!all.area.empty()) draw_dashed_line(plot, all.area, faded(context.theme.quiet, 0.9F), 1, context.px(4));
  draw_heads_lines(context, shown, plot, all);
  draw_stamps(context, plot);
  draw_names(context, shown, plot, all);
  plot.list.PopClipRect();
  draw_cursors(context, plot);
  navigate(context, title_of(which), plot, entropy ? "heads.entropy" : "heads.mass");
}

}  // namespace qarium::widgets
