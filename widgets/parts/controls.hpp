#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "widgets/context.hpp"
#include "widgets/parts/draw.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

/// What the pointer does with a control in this frame.
struct Interaction {
  bool hovered = false;
  bool held = false;      ///< the left button went down on it and is still down
  bool clicked = false;   ///< and came up again on it
  bool released = false;  ///< was held until this frame
};

/// Makes `area` interactive under this name and enters it in the control map. The name is the control's identity:
/// unique in the window. A disabled one can be hovered (for its tooltip) and nothing else.
Interaction interact(const PanelContext& context, std::string_view name, const Rect& area, bool enabled = true);

/// The same for what the keyboard works, too (KeyboardFocus): Enter is a click, so a click must not depend on where it
/// was.
Interaction press(const PanelContext& context, std::string_view name, const Rect& area, bool enabled = true);

/// Shows `text` once the pointer has rested on the control for a moment.
void tooltip(const PanelContext& context, std::string_view name, const Interaction& interaction, std::string_view text);
/// Is it time to show a tooltip for it? For tooltips with more than text; asks the window to be drawn then.
bool tooltip_due(const PanelContext& context, std::string_view name, const Interaction& interaction);
/// A tooltip's window with the house's padding; draw with ImGui's text calls between. Always pair. What is shortened
/// under the pointer comes first, unless it stands in `text`.
void begin_tooltip(const PanelContext& context, std::string_view text = {});
void end_tooltip();
/// The end of a frame: what is shortened under the pointer, where no control has a tooltip of its own.
void tell_shortened(const PanelContext& context);

enum class ButtonLook { Plain, Primary, Tab, Quiet };
struct Button {
  std::string_view label;
  Icon icon = Icon::None;
  ButtonLook look = ButtonLook::Plain;
  bool enabled = true;
  bool on = false;       ///< a toggle that is on
  bool waiting = false;  ///< its command is not answered yet: an amber edge
  std::string_view key;  ///< shown quietly behind the label
  std::string_view tooltip;
};
float button_width(const PanelContext& context, const Button& button);
/// True when clicked.
bool draw_button(const PanelContext& context, std::string_view name, const Rect& area, const Button& button);

/// A field that opens a list. Returns the item chosen in this frame. Items are in the control map as NAME.ITEM.
std::optional<std::size_t> draw_choice(const PanelContext& context, std::string_view name, const Rect& area,
                                       std::string_view shown, std::span<const std::string_view> items,
                                       std::optional<std::size_t> chosen, ButtonLook look = ButtonLook::Plain,
                                       ImU32 text_color = 0);

/// True when clicked.
bool draw_switch(const PanelContext& context, std::string_view name, const Rect& area, bool on);

struct SliderResult {
  float fraction = 0;
  bool held = false;
  bool released = false;
};
/// A thumb on a track, both in shares of the width; `standard` is marked with a tick.
SliderResult draw_slider(const PanelContext& context, std::string_view name, const Rect& area, float fraction,
                         float standard, ImU32 color);

struct FieldResult {
  bool entered = false;    ///< Enter was pressed
  bool left = false;       ///< the keyboard went elsewhere after an edit
  bool cancelled = false;  ///< Escape
  bool active = false;
};
struct Field {
  std::string_view hint;
  bool mono = false;
  bool focus = false;  ///< takes the keyboard in this frame, all text selected
  bool numeric = false;
  Align align = Align::Left;
};
FieldResult draw_field(const PanelContext& context, std::string_view name, const Rect& area, std::string& text,
                       const Field& field);

}  // namespace qarium::widgets
