#include <algorithm>
#include <cmath>

#include "widgets/parts/controls.hpp"
#include "widgets/parts/plot_parts.hpp"

namespace qarium::widgets {
namespace {

constexpr double kLeastSpan = 10;

double last_step(const PanelContext& context) {
  return std::max(context.curves.last_x(), context.attention_curves.last_x());
}

void set_span(const PanelContext& context, double from, double to) {
  auto& transient = context.view.transient;
  const double whole = std::max(last_step(context), kLeastSpan);
  const double span = std::clamp(to - from, kLeastSpan, 1.5 * whole);
  const double middle = std::clamp((from + to) / 2, 0.0, whole);
  transient.follow = false;
  transient.from = middle - span / 2;
  transient.to = middle + span / 2;
}

void zoom(const PanelContext& context, std::size_t place, const Plot& plot, float wheel) {
  auto& transient = context.view.transient;
  const auto& mouse = ImGui::GetIO().MousePos;
  const double factor = std::pow(0.85, static_cast<double>(wheel));
  if (ImGui::GetIO().KeyShift) {
    const float share = (plot.area.max.y - mouse.y) / plot.area.height();
    transient.y[place] = {plot.y.value(share - share * static_cast<float>(factor)),
                          plot.y.value(share + (1 - share) * static_cast<float>(factor))};
    return;
  }
  const double at = plot.x.value((mouse.x - plot.area.min.x) / plot.area.width());
  set_span(context, at - (at - plot.x.low) * factor, at + (plot.x.high - at) * factor);
}

void pan(const PanelContext& context, std::size_t place, const Plot& plot) {
  auto& transient = context.view.transient;
  const auto& delta = ImGui::GetIO().MouseDelta;
  if (delta.x != 0) {
    const double by = -static_cast<double>(delta.x / plot.area.width()) * (plot.x.high - plot.x.low);
    set_span(context, plot.x.low + by, plot.x.high + by);
  }
  // Up and down only where the plot no longer fits itself, or it would leave at the first careless movement.
  auto& range = transient.y[place];
  if (delta.y != 0 && range) {
    const float by = delta.y / plot.area.height();
    range = {plot.y.value(by), plot.y.value(1 + by)};
  }
}

void finish_box(const PanelContext& context, std::size_t place, const Plot& plot) {
  auto& transient = context.view.transient;
  const auto& mouse = ImGui::GetIO().MousePos;
  transient.boxed_plot = -1;
  const auto [left, right] = std::minmax(transient.box_x, mouse.x);
  const auto [top, bottom] = std::minmax(transient.box_y, mouse.y);
  if (right - left < context.px(6) || bottom - top < context.px(6)) return;
  const auto share_x = [&](float x) { return std::clamp((x - plot.area.min.x) / plot.area.width(), 0.0F, 1.0F); };
  const auto share_y = [&](float y) { return std::clamp((plot.area.max.y - y) / plot.area.height(), 0.0F, 1.0F); };
  transient.y[place] = {plot.y.value(share_y(bottom)), plot.y.value(share_y(top))};
  set_span(context, plot.x.value(share_x(left)), plot.x.value(share_x(right)));
}

void box(const PanelContext& context, std::size_t place, const Plot& plot, bool begins) {
  auto& transient = context.view.transient;
  const auto& mouse = ImGui::GetIO().MousePos;
  const int id = static_cast<int>(place);
  if (begins) {
    transient.boxed_plot = id;
    transient.box_x = mouse.x;
    transient.box_y = mouse.y;
  }
  if (transient.boxed_plot != id) return;
  if (!ImGui::IsMouseDown(0) && !ImGui::IsMouseDown(1)) {
    finish_box(context, place, plot);
    return;
  }
  const Rect drawn = Rect{{std::min(transient.box_x, mouse.x), std::min(transient.box_y, mouse.y)},
                          {std::max(transient.box_x, mouse.x), std::max(transient.box_y, mouse.y)}}
                         .intersection(plot.area);
  fill(plot.list, drawn, faded(context.theme.accent, 0.15F));
  outline(plot.list, drawn, context.theme.accent);
}

}  // namespace

Axis shown_steps(const PanelContext& context) {
  const auto& transient = context.view.transient;
  if (!transient.follow) return {transient.from, transient.to, false};
  const double last = last_step(context);
  const double first = context.curves.first_x() < 0.2 * last ? 0 : context.curves.first_x();
  return {first, std::max(last, first + kLeastSpan), false};
}

void navigate(const PanelContext& context, std::size_t place, const Plot& plot, std::string_view name) {
  const auto state = interact(context, name, plot.area);
  auto& transient = context.view.transient;
  const auto& io = ImGui::GetIO();
  if (state.hovered) {
    transient.hovered_step_next = plot.x.value((io.MousePos.x - plot.area.min.x) / plot.area.width());
    if (ImGui::IsMouseDoubleClicked(0)) {
      transient.follow = true;
      transient.y[place].reset();
      return;
    }
    if (io.MouseWheel != 0 && (io.KeyCtrl || !transient.workspace_scrolls)) zoom(context, place, plot, io.MouseWheel);
  }
  const bool begins = state.hovered && (ImGui::IsMouseClicked(1) || (ImGui::IsMouseClicked(0) && io.KeyShift));
  box(context, place, plot, begins);
  if (state.held && transient.boxed_plot < 0 && ImGui::IsMouseDragging(0, 3)) pan(context, place, plot);
}

}  // namespace qarium::widgets
