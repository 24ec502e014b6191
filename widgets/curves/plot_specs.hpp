#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/protocol/metrics.hpp"
#include "widgets/parts/theme.hpp"

namespace qarium::widgets {

/// One metric of a plot.
struct PlotLine {
  protocol::MetricId metric = 0;
  protocol::MetricStyle style = protocol::MetricStyle::Measured;
};

/// A metric that estimates another one.
struct PlotBias {
  protocol::MetricId estimate = 0;
  protocol::MetricId truth = 0;
};

/// One plot over learning time: the metrics that name it.
struct PlotSpec {
  std::string title;            ///< also its name, under which choices about it are remembered
  std::string control;          ///< in the control map, behind "curves.": "td_error" for "|TD error|"
  std::string quiet;            ///< beside the title: the unit, or the labels of its metrics
  std::string help;             ///< of its first metric
  std::string level;            ///< hyperparameter whose value is a line across; empty for none
  std::vector<PlotLine> lines;  ///< as registered
  std::optional<PlotBias> bias;
  std::size_t place = 0;  ///< among all plots as they were registered: decides the colour
};

/// The plots of these metrics (in the order of their MetricIds), in the order in which they are shown.
std::vector<PlotSpec> plot_specs(std::span<const protocol::Metric> metrics);

/// The first registered plot has the accent, the others the five after it in turn.
ImU32 plot_color(const Theme& theme, std::size_t place);

}  // namespace qarium::widgets
