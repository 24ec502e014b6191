#include "widgets/attention/brush.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "widgets/attention/attention_state.hpp"
#include "widgets/intervention/intervention.hpp"
#include "widgets/parts/numbers.hpp"

namespace qarium::widgets {

void brush(const PanelContext& context, int cell, int columns, bool begins) {
  auto& state = context.view.of<AttentionState>();
  auto intervention = context.view.of<InterventionState>().intervention;
  auto& painted = intervention.attention.painted;
  if (begins) {
    begin_gesture(context);
    state.erases = holds(painted, cell);
    state.brushed_cell = cell;
  }
  const int from_row = state.brushed_cell / columns;
  const int from_column = state.brushed_cell % columns;
  const int down = cell / columns - from_row;
  const int right = cell % columns - from_column;
  const int steps = std::max({std::abs(down), std::abs(right), 1});
  for (int i = 0; i <= steps; ++i) {
    put(painted, (from_row + down * i / steps) * columns + from_column + right * i / steps, !state.erases);
  }
  state.brushed_cell = cell;
  alter(context, std::move(intervention));
}

void end_stroke(const PanelContext& context) {
  context.view.of<AttentionState>().brushed_cell = -1;
  end_gesture(context);
}

}  // namespace qarium::widgets
