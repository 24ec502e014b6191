#include "widgets/parts/panel.hpp"

#include <algorithm>
#include <string>

#include "widgets/parts/controls.hpp"
#include "widgets/parts/draw.hpp"

namespace qarium::widgets {
namespace {

constexpr float kHead = 32;
constexpr float kPadding = 12;
constexpr float kLeastQuiet = 72;

}  // namespace

Panel::Panel(const PanelContext& context, std::string_view title, std::string_view quiet, ImU32 mark, const Rect& area,
             float tools_width)
    : context_(context), area_(area) {
  const auto& theme = context.theme;
  ImGui::SetCursorScreenPos(area.min);
  const std::string id(title);
  ImGui::BeginChild(id.c_str(), {std::max(1.0F, area.width()), std::max(1.0F, area.height())}, false,
                    ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  auto& list = *ImGui::GetWindowDrawList();
  const float rounding = context.px(6);
  fill(list, area, theme.panel, rounding);

  Rect rest = area;
  Rect head = rest.cut_top(context.px(kHead));
  outline(list, area, theme.line, rounding);
  list.AddLine({area.min.x + 1, head.max.y}, {area.max.x - 1, head.max.y}, theme.line);
  head = head.shrunk(context.px(kPadding), 0);
  tools_ = head.cut_right(tools_width, tools_width > 0 ? context.px(8) : 0).shrunk(0, context.px(5));
  const Rect square = head.cut_left(context.px(8), context.px(10));
  const float half = context.px(4);
  fill(list, {square.centre() - ImVec2(half, half), square.centre() + ImVec2(half, half)}, mark, context.px(1.5F));
  const float width = draw_text_in(list, context.fonts.title, head, theme.text, title);
  head.cut_left(width, context.px(10));
  // A few letters of it would say nothing.
  const float wanted = text_width(context.fonts.quiet, quiet);
  if (head.width() >= std::min(wanted, context.px(kLeastQuiet)))
    draw_text_in(list, context.fonts.quiet, head, theme.quiet, quiet);
  // What is shortened is told where it is pointed at.
  const Rect whole{{area.min.x + context.px(kPadding), head.min.y}, head.max};
  const auto name = std::string("head.").append(title);
  const auto interaction = interact(context, name, whole);
  if (wanted > head.width()) tooltip(context, name, interaction, quiet);
  auto& view = context.view;
  if (interaction.hovered && ImGui::IsMouseDoubleClicked(0)) {
    view.present = view.present.on() ? Present{} : Present{id, {}};
  }
  if (interaction.hovered && ImGui::IsMouseClicked(1)) {
    view.transient.panel_menu = {id, area};
    view.transient.panel_menu_opens = true;
  }
  if (ImGui::IsMouseHoveringRect(area.min, area.max)) view.transient.hovered_panel_next = id;
  body_ = rest.shrunk(context.px(kPadding), context.px(kPadding));
}

Rect Panel::strip(float height) {
  return body_.cut_top(height, context_.px(8));
}

Rect Panel::begin_body(float content_height) {
  body_open_ = true;
  content_height_ = content_height;
  const bool scrolls = content_height > body_.height() + 0.5F;
  // A body that scrolls reaches to the panel's border, where its scroll bar stands.
  Rect view = body_;
  if (scrolls) view = {{body_.min.x, body_.min.y}, {area_.max.x - context_.px(2), area_.max.y - context_.px(2)}};
  ImGui::SetCursorScreenPos(view.min);
  ImGui::BeginChild("body", {std::max(1.0F, view.width()), std::max(1.0F, view.height())}, false,
                    scrolls ? 0 : ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  return {origin, {origin.x + body_.width(), origin.y + std::max(content_height, body_.height())}};
}

Panel::~Panel() {
  if (body_open_) {
    if (content_height_ > body_.height() + 0.5F) {
      ImGui::SetCursorPos({0, content_height_ + context_.px(kPadding) - 1});
      ImGui::Dummy({1, 1});
    }
    ImGui::EndChild();
  }
  ImGui::EndChild();
}

}  // namespace qarium::widgets
