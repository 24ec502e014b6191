#include "widgets/attention/gap_plot.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "widgets/attention/attention_state.hpp"
#include "widgets/attention/faithfulness_words.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/plot.hpp"
#include "widgets/validity/validity.hpp"

namespace qarium::widgets {
namespace {

constexpr float kGapPlotLine = 17;

/// A measured curve over the share of cells, as a plot wants it.
std::span<const core::Column> columns_of(std::vector<core::Column>& out, std::span<const float> middle,
                                         std::span<const float> low = {}, std::span<const float> high = {}) {
  out.clear();
  const bool band = low.size() == middle.size() && high.size() == middle.size();
  for (std::size_t i = 0; i < middle.size(); ++i) {
    if (!std::isfinite(middle[i])) continue;
    const double x = middle.size() > 1 ? static_cast<double>(i) / static_cast<double>(middle.size() - 1) : 0;
    const auto finite = [&](float value) { return std::isfinite(value) ? value : middle[i]; };
    out.push_back({x, finite(band ? low[i] : middle[i]), finite(band ? high[i] : middle[i]), middle[i]});
  }
  return out;
}

Axis gap_axis(const protocol::FaithfulnessCurve& curve) {
  Axis axis{0, 1, false};
  for (const auto* values : {&curve.map, &curve.random_low, &curve.random_high, &curve.uniform}) {
    for (const float value : *values) {
      if (!std::isfinite(value)) continue;
      axis.low = std::min(axis.low, static_cast<double>(value));
      axis.high = std::max(axis.high, static_cast<double>(value));
    }
  }
  const double margin = 0.04 * (axis.high - axis.low);
  return {axis.low < 0 ? axis.low - margin : 0, axis.high + margin, false};
}

void draw_gap_axes(const PanelContext& context, const Plot& plot) {
  const auto* font = context.fonts.number;
  const auto& area = plot.area;
  for (const double at : ticks(plot.y, 3)) {
    const float y = std::round(plot.screen_y(at));
    plot.list.AddLine({area.min.x, y}, {area.max.x, y}, context.theme.line_quiet);
    const float top = std::clamp(y - font->FontSize / 2, area.min.y, area.max.y - font->FontSize);
    ShortText label;
    label.print("%.3g", at);
    draw_text_in(plot.list, font,
                 {{area.min.x - context.px(36), top}, {area.min.x - context.px(5), top + font->FontSize}},
                 context.theme.quiet, label, Align::Right);
  }
  plot.list.AddLine({area.min.x, area.max.y}, area.max, context.theme.line);
  const Rect labels{{area.min.x, area.max.y + context.px(2)},
                    {area.max.x, area.max.y + context.px(2) + font->FontSize}};
  draw_text_in(plot.list, font, labels, context.theme.quiet, "0");
  draw_text_in(plot.list, font, labels, context.theme.quiet, "50 %", Align::Centre);
  draw_text_in(plot.list, font, labels, context.theme.quiet, "100 %", Align::Right);
}

/// The three curves' values under the pointer.
void tell_gap(const PanelContext& context, const Plot& plot, const protocol::FaithfulnessCurve& curve,
              std::string_view name) {
  const auto interaction = interact(context, name, plot.area);
  if (!interaction.hovered || curve.map.empty()) return;
  const float share = std::clamp((ImGui::GetIO().MousePos.x - plot.area.min.x) / plot.area.width(), 0.0F, 1.0F);
  const auto at = static_cast<std::size_t>(std::lround(share * static_cast<float>(curve.map.size() - 1)));
  const float x = std::round(plot.area.min.x + share * plot.area.width());
  plot.list.AddRectFilled({x, plot.area.min.y}, {x + 1, plot.area.max.y}, context.theme.text);
  begin_tooltip(context);
  const auto value = [&](const std::vector<float>& values) { return number(at < values.size() ? values[at] : NAN); };
  ImGui::Text("%.0f %% of the cells", static_cast<double>(100 * share));
  ImGui::Text("in the map's order %s", value(curve.map).c_str());
  ImGui::Text("at random %s, 95 %% %s to %s", value(curve.random).c_str(), value(curve.random_low).c_str(),
              value(curve.random_high).c_str());
  ImGui::Text("uniform map %s", value(curve.uniform).c_str());
  end_tooltip();
}

/// Narrower than this the words above a plot take a line more.
bool narrow(const PanelContext& context, const Rect& cell) {
  return cell.width() < context.px(230);
}

void draw_gap_words(const PanelContext& context, const GapPlot& gap, Rect area) {
  auto& list = *ImGui::GetWindowDrawList();
  const auto& theme = context.theme;
  const auto& curve = gap.curve;
  const bool brief = narrow(context, area);
  const auto name = ShortText("faithfulness.about.").add(gap.name);
  const auto interaction = interact(context, name, area);
  Rect row = area.cut_top(context.px(kGapPlotLine));
  row.cut_left(draw_text_in(list, context.fonts.title, row, theme.text, gap.title), context.px(8));
  const auto said = verdict(curve);
  const ImU32 told = verdict_color(theme, theme.*said.color, gap.outdated);
  draw_icon(list, said.icon, row.cut_left(context.px(10), context.px(5)).centre(), context.px(10), told);
  draw_text_in(list, context.fonts.quiet, row, told, brief ? said.brief : said.words);
  row = area.cut_top(context.px(kGapPlotLine));
  ShortText gain("gain ");
  gain.add(signed_fixed(static_cast<double>(curve.gain), 2)).add(brief ? ", " : ", 95 % ");
  gain.add(signed_fixed(static_cast<double>(curve.gain_low), 2)).add(" to ");
  gain.add(signed_fixed(static_cast<double>(curve.gain_high), 2));
  draw_text_in(list, context.fonts.quiet, row, theme.text, gain);
  row = area.cut_top(context.px(kGapPlotLine));
  const auto part = [&](std::string_view what, float value, ImU32 color) {
    ShortText text(what);
    text.add(" ").add(fixed(static_cast<double>(value), 2));
    row.cut_left(draw_text_in(list, context.fonts.quiet, row, color, text), context.px(8));
  };
  part("area: map", curve.map_area, theme.stage_text(core::Stage::Attention));
  if (brief) row = area.cut_top(context.px(kGapPlotLine));
  part("random", curve.random_area, theme.stage_text(core::Stage::Fusion));
  part("uniform", curve.uniform_area, theme.quiet);
  tooltip(context, name, interaction, gap.help);
}

}  // namespace

void draw_gap(const PanelContext& context, const GapPlot& gap, Rect cell) {
  draw_gap_words(context, gap, cell.cut_top(context.px((narrow(context, cell) ? 4 : 3) * kGapPlotLine), context.px(4)));
  cell.cut_left(context.px(36));
  cell.cut_bottom(context.fonts.number->FontSize + context.px(2));
  if (cell.width() < 8 || cell.height() < 8) return;
  const auto& theme = context.theme;
  auto& columns = context.view.of<AttentionState>().columns;
  const Plot plot{
      *ImGui::GetWindowDrawList(), cell, {0, 1, false}, gap_axis(gap.curve), context.view.transient.plots.points};
  draw_gap_axes(context, plot);
  plot.list.PushClipRect(cell.min, cell.max, true);
  const auto& curve = gap.curve;
  const ImU32 slate = theme.stage(core::Stage::Fusion);
  draw_band(plot, columns_of(columns, curve.random, curve.random_low, curve.random_high), faded(slate, 0.3F));
  draw_line(plot, columns, slate, context.px(1.5F));
  draw_dashed_line(plot, columns_of(columns, curve.uniform), theme.quiet, 1, context.px(4));
  draw_line(plot, columns_of(columns, curve.map), theme.stage(core::Stage::Attention), context.px(2));
  plot.list.PopClipRect();
  tell_gap(context, plot, curve, ShortText("faithfulness.").add(gap.name));
}

}  // namespace qarium::widgets
