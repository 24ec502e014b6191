#pragma once
#include "engine/protocol/update_view.hpp"
#include "widgets/context.hpp"

namespace qarium::widgets {

/// The update that the workspace shows, and the transition of its batch.
struct ShownUpdate {
  const protocol::UpdateView* update = nullptr;      ///< null before one is known
  const protocol::TransitionView* sample = nullptr;  ///< null where nothing is known of its batch
  std::size_t at = 0;                                ///< of the transition, among those known
  bool outdated = false;                             ///< another update was made since
};

/// Takes what is wanted and what is new, and tells what to show now. An update stays while no other is made, and where
/// one goes through its batch, or has come from a transition of it, while learning goes on.
ShownUpdate shown_update(const PanelContext& context);
/// To another transition of the batch; stops at its ends.
void move_in_batch(const PanelContext& context, int by);
/// The newest update, from now on.
void follow_updates(const PanelContext& context);

}  // namespace qarium::widgets
