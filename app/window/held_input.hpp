#pragma once

#include <memory>

namespace qarium::app {

/// What is pressed keeps its modifiers through the frame that sees it: a modifier that changes after a press within one
/// frame waits for the next, with all that came after it. For Dear ImGui since 1.87, which queues its input; the
/// earlier ones have no queue, and nothing is held.
class HeldInput {
 public:
  HeldInput();
  ~HeldInput();

  /// Right before ImGui::NewFrame.
  void hold();
  /// Right after it.
  /// @return whether input is left for another frame, which must not wait for more to come
  bool give_back();

 private:
  struct Events;
  std::unique_ptr<Events> events_;
};

}  // namespace qarium::app
