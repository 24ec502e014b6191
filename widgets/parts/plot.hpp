#pragma once
#include <imgui.h>

#include <array>
#include <span>
#include <vector>

#include "engine/core/series.hpp"
#include "widgets/parts/format.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

/// One side of a plot: which values it spans, and how they map to 0 .. 1 along it.
struct Axis {
  double low = 0;
  double high = 1;
  bool log = false;

  float share(double value) const;
  double value(float share) const;
};

/// Round numbers (1, 2, 5 times a power of ten) along an axis, at most about `most`.
struct Ticks {
  std::array<double, 16> at{};
  int size = 0;
  double step = 0;  ///< between neighbours; 0 on a logarithmic axis
  const double* begin() const { return at.data(); }
  const double* end() const { return at.data() + size; }
};
Ticks ticks(const Axis& axis, int most);

/// Widens a range so that a plot of it looks right: a margin, down to zero where that is near, never of no extent. A
/// logarithmic one begins at the smallest positive value given.
Axis fitted(double low, double high, double smallest_positive, bool log);

/// A plot's picture on the screen. The scratch vector is only for its storage.
struct Plot {
  ImDrawList& list;
  Rect area;
  Axis x;
  Axis y;
  std::vector<ImVec2>& scratch;

  float screen_x(double value) const { return area.min.x + x.share(value) * area.width(); }
  float screen_y(double value) const { return area.max.y - y.share(value) * area.height(); }
};

/// From minimum to maximum, at least one pixel high everywhere.
void draw_band(const Plot& plot, std::span<const core::Column> columns, ImU32 color);
/// Through the means.
void draw_line(const Plot& plot, std::span<const core::Column> columns, ImU32 color, float thickness);
/// The same in dashes, measured along the line.
void draw_dashed_line(const Plot& plot, std::span<const core::Column> columns, ImU32 color, float thickness,
                      float dash);
void draw_diamonds(const Plot& plot, std::span<const core::Column> columns, ImU32 color, ImU32 edge, float size);
void draw_dashes(const Plot& plot, double x, ImU32 color, float dash);

}  // namespace qarium::widgets
