#include "widgets/parts/keyboard_focus.hpp"

#include <vector>

#include "widgets/context.hpp"
#include "widgets/parts/draw.hpp"
#include "widgets/parts/imgui_compat.hpp"
#include "widgets/take_over/take_over.hpp"

namespace qarium::widgets {
namespace {

/// The next control that can be worked, or the one before it; round at the ends.
std::string neighbour(const ControlMap& controls, const std::string& name, bool forward) {
  std::vector<const ControlMap::Control*> all;
  std::size_t at = 0;
  bool found = false;
  for (const auto* control = controls.layer_begin(); control != controls.end(); ++control) {
    if (!control->pressable || !control->enabled) continue;
    if (control->name == name) {
      at = all.size();
      found = true;
    }
    all.push_back(control);
  }
  if (all.empty()) return {};
  if (!found) return (forward ? all.front() : all.back())->name;
  return all[(at + (forward ? 1 : all.size() - 1)) % all.size()]->name;
}

}  // namespace

void move_keyboard_focus(const PanelContext& context) {
  auto& focus = context.view.transient.focus;
  const auto& io = ImGui::GetIO();
  const bool slider = std::exchange(focus.is_slider, false);
  focus.presses = false;
  focus.arrow = 0;
  focus.area = {};
  if (ImGui::IsMouseClicked(0)) focus.name.clear();
  // An open list has the keys, and so has a field that is typed into.
  const bool list = context.view.transient.dialog == Dialog::None &&
                    ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopupId | ImGuiPopupFlags_AnyPopupLevel);
  const bool taken_over = context.view.of<TakeOver>().on && context.view.transient.dialog == Dialog::None;
  if (taken_over || list || io.WantTextInput || io.KeyCtrl || io.KeyAlt || context.controls == nullptr) return;
  if (key_pressed(Key::Tab, true)) {
    focus.name = neighbour(*context.controls, focus.name, !io.KeyShift);
    context.view.transient.wake_at = ImGui::GetTime();
  }
  if (focus.name.empty()) return;
  focus.presses = key_pressed(Key::Enter, false);
  if (slider) focus.arrow = (key_pressed(Key::Right, true) ? 1 : 0) - (key_pressed(Key::Left, true) ? 1 : 0);
}

void draw_keyboard_focus(const PanelContext& context) {
  const auto& focus = context.view.transient.focus;
  if (focus.name.empty() || focus.area.empty()) return;
  outline(*ImGui::GetForegroundDrawList(), focus.area.shrunk(-context.px(2)), context.theme.accent, context.px(5),
          context.px(2));
}

}  // namespace qarium::widgets
