#pragma once
#include <imgui.h>

#include <cstddef>
#include <cstdint>

namespace qarium::widgets {

/// The keys that the window listens to, whatever ImGui's version calls them.
enum class Key : std::uint8_t {
  Space,
  Left,
  Right,
  Up,
  Down,
  Escape,
  Enter,
  Tab,
  F1,
  F2,
  F5,
  F11,
  Plus,
  Minus,
  KeypadPlus,
  KeypadMinus,
  A,
  B,
  D,
  E,
  H,
  K,
  L,
  M,
  N,
  O,
  P,
  R,
  S,
  T,
  U,
  W,
  Z,
  Digit0,
  Digit1,
  Digit2,
  Digit3,
  Digit4,
  Digit5,
  Digit6,
  Digit7,
  Digit8,
  Digit9,
};
inline constexpr std::size_t kKeyCount = static_cast<std::size_t>(Key::Digit9) + 1;

/// The number under which ImGui knows it: an ImGuiKey from 1.87 on; before, GLFW's code, which its backend uses.
int native_key(Key key);
bool key_pressed(Key key, bool repeat);
bool key_down(Key key);

/// The next item, a field, takes what is typed from the next frame on.
void focus_next_item();

/// Between these two, ImGui's own Tab does not move the keyboard into text fields.
void push_no_tab_stop();
void pop_no_tab_stop();

}  // namespace qarium::widgets
