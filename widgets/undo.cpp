#include "widgets/undo.hpp"

#include <algorithm>

#include "widgets/intervention/intervention.hpp"

namespace qarium::widgets {
namespace {

constexpr int kMostUndos = 50;

struct UndoState {
  int wanted = 0;
};

}  // namespace

void undo(const PanelContext& context) {
  auto& wanted = context.view.of<UndoState>().wanted;
  wanted = std::min(wanted + 1, kMostUndos);
}

void serve_undo(const PanelContext& context) {
  auto& wanted = context.view.of<UndoState>().wanted;
  const auto& interventions = context.view.of<InterventionState>();
  // A gesture is undone as one, so it has to end first: the button may come up in the very frame of the keys.
  if (wanted == 0 || interventions.gesture || context.stage.answered < context.pending.newest_act()) return;
  --wanted;
  const auto& past = interventions.past;
  const auto intervened = past.empty() ? 0 : past.back().command;
  if (context.stage.undoable > intervened) {
    send(context, protocol::TakeBack{});
  } else if (!past.empty()) {
    undo_intervention(context);
  } else {
    wanted = 0;
    context.pending.told("there is nothing to undo on the stage", false);
  }
}

}  // namespace qarium::widgets
