#include <algorithm>
#include <cmath>

#include "widgets/curves/plot_parts.hpp"
#include "widgets/laboratory/laboratory_curve.hpp"
#include "widgets/laboratory/laboratory_panels.hpp"
#include "widgets/laboratory/laboratory_state.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/panel.hpp"

namespace qarium::widgets {
namespace {

constexpr double kLeastSequences = 100;

void draw_laboratory_plot_tools(const PanelContext& context, Rect tools) {
  auto& log = context.view.of<LaboratoryState>().log_axis;
  const Button button{
      .label = "log", .look = ButtonLook::Quiet, .on = log, .tooltip = "Wrong bits on a logarithmic axis"};
  if (draw_button(context, "laboratory.log", tools.cut_right(std::min(tools.width(), button_width(context, button))),
                  button)) {
    log = !log;
  }
}

/// The point under the pointer.
void tell_laboratory_plot(const PanelContext& context, const Plot& plot) {
  const auto interaction = interact(context, "laboratory.plot", plot.area);
  const auto& curve = context.models.of<LaboratoryCurve>();
  if (!interaction.hovered || curve.empty()) return;
  const double at = plot.x.value((ImGui::GetIO().MousePos.x - plot.area.min.x) / plot.area.width());
  const auto bits = curve.bits().nearest(at);
  const float x = std::round(plot.screen_x(bits.x));
  plot.list.AddRectFilled({x, plot.area.min.y}, {x + 1, plot.area.max.y}, context.theme.text);
  begin_tooltip(context);
  ImGui::Text("%s sequences", count(std::llround(bits.x)).c_str());
  ImGui::Text("%s wrong bits a sequence", number(static_cast<double>(bits.mean)).c_str());
  if (!curve.loss().empty())
    ImGui::Text("%s nats a bit", number(static_cast<double>(curve.loss().nearest(at).mean)).c_str());
  end_tooltip();
}

}  // namespace

void draw_laboratory_plot(const PanelContext& context, const Rect& area) {
  const auto& curve = context.models.of<LaboratoryCurve>();
  Panel panel(context, "Bits per sequence", "wrong", context.theme.stage(core::Stage::Memory), area, context.px(36));
  if (panel.folded()) return;
  draw_laboratory_plot_tools(context, panel.tools());
  Rect body = panel.begin_body();
  auto& list = *ImGui::GetWindowDrawList();
  if (curve.empty()) {
    draw_text_in(list, context.fonts.text, body, context.theme.quiet, "nothing yet", Align::Centre);
    return;
  }
  body.cut_top(context.px(7));  // half of the uppermost number
  body.cut_left(context.px(40));
  body.cut_bottom(context.px(18));
  if (body.width() < 8 || body.height() < 8) return;
  const Axis sequences{0, std::max(curve.bits().last_x(), kLeastSequences), false};
  const auto columns = cached(context, curve.bits(), curve.version(), sequences, body.width());
  Extent extent;
  extent.add(sequences, columns);
  const Axis bits = fitted(extent.low, extent.high, extent.positive, context.view.of<LaboratoryState>().log_axis);
  const Plot plot{list, body, sequences, bits, context.view.transient.plots.points};
  draw_axes(context, plot, true);
  list.PushClipRect(body.min, body.max, true);
  const ImU32 color = context.theme.stage(core::Stage::Memory);
  draw_band(plot, columns, faded(color, 0.33F));
  draw_line(plot, columns, color, context.px(2));
  list.PopClipRect();
  tell_laboratory_plot(context, plot);
}

}  // namespace qarium::widgets
