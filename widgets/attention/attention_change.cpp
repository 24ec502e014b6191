#include "widgets/attention/attention_change.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "widgets/intervention.hpp"
#include "widgets/parts/numbers.hpp"

namespace qarium::widgets {

void toggle_uniform(const PanelContext& context) {
  auto change = context.view.transient.intervention.intervention.attention;
  change.uniform = !change.uniform;
  intervene(context, std::move(change));
}

void toggle_silenced(const PanelContext& context, int head) {
  auto change = context.view.transient.intervention.intervention.attention;
  put(change.silenced, head, !holds(change.silenced, head));
  intervene(context, std::move(change));
}

void brush(const PanelContext& context, int cell, int columns, bool begins) {
  auto& state = context.view.transient.attention;
  auto intervention = context.view.transient.intervention.intervention;
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
  context.view.transient.attention.brushed_cell = -1;
  end_gesture(context);
}

ShortText words_for(const protocol::AttentionChange& change) {
  ShortText text;
  const auto next = [&text] { text.add(text.empty() ? "" : ", "); };
  if (change.uniform) text.add("uniform weights");
  if (change.silenced.size() == 1) {
    next();
    text.print("head %d silenced", change.silenced.front() + 1);
  } else if (!change.silenced.empty()) {
    next();
    text.print("%zu heads silenced", change.silenced.size());
  }
  if (!change.painted.empty()) {
    next();
    text.print("%zu %s emptied", change.painted.size(), change.painted.size() == 1 ? "cell" : "cells");
  }
  return text;
}

}  // namespace qarium::widgets
