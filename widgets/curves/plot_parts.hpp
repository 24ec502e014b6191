#pragma once
#include <cstdint>
#include <limits>
#include <span>

#include "widgets/context.hpp"
#include "widgets/parts/plot.hpp"

namespace qarium::widgets {

/// What every plot over learning time is made of.

/// Takes the room of title and labels off `rest`, which is then the plot's; returns the title's.
Rect cut_plot(const PanelContext& context, Rect& rest, bool step_labels);

/// Least and greatest of what is shown.
struct Extent {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  double positive = std::numeric_limits<double>::infinity();

  void add(const Axis& steps, std::span<const core::Column> columns);
};

/// The columns of a series at about one a pixel, from the cache. `version` changes with the series.
std::span<const core::Column> cached(const PanelContext& context, const core::Series& series, std::uint64_t version,
                                     const Axis& steps, float width);

void draw_axes(const PanelContext& context, const Plot& plot, bool step_labels);
/// Where a hyperparameter changed.
void draw_stamps(const PanelContext& context, const Plot& plot);
/// The one time cursor, with its step in words where the pointer is in this plot, and the stamps near it.
void draw_cursors(const PanelContext& context, const Plot& plot);

/// The part of learning time that is shown.
Axis shown_steps(const PanelContext& context);
/// Wheel, drag, box and double click on the plot of this title change what is shown. `control` names it in the control
/// map.
void navigate(const PanelContext& context, std::string_view title, const Plot& plot, std::string_view control);

}  // namespace qarium::widgets
