#include "widgets/parts/banner.hpp"

#include <algorithm>

#include "widgets/parts/format.hpp"
#include "widgets/take_over/take_over.hpp"

namespace qarium::widgets {
namespace {

float banner_width(const PanelContext& context, std::string_view text) {
  return text_width(context.fonts.quiet, text) + context.px(34);
}

}  // namespace

void draw_banner(const PanelContext& context, ImVec2 corner, Icon icon, ImU32 color, std::string_view text,
                 float most) {
  auto& list = *ImGui::GetWindowDrawList();
  const float height = context.px(24);
  const float width = std::min(most, banner_width(context, text));
  const Rect area{corner, {corner.x + width, corner.y + height}};
  fill(list, area, context.theme.panel, context.px(4));
  outline(list, area, color, context.px(4));
  Rect inside = area.shrunk(context.px(8), 0);
  const Rect mark = inside.cut_left(context.px(10), context.px(6));
  draw_icon(list, icon, mark.centre(), context.px(10), color);
  draw_text_in(list, context.fonts.quiet, inside, context.theme.text, text);
}

ImVec2 draw_moment_banners(const PanelContext& context, const Rect& picture) {
  const auto& moment = context.stage.moment;
  const float inset = context.px(8);
  ImVec2 corner{picture.min.x + inset, picture.min.y + inset};
  const float most = picture.width() - 2 * inset;
  if (const auto ago = context.stage.last - moment.index; ago > 0) {
    ShortText text("as it was, ");
    text.add(count(ago)).add(ago == 1 ? " step ago" : " steps ago");
    if (banner_width(context, text) > most) text = ShortText(count(ago)).add(" ago");
    draw_banner(context, corner, Icon::StepBack, context.theme.attention, text, most);
    corner.y += context.px(28);
  }
  if (moment.terminated || moment.truncated) {
    ShortText text(moment.terminated ? "episode ended, return " : "cut off by the time limit, return ");
    text.add(number(moment.return_so_far));
    if (banner_width(context, text) > most) {
      text = ShortText(moment.terminated ? "ended, " : "cut off, ").add(number(moment.return_so_far));
    }
    draw_banner(context, corner, Icon::Dot, moment.terminated ? context.theme.wrong : context.theme.accent, text, most);
    corner.y += context.px(28);
  }
  if (context.view.of<TakeOver>().on) {
    draw_banner(context, corner, Icon::Dot, context.theme.stage_text(core::Stage::Memory), "you act", most);
    corner.y += context.px(28);
  }
  return corner;
}

}  // namespace qarium::widgets
