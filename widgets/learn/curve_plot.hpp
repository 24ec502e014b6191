#pragma once
#include "widgets/context.hpp"
#include "widgets/curves/plot_specs.hpp"
#include "widgets/parts/plot.hpp"

namespace qarium::widgets {

/// How many plots stand side by side, so that they are neither flat nor narrow.
int plot_columns(float width, float height, int plots);

/// One plot with title, axes, curves and marks.
void draw_plot(const PanelContext& context, const PlotSpec& spec, const Rect& cell, const Axis& steps,
               bool step_labels);

}  // namespace qarium::widgets
