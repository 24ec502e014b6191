#include "widgets/attention_change.hpp"

#include <imgui.h>

#include <algorithm>
#include <cstdlib>

namespace qarium::widgets {
namespace {

constexpr double kAdoptAfter = 0.7;
constexpr std::size_t kMostKept = 100;

void send_wish(const PanelContext& context) {
  send(context, core::Suppose{context.view.transient.attention.wish});
}

void remember(AttentionTransient& state) {
  state.past.push_back(state.wish);
  if (state.past.size() > kMostKept) state.past.erase(state.past.begin());
}

/// Adds the number, or takes it out; in order.
void put(std::vector<int>& numbers, int number, bool in) {
  const auto place = std::lower_bound(numbers.begin(), numbers.end(), number);
  const bool there = place != numbers.end() && *place == number;
  if (in && !there) numbers.insert(place, number);
  if (!in && there) numbers.erase(place);
}

bool holds(const std::vector<int>& numbers, int number) {
  return std::binary_search(numbers.begin(), numbers.end(), number);
}

}  // namespace

void keep_in_step(const PanelContext& context) {
  auto& transient = context.view.transient;
  auto& state = transient.attention;
  auto in_force = context.stage.what_if ? context.stage.what_if->change : core::AttentionChange{};
  for (auto* numbers : {&in_force.silenced, &in_force.painted})
    std::sort(numbers->begin(), numbers->end());
  const bool settled = state.brushed_cell < 0 && !context.pending.waiting_for<core::Suppose>();
  if (!settled || in_force == state.wish) {
    state.differs_since = -1;
    return;
  }
  const double now = ImGui::GetTime();
  if (state.differs_since < 0) state.differs_since = now;
  if (now - state.differs_since < kAdoptAfter) {
    transient.wake_at = std::min(transient.wake_at, state.differs_since + kAdoptAfter);
    return;
  }
  state.wish = std::move(in_force);
  state.past.clear();
  state.differs_since = -1;
}

void suppose(const PanelContext& context, core::AttentionChange change) {
  auto& state = context.view.transient.attention;
  if (change == state.wish) return;
  remember(state);
  state.wish = std::move(change);
  send_wish(context);
}

void undo_supposition(const PanelContext& context) {
  auto& state = context.view.transient.attention;
  if (state.past.empty()) return;
  state.wish = std::move(state.past.back());
  state.past.pop_back();
  send_wish(context);
}

void toggle_uniform(const PanelContext& context) {
  auto change = context.view.transient.attention.wish;
  change.uniform = !change.uniform;
  suppose(context, std::move(change));
}

void toggle_silenced(const PanelContext& context, int head) {
  auto change = context.view.transient.attention.wish;
  put(change.silenced, head, !holds(change.silenced, head));
  suppose(context, std::move(change));
}

void brush(const PanelContext& context, int cell, int columns, bool begins) {
  auto& state = context.view.transient.attention;
  if (begins) {
    remember(state);
    state.erases = holds(state.wish.painted, cell);
    state.brushed_cell = cell;
  }
  const int from_row = state.brushed_cell / columns;
  const int from_column = state.brushed_cell % columns;
  const int down = cell / columns - from_row;
  const int right = cell % columns - from_column;
  const int steps = std::max({std::abs(down), std::abs(right), 1});
  const auto before = state.wish;
  for (int i = 0; i <= steps; ++i) {
    put(state.wish.painted, (from_row + down * i / steps) * columns + from_column + right * i / steps, !state.erases);
  }
  state.brushed_cell = cell;
  if (state.wish != before) send_wish(context);
}

void end_stroke(const PanelContext& context) {
  context.view.transient.attention.brushed_cell = -1;
}

ShortText words_for(const core::AttentionChange& change) {
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
