#include "widgets/parts/imgui_compat.hpp"

#include <array>

namespace qarium::widgets {
namespace {

#if IMGUI_VERSION_NUM >= 18700
constexpr std::array<ImGuiKey, kKeyCount> kNative{
    ImGuiKey_Space,     ImGuiKey_LeftArrow, ImGuiKey_RightArrow, ImGuiKey_UpArrow,
    ImGuiKey_DownArrow, ImGuiKey_Escape,    ImGuiKey_Enter,      ImGuiKey_Tab,
    ImGuiKey_F1,        ImGuiKey_F2,        ImGuiKey_F5,         ImGuiKey_F11,
    ImGuiKey_Equal,     ImGuiKey_Minus,     ImGuiKey_KeypadAdd,  ImGuiKey_KeypadSubtract,
    ImGuiKey_A,         ImGuiKey_B,         ImGuiKey_D,          ImGuiKey_E,
    ImGuiKey_H,         ImGuiKey_K,         ImGuiKey_L,          ImGuiKey_M,
    ImGuiKey_N,         ImGuiKey_O,         ImGuiKey_P,          ImGuiKey_R,
    ImGuiKey_S,         ImGuiKey_T,         ImGuiKey_U,          ImGuiKey_W,
    ImGuiKey_Z,         ImGuiKey_0,         ImGuiKey_1,          ImGuiKey_2,
    ImGuiKey_3,         ImGuiKey_4,         ImGuiKey_5,          ImGuiKey_6,
    ImGuiKey_7,         ImGuiKey_8,         ImGuiKey_9};
#else
constexpr std::array<int, kKeyCount> kNative{' ', 263, 262, 265, 264, 256, 257, 258, 290, 291, 294, 300, '=', '-', 334,
                                             333, 'A', 'B', 'D', 'E', 'H', 'K', 'L', 'M', 'N', 'O', 'P', 'R', 'S', 'T',
                                             'U', 'W', 'Z', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'};
#endif

}  // namespace

int native_key(Key key) {
  return static_cast<int>(kNative[static_cast<std::size_t>(key)]);
}

bool key_pressed(Key key, bool repeat) {
  return ImGui::IsKeyPressed(kNative[static_cast<std::size_t>(key)], repeat);
}

bool key_down(Key key) {
  return ImGui::IsKeyDown(kNative[static_cast<std::size_t>(key)]);
}

void focus_next_item() {
#if IMGUI_VERSION_NUM >= 18700
  // The item is looked for in the focused window alone.
  if (!ImGui::IsWindowFocused()) ImGui::SetWindowFocus();
#endif
  ImGui::SetKeyboardFocusHere();
}

void push_no_tab_stop() {
#if IMGUI_VERSION_NUM >= 19130
  ImGui::PushItemFlag(ImGuiItemFlags_NoTabStop, true);
#else
  ImGui::PushAllowKeyboardFocus(false);
#endif
}

void pop_no_tab_stop() {
#if IMGUI_VERSION_NUM >= 19130
  ImGui::PopItemFlag();
#else
  ImGui::PopAllowKeyboardFocus();
#endif
}

}  // namespace qarium::widgets
