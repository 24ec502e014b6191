#pragma once
#include "widgets/context.hpp"
#include "widgets/parts/format.hpp"
#include "widgets/take_over/action_keys.hpp"

namespace qarium::widgets {

/// A mode in which the plain keys are the environment's, until Escape: the watched episode waits for them. What is done
/// so is seen in action values, attention and memory as ever, and is never learned from. Not remembered.
struct TakeOver {
  bool on = false;
  bool real_time = false;    ///< the episode goes on by itself, with the action that does nothing
  bool took_escape = false;  ///< in this frame: it ended the mode and is nobody else's
  unsigned newest = 0;       ///< of the keys that are held, the one that went down last
  double next_at = 0;        ///< ImGui time at which what is held acts again
};

/// Halts the watched episode and hands it the keys. Nothing where it has no actions yet.
void begin_take_over(const PanelContext& context);
void end_take_over(const PanelContext& context);
void toggle_take_over(const PanelContext& context);
/// Acts on the keys of this frame where the mode is on; returns whether it is: then no other plain key does anything.
bool serve_take_over(const PanelContext& context);

/// As printed on the key that takes this action: "Space", "3", an arrow where the font has it; empty where none does.
ShortText key_name(const PanelContext& context, const ActionKeys& keys, int action);

}  // namespace qarium::widgets
