#include <array>
#include <span>

#include "widgets/dialogs/dialog.hpp"
#include "widgets/dialogs/dialogs.hpp"
#include "widgets/keymap.hpp"
#include "widgets/parts/controls.hpp"

namespace qarium::widgets {
namespace {

constexpr float kKeysRow = 19.5F;

struct Explained {
  std::string_view name;
  std::string_view help;
};
/// What the keyboard does with the control that has the focus.
constexpr std::array<Explained, 3> kControls{{{"Tab, Shift Tab", "the next control, the one before"},
                                              {"Enter", "click it"},
                                              {"arrows", "move a slider, choose in a list"}}};
constexpr std::array<Explained, 11> kPointer{{{"double click on a head", "present that panel"},
                                              {"right click on a head", "copy or save its picture"},
                                              {"mark in a head", "fold that panel, unfold it"},
                                              {"wheel on a plot", "zoom; with Shift up and down"},
                                              {"drag on a plot", "move along"},
                                              {"right drag on a plot", "zoom to a box"},
                                              {"double click on a plot", "fit and follow"},
                                              {"double click on a gap", "panels back to their size"},
                                              {"click on a number", "type it exactly"},
                                              {"click on an attended cell", "where it looks"},
                                              {"click on a memory picture", "look at that step"}}};

void draw_keys_row(const PanelContext& context, Rect row, std::string_view name, std::string_view help, bool key) {
  auto& list = *ImGui::GetWindowDrawList();
  const auto& theme = context.theme;
  Rect left = row.cut_left(context.px(key ? 92 : 160), context.px(8));
  if (key) {
    const Rect cap = left.cut_left(text_width(context.fonts.quiet, name) + context.px(14)).shrunk(0, context.px(2));
    fill(list, cap, theme.raised, context.px(4));
    outline(list, cap, theme.line, context.px(4));
    draw_text_in(list, context.fonts.quiet, cap, theme.text, name, Align::Centre);
  } else {
    draw_text_in(list, context.fonts.quiet, left, theme.text, name);
  }
  draw_text_in(list, context.fonts.quiet, row, theme.quiet, help);
}

float draw_group(const PanelContext& context, Rect column, std::string_view heading) {
  auto& list = *ImGui::GetWindowDrawList();
  const float top = column.min.y;
  draw_text_in(list, context.fonts.title, column.cut_top(context.px(26)), context.theme.text, heading);
  for (const auto& binding : key_bindings()) {
    if (binding.heading != heading || binding.name.empty()) continue;
    draw_keys_row(context, column.cut_top(context.px(kKeysRow)), binding.name, binding.help, true);
  }
  return column.min.y - top + context.px(12);
}

void draw_explained(const PanelContext& context, Rect column, std::string_view heading,
                    std::span<const Explained> rows) {
  draw_text_in(*ImGui::GetWindowDrawList(), context.fonts.title, column.cut_top(context.px(26)), context.theme.text,
               heading);
  for (const auto& row : rows)
    draw_keys_row(context, column.cut_top(context.px(kKeysRow)), row.name, row.help, false);
}

}  // namespace

void draw_keys_dialog(const PanelContext& context) {
  DialogScope dialog(context, "keys", {770, 700}, true);
  if (!dialog.open()) return;
  Rect rest = draw_dialog_title(context, dialog.inside(), "Keys", context.theme.accent);
  Rect left = rest.cut_left((rest.width() - context.px(24)) / 2, context.px(24));
  left.cut_top(draw_group(context, left, "Learning"));
  left.cut_top(draw_group(context, left, "Window"));
  draw_explained(context, left, "Controls", kControls);
  rest.cut_top(draw_group(context, rest, "Stage"));
  draw_explained(context, rest, "Pointer", kPointer);
  Rect row = dialog.inside();
  row = row.cut_bottom(context.px(30));
  const Button close{.label = "Close", .key = "Esc"};
  if (draw_button(context, "keys.close", row.cut_right(button_width(context, close)), close)) dialog.close();
}

}  // namespace qarium::widgets
