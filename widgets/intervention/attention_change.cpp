#include "widgets/intervention/attention_change.hpp"

#include <utility>

#include "widgets/intervention/intervention.hpp"
#include "widgets/parts/numbers.hpp"

namespace qarium::widgets {

void toggle_uniform(const PanelContext& context) {
  auto change = context.view.of<InterventionState>().intervention.attention;
  change.uniform = !change.uniform;
  intervene(context, std::move(change));
}

void toggle_silenced(const PanelContext& context, int head) {
  auto change = context.view.of<InterventionState>().intervention.attention;
  put(change.silenced, head, !holds(change.silenced, head));
  intervene(context, std::move(change));
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
