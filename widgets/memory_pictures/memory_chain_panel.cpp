#include "widgets/memory_pictures/addressing_chain.hpp"
#include "widgets/memory_pictures/chain_drag.hpp"
#include "widgets/memory_pictures/half_lives.hpp"
#include "widgets/memory_pictures/memory_pictures.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/panel.hpp"

namespace qarium::widgets {
namespace {

/// Gives the head back what was set of it by hand.
void draw_release(const PanelContext& context, int head, const Rect& tools) {
  const auto setting = shown_setting(context, head);
  if (setting == protocol::HeadSetting{.head = head}) return;
  const Button release{
      .label = "as it is", .look = ButtonLook::Quiet, .tooltip = "Nothing of this head is set by hand any more"};
  if (draw_button(context, "chain.release", tools, release)) set_head(context, {.head = head});
}

}  // namespace

void draw_memory_chain(const PanelContext& context, const ShownMemory& shown, const Rect& area) {
  const ImU32 mark = context.theme.stage(core::Stage::Memory);
  if (!shown) {
    Panel panel(context, "Addressing", "", mark, area);
    if (panel.folded()) return;
    draw_text_in(*ImGui::GetWindowDrawList(), context.fonts.text, panel.begin_body(), context.theme.quiet,
                 "nothing yet", Align::Centre);
    return;
  }
  const auto& view = *shown.view;
  const float width = area.width() - context.px(24);
  if (!view.heads.empty()) {
    const int head = chain_head(shown, context.view.of<MemoryLook>());
    ShortText quiet = chain_head_name(view, head);
    if (shown.counterfactual) quiet.add(" · thin: factual");
    Panel panel(context, "Addressing", quiet, mark, area, shown.can_intervene ? context.px(56) : 0);
    if (panel.folded()) return;
    if (shown.can_intervene) draw_release(context, head, panel.tools());
    draw_addressing(context, shown, head, panel.begin_body(addressing_height(context)));
  } else if (view.dnc) {
    ShortText quiet("read head ");
    quiet.print("%d of %d", shown.read_head + 1, view.read_heads);
    Panel panel(context, "Addressing", quiet, mark, area);
    if (panel.folded()) return;
    draw_dnc(context, shown, panel.begin_body(dnc_height(context, width)));
  } else {
    Panel panel(context, view.units ? "Gates now" : "Weights now", view.kind, mark, area);
    if (panel.folded()) return;
    const bool spectrum = view.units && !view.units->half_life.empty();
    const float strips = plain_strips_height(context, shown);
    Rect body = panel.begin_body(strips + (spectrum ? half_lives_height(context) : 0));
    draw_plain_strips(context, shown, body.cut_top(strips));
    if (spectrum) draw_half_lives(context, view.units->half_life, body.cut_top(half_lives_height(context)));
  }
}

}  // namespace qarium::widgets
