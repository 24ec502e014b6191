#pragma once
#include <optional>
#include <span>
#include <string_view>

#include "widgets/context.hpp"
#include "widgets/parts/plot.hpp"
#include "widgets/view_state.hpp"

namespace qarium::widgets {

/// What one plot of the Curves panel shows.
struct PlotSpec {
  PlotId id;
  std::string_view name;  ///< in the control map: "curves.loss"
  std::string_view title;
  std::string_view unit;
  protocol::Scalar first;
  std::optional<protocol::Scalar> second;
  ImU32 Theme::*plain;  ///< its colour, or null when `stage` is
  core::Stage stage;
  bool exact = false;  ///< not a noisy measurement: drawn as it is, never smoothed
};
std::span<const PlotSpec> plot_specs();
ImU32 plot_color(const Theme& theme, const PlotSpec& spec);

/// How many plots stand side by side, so that they are neither flat nor narrow.
int plot_columns(float width, float height, int plots);

/// One plot with title, axes, curves and marks.
void draw_plot(const PanelContext& context, const PlotSpec& spec, const Rect& cell, const Axis& steps,
               bool step_labels);

}  // namespace qarium::widgets
