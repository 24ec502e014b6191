#include <algorithm>
#include <cmath>

#include "widgets/curves/curves.hpp"
#include "widgets/curves/curves_state.hpp"
#include "widgets/curves/plot_parts.hpp"
#include "widgets/parts/controls.hpp"

namespace qarium::widgets {
namespace {

constexpr double kLeastSpan = 10;

void set_span(const PanelContext& context, double from, double to) {
  auto& view = context.view.of<CurvesState>();
  const double whole = std::max(context.models.of<Curves>().last_x(), kLeastSpan);
  const double span = std::clamp(to - from, kLeastSpan, 1.5 * whole);
  const double middle = std::clamp((from + to) / 2, 0.0, whole);
  view.follow = false;
  view.from = middle - span / 2;
  view.to = middle + span / 2;
}

void set_range(CurvesState& view, std::string_view title, double low, double high) {
  view.zoomed.insert_or_assign(std::string(title), CurvesState::Range{low, high});
}

void zoom(const PanelContext& context, std::string_view title, const Plot& plot, float wheel) {
  auto& view = context.view.of<CurvesState>();
  const auto& mouse = ImGui::GetIO().MousePos;
  const double factor = std::pow(0.85, static_cast<double>(wheel));
  if (ImGui::GetIO().KeyShift) {
    const float share = (plot.area.max.y - mouse.y) / plot.area.height();
    set_range(view, title, plot.y.value(share - share * static_cast<float>(factor)),
              plot.y.value(share + (1 - share) * static_cast<float>(factor)));
    return;
  }
  const double at = plot.x.value((mouse.x - plot.area.min.x) / plot.area.width());
  set_span(context, at - (at - plot.x.low) * factor, at + (plot.x.high - at) * factor);
}

void pan(const PanelContext& context, std::string_view title, const Plot& plot) {
  auto& view = context.view.of<CurvesState>();
  const auto& delta = ImGui::GetIO().MouseDelta;
  if (delta.x != 0) {
    const double by = -static_cast<double>(delta.x / plot.area.width()) * (plot.x.high - plot.x.low);
    set_span(context, plot.x.low + by, plot.x.high + by);
  }
  // Up and down only where the plot no longer fits itself, or it would leave at the first careless movement.
  const auto zoomed = view.zoomed.find(title);
  if (delta.y != 0 && zoomed != view.zoomed.end()) {
    const float by = delta.y / plot.area.height();
    zoomed->second = {plot.y.value(by), plot.y.value(1 + by)};
  }
}

void finish_box(const PanelContext& context, std::string_view title, const Plot& plot) {
  auto& view = context.view.of<CurvesState>();
  const auto& mouse = ImGui::GetIO().MousePos;
  view.boxed.clear();
  const auto [left, right] = std::minmax(view.box_x, mouse.x);
  const auto [top, bottom] = std::minmax(view.box_y, mouse.y);
  if (right - left < context.px(6) || bottom - top < context.px(6)) return;
  const auto share_x = [&](float x) { return std::clamp((x - plot.area.min.x) / plot.area.width(), 0.0F, 1.0F); };
  const auto share_y = [&](float y) { return std::clamp((plot.area.max.y - y) / plot.area.height(), 0.0F, 1.0F); };
  set_range(view, title, plot.y.value(share_y(bottom)), plot.y.value(share_y(top)));
  set_span(context, plot.x.value(share_x(left)), plot.x.value(share_x(right)));
}

void box(const PanelContext& context, std::string_view title, const Plot& plot, bool begins) {
  auto& view = context.view.of<CurvesState>();
  const auto& mouse = ImGui::GetIO().MousePos;
  if (begins) {
    view.boxed = title;
    view.box_x = mouse.x;
    view.box_y = mouse.y;
  }
  if (view.boxed != title) return;
  if (!ImGui::IsMouseDown(0) && !ImGui::IsMouseDown(1)) {
    finish_box(context, title, plot);
    return;
  }
  const Rect drawn = Rect{{std::min(view.box_x, mouse.x), std::min(view.box_y, mouse.y)},
                          {std::max(view.box_x, mouse.x), std::max(view.box_y, mouse.y)}}
                         .intersection(plot.area);
  fill(plot.list, drawn, faded(context.theme.accent, 0.15F));
  outline(plot.list, drawn, context.theme.accent);
}

}  // namespace

Axis shown_steps(const PanelContext& context) {
  const auto& view = context.view.of<CurvesState>();
  if (!view.follow) return {view.from, view.to, false};
  const auto& curves = context.models.of<Curves>();
  const double last = curves.last_x();
  const double first = curves.first_x() < 0.2 * last ? 0 : curves.first_x();
  return {first, std::max(last, first + kLeastSpan), false};
}

void navigate(const PanelContext& context, std::string_view title, const Plot& plot, std::string_view control) {
  const auto state = interact(context, control, plot.area);
  auto& view = context.view.of<CurvesState>();
  const auto& io = ImGui::GetIO();
  if (state.hovered) {
    context.view.transient.hovered_step_next = plot.x.value((io.MousePos.x - plot.area.min.x) / plot.area.width());
    if (ImGui::IsMouseDoubleClicked(0)) {
      view.follow = true;
      if (const auto zoomed = view.zoomed.find(title); zoomed != view.zoomed.end()) view.zoomed.erase(zoomed);
      return;
    }
    if (io.MouseWheel != 0 && (io.KeyCtrl || !context.view.transient.workspace_scrolls))
      zoom(context, title, plot, io.MouseWheel);
  }
  const bool begins = state.hovered && (ImGui::IsMouseClicked(1) || (ImGui::IsMouseClicked(0) && io.KeyShift));
  box(context, title, plot, begins);
  if (state.held && view.boxed.empty() && ImGui::IsMouseDragging(0, 3)) pan(context, title, plot);
}

}  // namespace qarium::widgets
