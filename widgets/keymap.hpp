#pragma once
#include <functional>
#include <span>
#include <string_view>

#include "widgets/context.hpp"
#include "widgets/parts/imgui_compat.hpp"

namespace qarium::widgets {

/// One row of the keyboard map: the only description, used by the handler and by the F1 page.
struct KeyBinding {
  Key key;
  bool control = false;
  bool repeats = false;      ///< held down, it goes on
  std::string_view name;     ///< as printed on the key: "Space", "Ctrl S"
  std::string_view heading;  ///< group on the F1 page
  std::string_view help;     ///< what it does
  std::function<void(const PanelContext&)> act;
};

/// Of the key that opens the finder.
inline constexpr std::string_view kFindKeyName = "Ctrl K";
/// Of the keys that take an action each: what the finder cannot do for one.
inline constexpr std::string_view kDigitKeysName = "1 to 9";

std::span<const KeyBinding> key_bindings();

/// Acts on the keys pressed in this frame; not while a text field has the keyboard. A dialog takes Escape and F1 only;
/// while actions are taken over (take_over.hpp) plain keys are the environment's.
void handle_keys(const PanelContext& context);

}  // namespace qarium::widgets
