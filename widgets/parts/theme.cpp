#include "widgets/parts/theme.hpp"

#include <cmath>

namespace qarium::widgets {
namespace {

ImVec4 vec(ImU32 color) {
  return ImGui::ColorConvertU32ToFloat4(color);
}

void apply_sizes(ImGuiStyle& style) {
  style.WindowPadding = {12, 12};
  style.WindowRounding = 6;
  style.WindowBorderSize = 1;
  style.WindowMinSize = {16, 16};
  style.ChildRounding = 6;
  style.ChildBorderSize = 1;
  style.PopupRounding = 6;
  style.PopupBorderSize = 1;
  style.FramePadding = {8, 4};
  style.FrameRounding = 4;
  style.FrameBorderSize = 1;
  style.ItemSpacing = {8, 8};
  style.ItemInnerSpacing = {8, 4};
  style.CellPadding = {4, 4};
  style.IndentSpacing = 16;
  style.ScrollbarSize = 8;
  style.ScrollbarRounding = 4;
  style.GrabMinSize = 16;
  style.GrabRounding = 4;
  style.TabRounding = 4;
  style.WindowTitleAlign = {0, 0.5F};
  style.DisplaySafeAreaPadding = {6, 6};  // what tooltips keep from the window's edge
}

}  // namespace

ImU32 mixed(ImU32 from, ImU32 to, float t) {
  ImU32 result = 0;
  for (unsigned shift = 0; shift < 32; shift += 8) {
    const auto a = static_cast<float>(from >> shift & 255U);
    const auto b = static_cast<float>(to >> shift & 255U);
    result |= static_cast<ImU32>(std::lround(a + (b - a) * t)) << shift;
  }
  return result;
}

ImU32 Theme::group(config::Group group) const {
  switch (group) {
    case config::Group::Learning:
      return accent;
    case config::Group::Exploration:
      return good;
    case config::Group::Encoder:
      return stage(core::Stage::Encoder);
    case config::Group::Attention:
      return stage(core::Stage::Attention);
    case config::Group::Memory:
      return stage(core::Stage::Memory);
    case config::Group::Fusion:
      return stage(core::Stage::Fusion);
    case config::Group::Head:
      return stage(core::Stage::Head);
    case config::Group::Environment:
    case config::Group::Run:
      break;
  }
  return quiet;
}

void apply_style(const Theme& theme, float scale) {
  ImGuiStyle style;
  apply_sizes(style);
  for (auto& color : style.Colors)
    color = vec(theme.raised);  // what is not named below still is one of ours
  const auto set = [&style](ImGuiCol which, ImU32 color) { style.Colors[which] = vec(color); };
  set(ImGuiCol_Text, theme.text);
  set(ImGuiCol_TextDisabled, theme.quiet);
  set(ImGuiCol_WindowBg, theme.ground);
  set(ImGuiCol_ChildBg, 0);
  set(ImGuiCol_PopupBg, theme.panel);
  set(ImGuiCol_Border, theme.line);
  set(ImGuiCol_BorderShadow, 0);
  set(ImGuiCol_FrameBg, theme.raised);
  set(ImGuiCol_FrameBgHovered, theme.raised_hover);
  set(ImGuiCol_FrameBgActive, theme.raised_active);
  set(ImGuiCol_TitleBg, theme.panel);
  set(ImGuiCol_TitleBgActive, theme.panel);
  set(ImGuiCol_TitleBgCollapsed, theme.panel);
  set(ImGuiCol_ScrollbarBg, 0);
  set(ImGuiCol_ScrollbarGrab, theme.line);
  set(ImGuiCol_ScrollbarGrabHovered, theme.quiet);
  set(ImGuiCol_ScrollbarGrabActive, theme.quiet);
  set(ImGuiCol_CheckMark, theme.accent);
  set(ImGuiCol_SliderGrab, theme.accent);
  set(ImGuiCol_SliderGrabActive, theme.accent);
  set(ImGuiCol_ButtonHovered, theme.raised_hover);
  set(ImGuiCol_ButtonActive, theme.raised_active);
  set(ImGuiCol_HeaderHovered, theme.raised_hover);
  set(ImGuiCol_HeaderActive, theme.raised_active);
  set(ImGuiCol_Separator, theme.line);
  set(ImGuiCol_SeparatorHovered, theme.accent);
  set(ImGuiCol_SeparatorActive, theme.accent);
  set(ImGuiCol_PlotLines, theme.accent);
  set(ImGuiCol_PlotHistogram, theme.accent);
  set(ImGuiCol_TableBorderStrong, theme.line);
  set(ImGuiCol_TableBorderLight, theme.line_quiet);
  set(ImGuiCol_TableRowBg, 0);
  set(ImGuiCol_TextSelectedBg, faded(theme.accent, 0.35F));
  set(ImGuiCol_DragDropTarget, theme.accent);
  set(ImGuiCol_NavHighlight, theme.accent);
  set(ImGuiCol_NavWindowingDimBg, theme.shade);
  set(ImGuiCol_ModalWindowDimBg, theme.shade);
  style.ScaleAllSizes(scale);
  style.WindowBorderSize = style.ChildBorderSize = style.PopupBorderSize = style.FrameBorderSize = 1;
  ImGui::GetStyle() = style;
}

}  // namespace qarium::widgets
