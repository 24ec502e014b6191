#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "widgets/curves/plot_parts.hpp"
#include "widgets/parts/draw.hpp"
#include "widgets/parts/format.hpp"
#include "widgets/parts/panel.hpp"
#include "widgets/parts/plot.hpp"
#include "widgets/parts/robust_range.hpp"
#include "widgets/update/shown_update.hpp"
#include "widgets/update/update_lines.hpp"
#include "widgets/update/update_panels.hpp"
#include "widgets/update/update_state.hpp"
#include "widgets/update/update_words.hpp"
#include "widgets/validity/validity.hpp"

namespace qarium::widgets {
namespace {

constexpr float kLossPlot = 200;
constexpr float kLossLabels = 48;
constexpr float kLossSteps = 16;
constexpr int kLossPoints = 96;
constexpr std::size_t kMostDots = 2'000;  ///< of a batch

double loss_at(const protocol::UpdateFacts& facts, double error) {
  const double size = std::abs(error);
  return facts.huber && size > 1 ? size - 0.5 : 0.5 * size * size;
}

/// |Q(s, a) - y| that most of the batch stays below; 0 where there is none.
double spread_of(const protocol::UpdateView& update) {
  std::vector<float> errors;
  for (const auto& sample : update.samples) {
    const float size = std::abs(sample.q - sample.target);
    if (std::isfinite(size)) errors.push_back(size);
  }
  if (errors.empty()) return 0;
  std::sort(errors.begin(), errors.end());
  return static_cast<double>(robust_top(errors));
}

/// Half the width of the plot: what most of the batch needs, and this transition.
double reach(const PanelContext& context, const ShownUpdate& shown) {
  auto& state = context.view.of<UpdateState>();
  if (state.measured != state.shown) {
    state.measured = state.shown;
    state.spread = spread_of(*shown.update);
  }
  double most = 1.15 * state.spread;
  for (const float q : {shown.sample->q, value_after(*shown.sample)}) {
    const float size = std::abs(q - shown.sample->target);
    if (std::isfinite(size)) most = std::max(most, 1.25 * static_cast<double>(size));
  }
  return std::max(most, 1e-6);
}

void draw_loss_curve(const PanelContext& context, const ShownUpdate& shown, const Plot& plot) {
  const auto& theme = context.theme;
  const auto& facts = shown.update->facts;
  auto& list = plot.list;
  auto& points = plot.scratch;
  points.clear();
  for (int i = 0; i <= kLossPoints; ++i) {
    const double x = plot.x.value(static_cast<float>(i) / kLossPoints);
    points.push_back({plot.screen_x(x), plot.screen_y(loss_at(facts, x))});
  }
  list.AddPolyline(points.data(), static_cast<int>(points.size()), theme.stage(core::Stage::Fusion), 0,
                   context.px(1.5F));
  const auto& samples = shown.update->samples;
  const auto stride = samples.size() / kMostDots + 1;
  for (std::size_t i = 0; i < samples.size(); i += stride) {
    const auto error = static_cast<double>(samples[i].q - samples[i].target);
    if (!std::isfinite(error) || std::abs(error) > plot.x.high) continue;
    list.AddCircleFilled({plot.screen_x(error), plot.screen_y(loss_at(facts, error))}, context.px(2.2F),
                         faded(theme.quiet, 0.7F));
  }
}

/// The point, the tangent in it, and where the point lies after the update.
void draw_loss_point(const PanelContext& context, const ShownUpdate& shown, const Plot& plot) {
  const auto& theme = context.theme;
  const auto& sample = *shown.sample;
  const auto& facts = shown.update->facts;
  const auto error = static_cast<double>(sample.q - sample.target);
  if (!std::isfinite(error)) return;
  auto& list = plot.list;
  const auto at = [&](double x, double y) { return ImVec2(plot.screen_x(x), plot.screen_y(y)); };
  const double loss = loss_at(facts, error);
  const double half = 0.3 * plot.x.high;
  const auto slope = static_cast<double>(sample.slope);
  // Axis::share stops at the edges, so the tangent is cut where it leaves the plot.
  const auto tangent = [&](double side) {
    double far = half;
    if (slope * side < 0) far = std::min(far, loss / std::abs(slope));
    if (slope * side > 0) far = std::min(far, (plot.y.high - loss) / std::abs(slope));
    far = std::min(far, plot.x.high - side * error);
    return at(error + side * far, loss + slope * side * far);
  };
  const ImU32 color = verdict_color(theme, theme.attention, shown.outdated);
  list.AddLine(tangent(-1), tangent(1), color, context.px(2));
  const float q_after = value_after(sample);
  if (std::isfinite(q_after)) {
    const auto after = static_cast<double>(q_after - sample.target);
    list.AddCircle(at(after, loss_at(facts, after)), context.px(5), theme.good, 0, context.px(2));
  }
  list.AddCircleFilled(at(error, loss), context.px(4.5F), color);
}

void draw_loss(const PanelContext& context, const ShownUpdate& shown, Rect area) {
  auto& list = *ImGui::GetWindowDrawList();
  const auto& theme = context.theme;
  const auto& sample = *shown.sample;
  const auto sign = glyphs(context.fonts.number);
  const Rect title = area.cut_top(context.px(18));
  const auto& distribution = shown.update->facts.distribution;
  if (distribution != "none") {
    draw_text_in(list, context.fonts.title, title, theme.text,
                 distribution == "categorical" ? "Cross-entropy of distributions" : "Huber loss of quantiles");
    area.cut_top(context.px(6));
    ShortText words("Loss of this transition: ");
    words.add(number(static_cast<double>(sample.loss)));
    words.add(". It is taken between the distributions, so it has no curve over Q(s, a) - y, which are their means.");
    draw_wrapped(list, context.fonts.text, area.min, area.width(), theme.text, words);
    return;
  }
  ShortText name(shown.update->facts.huber ? "Huber loss of Q(s, a) " : "Squared loss, halved, of Q(s, a) ");
  draw_text_in(list, context.fonts.title, title, theme.text, name.add(sign.minus).add(" y"));
  Rect told = area.cut_top(context.px(18), context.px(6));
  ShortText numbers("loss ");
  numbers.add(number(static_cast<double>(sample.loss))).add(", slope ");
  numbers.add(signed_number(static_cast<double>(sample.slope)));
  const auto legend = [&](ImU32 color, bool hollow, std::string_view text, const ImFont* font) {
    const ImVec2 at{told.min.x + context.px(6), told.centre().y};
    if (hollow) {
      list.AddCircle(at, context.px(4), color, 0, context.px(2));
    } else {
      list.AddCircleFilled(at, context.px(4), color);
    }
    told.cut_left(context.px(16));
    told.cut_left(draw_text_in(list, font, told, theme.text, text), context.px(14));
  };
  legend(verdict_color(theme, theme.attention, shown.outdated), false, numbers, context.fonts.number);
  if (!sample.values_after.empty() && told.width() > text_width(context.fonts.quiet, "after") + context.px(16))
    legend(theme.good, true, "after", context.fonts.quiet);
  area.cut_left(context.px(kLossLabels));
  area.cut_bottom(context.px(kLossSteps));
  if (area.width() < 16 || area.height() < 16) return;
  const double half = reach(context, shown);
  const Plot plot{list,
                  area,
                  {-half, half, false},
                  {0, 1.05 * loss_at(shown.update->facts, half), false},
                  context.view.transient.plots.points};
  draw_axes(context, plot, true);
  list.AddLine({plot.screen_x(0), area.min.y}, {plot.screen_x(0), area.max.y}, theme.line);
  draw_loss_curve(context, shown, plot);
  draw_loss_point(context, shown, plot);
}

}  // namespace

void draw_loss_panel(const PanelContext& context, const Rect& area) {
  const auto shown = shown_update(context);
  ShortText quiet;
  if (shown.sample != nullptr) quiet.add("mean of the batch ").add(number(shown.update->facts.loss));
  Panel panel(context, "Loss", quiet, context.theme.stage(core::Stage::Head), area);
  if (panel.folded()) return;
  if (shown.sample == nullptr) {
    panel.begin_body();
    return;
  }
  const auto words = update_words(context, *shown.update, *shown.sample);
  const std::array lines{UpdateLine{&words.error, context.fonts.number, context.theme.text},
                         UpdateLine{&words.value, context.fonts.number, context.theme.text}};
  const float above = update_lines_height(context, lines, area.width() - context.px(24));
  Rect body = panel.begin_body(above + context.px(kLossPlot));
  draw_update_lines(context, lines, body);
  body.cut_top(context.px(6));
  draw_loss(context, shown, body);
}

}  // namespace qarium::widgets
