#include "widgets/panel_menu.hpp"

#include <algorithm>
#include <utility>

#include "widgets/parts/controls.hpp"
#include "widgets/parts/format.hpp"
#include "widgets/parts/imgui_compat.hpp"
#include "widgets/parts/popup.hpp"

namespace qarium::widgets {
namespace {

constexpr float kMenuWidth = 176;
constexpr float kMenuRow = 28;
constexpr float kMenuMargin = 6;
constexpr float kCaption = 26;

/// What the picture is of.
ShortText caption_of(const PanelContext& context, std::string_view title) {
  ShortText text("Qarium · ");
  if (!context.view.preset.empty()) text.add(context.view.preset).add(" · ");
  text.add(context.trainer.hyperparameters.environment.id).add(" · ").add(title).add(" · step ");
  return text.add(count(context.trainer.status.position.environment_steps))
      .add(" · seed ")
      .add(std::to_string(context.trainer.hyperparameters.seed));
}

void want_picture(const PanelContext& context, const Transient::PanelPlace& place, bool to_clipboard) {
  auto& transient = context.view.transient;
  transient.wanted_picture = place;
  transient.picture_caption = caption_of(context, place.title).view();
  transient.picture_to_clipboard = to_clipboard;
  transient.panel_menu.reset();
  transient.wake_at = ImGui::GetTime();
}

}  // namespace

void draw_panel_menu(const PanelContext& context) {
  auto& transient = context.view.transient;
  if (!transient.panel_menu) return;
  const auto place = *transient.panel_menu;
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  const float margin = context.px(kMenuMargin);
  const ImVec2 size{context.px(kMenuWidth), 3 * context.px(kMenuRow) + 2 * margin};
  const ImVec2 at = transient.panel_menu_opens ? ImGui::GetIO().MousePos : ImGui::GetIO().MouseClickedPos[1];
  const ImVec2 corner{std::clamp(at.x, 0.0F, std::max(0.0F, display.x - size.x)),
                      std::clamp(at.y, 0.0F, std::max(0.0F, display.y - size.y))};
  const Rect menu{corner, corner + size};
  const bool elsewhere = !transient.panel_menu_opens && clicked_elsewhere(menu);
  transient.panel_menu_opens = false;
  if (elsewhere || key_pressed(Key::Escape, false)) {
    transient.panel_menu.reset();
    return;
  }
  const Popup popup(context, "panel_menu", menu);
  Rect rest = menu.shrunk(margin);
  const Button present{
      .label = context.view.present.on() ? "All panels" : "Present", .look = ButtonLook::Tab, .key = "F5"};
  if (draw_button(context, "panel_menu.present", rest.cut_top(context.px(kMenuRow)), present)) {
    context.view.present = context.view.present.on() ? Present{} : Present{place.title, {}};
    transient.panel_menu.reset();
  }
  if (draw_button(context, "panel_menu.copy", rest.cut_top(context.px(kMenuRow)),
                  {.label = "Copy picture", .look = ButtonLook::Tab}))
    want_picture(context, place, true);
  if (draw_button(context, "panel_menu.save", rest.cut_top(context.px(kMenuRow)),
                  {.label = "Save picture (PNG)", .look = ButtonLook::Tab}))
    want_picture(context, place, false);
}

Rect draw_picture_caption(const PanelContext& context) {
  const auto& transient = context.view.transient;
  const Rect area = transient.wanted_picture->area;
  const float high = context.px(kCaption);
  const float top = std::min(area.max.y, ImGui::GetIO().DisplaySize.y - high);
  const Rect strip{{area.min.x, top}, {area.max.x, top + high}};
  auto& list = *ImGui::GetForegroundDrawList();
  fill(list, strip, context.theme.panel);
  draw_text_in(list, context.fonts.quiet, strip.shrunk(context.px(12), 0), context.theme.text,
               transient.picture_caption);
  return {area.min, strip.max};
}

}  // namespace qarium::widgets
