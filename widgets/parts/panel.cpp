#include "widgets/parts/panel.hpp"

#include <algorithm>
#include <cmath>

#include "widgets/folding.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/draw.hpp"
#include "widgets/parts/draw_watch.hpp"

namespace qarium::widgets {
namespace {

constexpr float kPadding = 12;
constexpr float kLeastQuiet = 72;
constexpr float kFold = 16;

/// A line that reads upwards from `foot`, its left lower corner. What is written is written lying, and turned.
void draw_turned(ImDrawList& list, const ImFont* font, ImVec2 foot, ImU32 color, std::string_view text) {
  const ImVec2 from = list.GetClipRectMin();
  const float length = text_width(font, text);
  if (const auto* watch = draw_watch(); watch != nullptr && watch->on_text)
    watch->on_text(list, {{foot.x, foot.y - length}, {foot.x + font->FontSize, foot.y}}, text);
  // Room for both: letters beyond the clip rectangle would not be written, and not be seen.
  list.PushClipRect(from, {from.x + length + 1, std::max(from.y + font->FontSize, foot.y) + 1});
  const int first = list.VtxBuffer.Size;
  list.AddText(font, font->FontSize, from, color, text.data(), text.data() + text.size());
  for (int i = first; i < list.VtxBuffer.Size; ++i) {
    auto& at = list.VtxBuffer[i].pos;
    at = {std::round(foot.x) + (at.y - from.y), std::round(foot.y) - (at.x - from.x)};
  }
  list.PopClipRect();
}

}  // namespace

Panel::Panel(const PanelContext& context, std::string_view title, std::string_view quiet, ImU32 mark, const Rect& area,
             float tools_width)
    : context_(context), title_(title), area_(area), folded_(is_folded(context, title)) {
  const auto& theme = context.theme;
  ImGui::SetCursorScreenPos(area.min);
  ImGui::BeginChild(title_.c_str(), {std::max(1.0F, area.width()), std::max(1.0F, area.height())}, false,
                    ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  auto& list = *ImGui::GetWindowDrawList();
  const float rounding = context.px(6);
  fill(list, area, theme.panel, rounding);
  outline(list, area, theme.line, rounding);
  const bool turned = folded_ && area.width() < context.px(kPanelHead) + 1;
  if (turned) {
    draw_turned_head(mark);
  } else {
    Rect rest = area;
    const Rect head = rest.cut_top(context.px(kPanelHead));
    if (!folded_) list.AddLine({area.min.x + 1, head.max.y}, {area.max.x - 1, head.max.y}, theme.line);
    draw_head(quiet, mark, head, folded_ ? 0 : tools_width);
    body_ = rest.shrunk(context.px(kPadding), context.px(kPadding));
  }
  if (ImGui::IsMouseHoveringRect(area.min, area.max)) context.view.transient.hovered_panel_next = title_;
}

void Panel::draw_mark(const Rect& place, ImU32 color) const {
  const ImVec2 half{context_.px(4), context_.px(4)};
  fill(*ImGui::GetWindowDrawList(), {place.centre() - half, place.centre() + half}, color, context_.px(1.5F));
}

void Panel::draw_head(std::string_view quiet, ImU32 mark, Rect head, float tools_width) {
  const auto& context = context_;
  const auto& theme = context.theme;
  auto& list = *ImGui::GetWindowDrawList();
  head = head.shrunk(context.px(kPadding), 0);
  if (!context.view.present.on()) {
    head.max.x += context.px(kPadding - 8);
    draw_fold(head.cut_right(context.px(kFold), context.px(4)));
  }
  tools_ = head.cut_right(tools_width, tools_width > 0 ? context.px(8) : 0).shrunk(0, context.px(5));
  draw_mark(head.cut_left(context.px(8), context.px(10)), mark);
  const float width = draw_text_in(list, context.fonts.title, head, theme.text, title_);
  head.cut_left(width, context.px(10));
  // A few letters of it would say nothing.
  const float wanted = text_width(context.fonts.quiet, quiet);
  if (head.width() >= std::min(wanted, context.px(kLeastQuiet)))
    draw_text_in(list, context.fonts.quiet, head, theme.quiet, quiet);
  // What is shortened is told where it is pointed at.
  const Rect whole{{area_.min.x + context.px(kPadding), head.min.y}, head.max};
  work_head(whole, wanted > head.width() ? quiet : std::string_view());
}

void Panel::draw_turned_head(ImU32 mark) {
  const auto& context = context_;
  auto& list = *ImGui::GetWindowDrawList();
  Rect rest = area_;
  draw_fold(rest.cut_top(context.px(kPanelHead)));
  draw_mark(rest.cut_top(context.px(8), context.px(10)), mark);
  rest.max.y -= context.px(kPadding);
  const auto* font = context.fonts.title;
  const auto words = shortened(font, title_, rest.height());
  const ImVec2 foot{rest.centre().x - font->FontSize / 2, rest.min.y + text_width(font, words)};
  draw_turned(list, font, foot, context.theme.text, words);
  work_head(rest, words == title_ ? std::string_view() : std::string_view(title_));
}

/// What the pointer does with a head; `told` where it rests.
void Panel::work_head(const Rect& head, std::string_view told) {
  const auto name = std::string("head.").append(title_);
  const auto interaction = interact(context_, name, head);
  tooltip(context_, name, interaction, told);
  auto& view = context_.view;
  if (interaction.hovered && ImGui::IsMouseDoubleClicked(0)) {
    view.present = view.present.on() ? Present{} : Present{title_, {}};
  }
  if (interaction.hovered && ImGui::IsMouseClicked(1)) {
    view.transient.panel_menu = {title_, area_};
    view.transient.panel_menu_opens = true;
  }
}

void Panel::draw_fold(const Rect& place) {
  const auto name = std::string("head.fold.").append(title_);
  const Rect hit = place.shrunk(0, folded_ ? 0 : context_.px(6));
  const auto state = press(context_, name, hit);
  const auto& theme = context_.theme;
  draw_icon(*ImGui::GetWindowDrawList(), folded_ ? Icon::Unfold : Icon::Fold, hit.centre(), context_.px(9),
            state.hovered ? theme.text : theme.quiet);
  tooltip(context_, name, state, folded_ ? "Unfold this panel" : "Fold this panel to its head");
  if (state.clicked) fold(context_, title_, !folded_);
}

Rect Panel::strip(float height) {
  return body_.cut_top(height, context_.px(8));
}

Rect Panel::begin_body(float content_height) {
  body_open_ = true;
  content_height_ = content_height;
  if (content_height > 0) note_comfort(context_, title_, area_.height() - body_.height() + content_height);
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
