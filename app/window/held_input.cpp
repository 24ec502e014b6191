#include "app/window/held_input.hpp"

#include <imgui.h>
#include <imgui_internal.h>

#include <algorithm>
#include <vector>

namespace qarium::app {

#if IMGUI_VERSION_NUM >= 18700

namespace {

bool changes_modifier(const ImGuiInputEvent& event) {
  if (event.Type != ImGuiInputEventType_Key) return false;
  const auto key = event.Key.Key;
  return (key >= ImGuiKey_LeftCtrl && key <= ImGuiKey_RightSuper) || (key & ImGuiMod_Mask_) != 0;
}

bool presses(const ImGuiInputEvent& event) {
  return event.Type == ImGuiInputEventType_Key && event.Key.Down && !changes_modifier(event);
}

}  // namespace

struct HeldInput::Events {
  std::vector<ImGuiInputEvent> held;
};

void HeldInput::hold() {
  auto& queue = ImGui::GetCurrentContext()->InputEventsQueue;
  const auto press = std::find_if(queue.begin(), queue.end(), presses);
  const auto late = std::find_if(press, queue.end(), changes_modifier);
  events_->held.assign(late, queue.end());
  queue.resize(static_cast<int>(late - queue.begin()));
}

bool HeldInput::give_back() {
  auto& queue = ImGui::GetCurrentContext()->InputEventsQueue;
  for (const auto& event : events_->held)
    queue.push_back(event);
  events_->held.clear();
  return !queue.empty();
}

#else

struct HeldInput::Events {};

void HeldInput::hold() {}

bool HeldInput::give_back() {
  return false;
}

#endif

HeldInput::HeldInput() : events_(std::make_unique<Events>()) {}

HeldInput::~HeldInput() = default;

}  // namespace qarium::app
