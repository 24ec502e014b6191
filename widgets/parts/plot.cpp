#include "widgets/parts/plot.hpp"

#include <algorithm>
#include <cmath>

namespace qarium::widgets {
namespace {

/// Values at or below zero have no place on a logarithmic axis; they stand at its foot.
double log_of(double value, double low) {
  return std::log10(std::max(value, low));
}

Ticks log_ticks(const Axis& axis, int most) {
  Ticks result;
  const int first = static_cast<int>(std::ceil(std::log10(axis.low) - 1e-9));
  const int last = static_cast<int>(std::floor(std::log10(axis.high) + 1e-9));
  const int stride = std::max(1, (last - first + most) / std::max(1, most));
  for (int power = first; power <= last && result.size < 16; power += stride) {
    result.at[static_cast<std::size_t>(result.size++)] = std::pow(10.0, power);
  }
  return result;
}

double step_for(double span, int most) {
  const double rough = span / std::max(1, most);
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= rough * 0.999) return factor * power;
  }
  return 10 * power;
}

}  // namespace

float Axis::share(double value) const {
  if (log) {
    const double foot = std::log10(low);
    return static_cast<float>((log_of(value, low) - foot) / (std::log10(high) - foot));
  }
  return static_cast<float>((value - low) / (high - low));
}

double Axis::value(float share) const {
  if (log) return low * std::pow(high / low, static_cast<double>(share));
  return low + static_cast<double>(share) * (high - low);
}

Ticks ticks(const Axis& axis, int most) {
  if (axis.log) {
    auto decades = log_ticks(axis, most);
    if (decades.size >= 2) return decades;
  }
  Ticks result;
  const double span = axis.high - axis.low;
  if (!(span > 0) || !std::isfinite(span)) return result;
  const double step = step_for(span, most);
  result.step = step;
  const double first = std::ceil(axis.low / step - 1e-6);
  for (int i = 0; result.size < 16; ++i) {
    const double at = (first + i) * step;
    if (at > axis.high + 1e-6 * span) break;
    result.at[static_cast<std::size_t>(result.size++)] = std::abs(at) < 1e-9 * span ? 0 : at;
  }
  return result;
}

Axis fitted(double low, double high, double smallest_positive, bool log) {
  if (!(low <= high) || !std::isfinite(low) || !std::isfinite(high)) return {log ? 0.1 : 0, 1, log};
  if (log) {
    double foot = low > 0 ? low : smallest_positive;
    if (!(foot > 0) || !std::isfinite(foot)) foot = 1e-3;
    const double head = std::max(high, foot);
    return {foot / 1.3, head * 1.3, true};
  }
  double span = high - low;
  if (span <= std::max(std::abs(low), std::abs(high)) * 1e-6) {
    span = high == 0 ? 1 : std::max(1e-6, std::abs(high) * 0.2);  // nothing but zeros: any unit will do
  }
  const double middle = (low + high) / 2;
  Axis axis{std::min(low, middle - span / 2) - 0.05 * span, std::max(high, middle + span / 2) + 0.05 * span, false};
  if (low >= 0 && axis.low < 0.35 * axis.high) axis.low = 0;
  return axis;
}

void draw_band(const Plot& plot, std::span<const core::Column> columns, ImU32 color) {
  const auto n = static_cast<int>(columns.size());
  if (n < 2) return;
  auto& list = plot.list;
  const ImVec2 white = ImGui::GetFontTexUvWhitePixel();
  list.PrimReserve((n - 1) * 6, n * 2);
  const auto first = static_cast<ImDrawIdx>(list._VtxCurrentIdx);
  for (int i = 0; i < n; ++i) {
    const auto& column = columns[static_cast<std::size_t>(i)];
    float top = plot.screen_y(column.maximum);
    float bottom = plot.screen_y(column.minimum);
    if (bottom - top < 1) {
      const float middle = (top + bottom) / 2;
      top = middle - 0.5F;
      bottom = middle + 0.5F;
    }
    const float x = plot.screen_x(column.x);
    list.PrimWriteVtx({x, top}, white, color);
    list.PrimWriteVtx({x, bottom}, white, color);
  }
  for (int i = 0; i + 1 < n; ++i) {
    const auto at = static_cast<ImDrawIdx>(first + 2 * i);
    for (const int corner : {0, 2, 3, 0, 3, 1})
      list.PrimWriteIdx(static_cast<ImDrawIdx>(at + corner));
  }
}

void draw_line(const Plot& plot, std::span<const core::Column> columns, ImU32 color, float thickness) {
  if (columns.size() < 2) return;
  auto& points = plot.scratch;
  points.clear();
  for (const auto& column : columns)
    points.push_back({plot.screen_x(column.x), plot.screen_y(column.mean)});
  plot.list.AddPolyline(points.data(), static_cast<int>(points.size()), color, 0, thickness);
}

void draw_dashed_line(const Plot& plot, std::span<const core::Column> columns, ImU32 color, float thickness,
                      float dash) {
  dash = std::max(dash, 1.0F);
  float gone = 0;  // along the line so far
  for (std::size_t i = 0; i + 1 < columns.size(); ++i) {
    const ImVec2 from{plot.screen_x(columns[i].x), plot.screen_y(columns[i].mean)};
    const ImVec2 way = ImVec2(plot.screen_x(columns[i + 1].x), plot.screen_y(columns[i + 1].mean)) - from;
    const float length = std::hypot(way.x, way.y);
    if (!(length > 0) || length > 1e5F) continue;
    for (float at = -std::fmod(gone, 2 * dash); at < length; at += 2 * dash) {
      const float begin = std::max(at, 0.0F);
      const float end = std::min(at + dash, length);
      if (end > begin) plot.list.AddLine(from + way * (begin / length), from + way * (end / length), color, thickness);
    }
    gone += length;
  }
}

void draw_diamonds(const Plot& plot, std::span<const core::Column> columns, ImU32 color, ImU32 edge, float size) {
  for (const auto& column : columns) {
    const ImVec2 c{plot.screen_x(column.x), plot.screen_y(column.mean)};
    plot.list.AddQuadFilled({c.x, c.y - size - 1}, {c.x + size + 1, c.y}, {c.x, c.y + size + 1}, {c.x - size - 1, c.y},
                            edge);
    plot.list.AddQuadFilled({c.x, c.y - size}, {c.x + size, c.y}, {c.x, c.y + size}, {c.x - size, c.y}, color);
  }
}

void draw_dashes(const Plot& plot, double x, ImU32 color, float dash) {
  const float at = std::round(plot.screen_x(x));
  for (float y = plot.area.min.y; y < plot.area.max.y; y += 2 * dash) {
    plot.list.AddRectFilled({at, y}, {at + 1, std::min(y + dash, plot.area.max.y)}, color);
  }
}

}  // namespace qarium::widgets
