#include "widgets/parts/draw.hpp"

#include <array>
#include <cmath>

#include "widgets/parts/draw_watch.hpp"

namespace qarium::widgets {
namespace {

constexpr float kPi = 3.14159265F;
constexpr std::string_view kEllipsis = "...";

/// An angle of two lines that points to `way`, up or down.
void draw_chevron(ImDrawList& list, ImVec2 c, float h, ImU32 color, float way) {
  const float tip = 0.35F * h * way;
  const std::array points{ImVec2{c.x - 0.75F * h, c.y - tip}, ImVec2{c.x, c.y + tip},
                          ImVec2{c.x + 0.75F * h, c.y - tip}};
  list.AddPolyline(points.data(), 3, color, 0, std::max(1.0F, 0.3F * h));
}

/// The longest beginning that fits in `width`, at a character's border.
std::string_view beginning(const ImFont* font, std::string_view text, float width) {
  const char* rest = nullptr;
  font->CalcTextSizeA(font->FontSize, std::max(width, 0.0F), 0, text.data(), text.data() + text.size(), &rest);
  return {text.data(), static_cast<std::size_t>(rest - text.data())};
}

/// Cuts as many words off the front of `text` as fit in a line; at least one. (ImGui's own wrapping also breaks numbers
/// at their commas.)
std::string_view take_line(const ImFont* font, float width, std::string_view& text) {
  std::size_t end = 0;
  while (end < text.size()) {
    const auto next = std::min(text.find(' ', end + 1), text.size());
    if (end > 0 && text_width(font, text.substr(0, next)) > width) break;
    end = next;
  }
  const auto line = text.substr(0, end);
  text.remove_prefix(end < text.size() ? end + 1 : end);
  return line;
}

void draw_triangle(ImDrawList& list, ImVec2 c, float h, ImU32 color, float direction) {
  list.AddTriangleFilled({c.x - 0.7F * h * direction, c.y - 0.85F * h}, {c.x + 0.8F * h * direction, c.y},
                         {c.x - 0.7F * h * direction, c.y + 0.85F * h}, color);
}

void draw_step(ImDrawList& list, ImVec2 c, float h, ImU32 color, float direction) {
  draw_triangle(list, {c.x - 0.2F * h * direction, c.y}, h, color, direction);
  const float x = c.x + 0.8F * h * direction;
  list.AddRectFilled({x - 0.14F * h, c.y - 0.8F * h}, {x + 0.14F * h, c.y + 0.8F * h}, color);
}

void draw_reset(ImDrawList& list, ImVec2 c, float h, ImU32 color) {
  const float r = 0.75F * h;
  list.PathArcTo(c, r, -0.65F * kPi, 1.05F * kPi, 16);
  list.PathStroke(color, 0, std::max(1.0F, 0.24F * h));
  const ImVec2 tip{c.x + r * std::cos(-0.65F * kPi), c.y + r * std::sin(-0.65F * kPi)};
  list.AddTriangleFilled({tip.x - 0.5F * h, tip.y - 0.05F * h}, {tip.x + 0.3F * h, tip.y - 0.5F * h},
                         {tip.x + 0.3F * h, tip.y + 0.5F * h}, color);
}

void draw_theme(ImDrawList& list, ImVec2 c, float h, ImU32 color) {
  list.AddCircle(c, 0.85F * h, color, 20, std::max(1.0F, 0.2F * h));
  list.PathArcTo(c, 0.85F * h, -0.5F * kPi, 0.5F * kPi, 12);
  list.PathFillConvex(color);
}

void draw_warning(ImDrawList& list, ImVec2 c, float h, ImU32 color) {
  const float line = std::max(1.0F, 0.2F * h);
  list.AddTriangle({c.x, c.y - 0.9F * h}, {c.x + h, c.y + 0.8F * h}, {c.x - h, c.y + 0.8F * h}, color, line);
  list.AddRectFilled({c.x - line / 2, c.y - 0.35F * h}, {c.x + line / 2, c.y + 0.25F * h}, color);
  list.AddRectFilled({c.x - line / 2, c.y + 0.4F * h}, {c.x + line / 2, c.y + 0.4F * h + line}, color);
}

/// Two corners of a frame: pointing outwards to enlarge, inwards to reduce.
void draw_corners(ImDrawList& list, ImVec2 c, float h, ImU32 color, bool outwards) {
  const float line = std::max(1.0F, 0.2F * h);
  const float tip = outwards ? 0.8F * h : 0.15F * h;
  const float foot = outwards ? 0.1F * h : 0.85F * h;
  for (const float side : {-1.0F, 1.0F}) {
    const ImVec2 corner{c.x + side * tip, c.y - side * tip};
    list.AddLine(corner, {c.x + side * foot, corner.y}, color, line);
    list.AddLine(corner, {corner.x, c.y - side * foot}, color, line);
  }
}

/// Words that are shortened are told whole where they are pointed at.
void note_shortened(const ImDrawList& list, const Rect& area, std::string_view text) {
  auto* watch = draw_watch();
  if (watch == nullptr) return;
  if (watch->on_shortened) watch->on_shortened(list, area, text);
  const Rect seen = area.intersection({list.GetClipRectMin(), list.GetClipRectMax()});
  if (seen.contains(ImGui::GetIO().MousePos) && ImGui::IsWindowHovered()) watch->pointed_next = text;
}

}  // namespace

void draw_icon(ImDrawList& list, Icon icon, ImVec2 c, float size, ImU32 color) {
  const float h = size / 2;
  switch (icon) {
    case Icon::None:
      break;
    case Icon::Play:
    case Icon::Triangle:
      draw_triangle(list, c, h, color, 1);
      break;
    case Icon::Pause:
      list.AddRectFilled({c.x - 0.7F * h, c.y - 0.8F * h}, {c.x - 0.2F * h, c.y + 0.8F * h}, color);
      list.AddRectFilled({c.x + 0.2F * h, c.y - 0.8F * h}, {c.x + 0.7F * h, c.y + 0.8F * h}, color);
      break;
    case Icon::StepForward:
      draw_step(list, c, h, color, 1);
      break;
    case Icon::StepBack:
      draw_step(list, c, h, color, -1);
      break;
    case Icon::Diamond:
      list.AddNgonFilled(c, h, color, 4);
      break;
    case Icon::Reset:
      draw_reset(list, c, h, color);
      break;
    case Icon::ChevronDown:
      list.AddTriangleFilled({c.x - 0.6F * h, c.y - 0.35F * h}, {c.x + 0.6F * h, c.y - 0.35F * h},
                             {c.x, c.y + 0.5F * h}, color);
      break;
    case Icon::Theme:
      draw_theme(list, c, h, color);
      break;
    case Icon::Warning:
      draw_warning(list, c, h, color);
      break;
    case Icon::Dot:
      list.AddCircleFilled(c, 0.6F * h, color, 14);
      break;
    case Icon::Enlarge:
      draw_corners(list, c, h, color, true);
      break;
    case Icon::Reduce:
      draw_corners(list, c, h, color, false);
      break;
    case Icon::Arrow:
      list.AddLine({c.x - 0.9F * h, c.y}, {c.x + 0.8F * h, c.y}, color, std::max(1.0F, 0.18F * h));
      list.AddLine({c.x + 0.3F * h, c.y - 0.45F * h}, {c.x + 0.85F * h, c.y}, color, std::max(1.0F, 0.18F * h));
      list.AddLine({c.x + 0.3F * h, c.y + 0.45F * h}, {c.x + 0.85F * h, c.y}, color, std::max(1.0F, 0.18F * h));
      break;
    case Icon::Cross:
      list.AddLine({c.x - 0.6F * h, c.y - 0.6F * h}, {c.x + 0.6F * h, c.y + 0.6F * h}, color, 1.5F);
      list.AddLine({c.x - 0.6F * h, c.y + 0.6F * h}, {c.x + 0.6F * h, c.y - 0.6F * h}, color, 1.5F);
      break;
    case Icon::Fold:
      draw_chevron(list, c, h, color, -1);
      break;
    case Icon::Unfold:
      draw_chevron(list, c, h, color, 1);
      break;
  }
}

float text_width(const ImFont* font, std::string_view text) {
  if (text.empty()) return 0;  // ImGui takes no end for "until the zero"
  return font->CalcTextSizeA(font->FontSize, 1e9F, 0, text.data(), text.data() + text.size()).x;
}

void draw_text(ImDrawList& list, const ImFont* font, ImVec2 position, ImU32 color, std::string_view text) {
  if (text.empty()) return;
  if (const auto* watch = draw_watch(); watch != nullptr && watch->on_text) {
    watch->on_text(list, {position, position + ImVec2(text_width(font, text), font->FontSize)}, text);
  }
  list.AddText(font, font->FontSize, {std::round(position.x), std::round(position.y)}, color, text.data(),
               text.data() + text.size());
}

std::string shortened(const ImFont* font, std::string_view text, float width) {
  if (text_width(font, text) <= width + 0.5F) return std::string(text);
  return std::string(beginning(font, text, width - text_width(font, kEllipsis))).append(kEllipsis);
}

float draw_text_in(ImDrawList& list, const ImFont* font, const Rect& area, ImU32 color, std::string_view text,
                   Align align) {
  if (text.empty() || area.width() <= 0) return 0;
  const float width = text_width(font, text);
  const float y = area.min.y + (area.height() - font->FontSize) / 2;
  if (width > area.width() + 0.5F) {
    const auto kept = shortened(font, text, area.width());
    draw_text(list, font, {area.min.x, y}, color, kept);
    note_shortened(list, area, text);
    return text_width(font, kept);
  }
  const float room = area.width() - width;
  const float x = area.min.x + (align == Align::Left ? 0 : align == Align::Right ? room : room / 2);
  draw_text(list, font, {x, y}, color, text);
  return width;
}

float draw_wrapped(ImDrawList& list, const ImFont* font, ImVec2 position, float width, ImU32 color,
                   std::string_view text) {
  float y = 0;
  while (!text.empty()) {
    const auto line = take_line(font, width, text);
    draw_text(list, font, {position.x, position.y + y}, color, line);
    y += font->FontSize;
  }
  return y;
}

float wrapped_height(const ImFont* font, float width, std::string_view text) {
  float y = 0;
  while (!text.empty()) {
    take_line(font, width, text);
    y += font->FontSize;
  }
  return y;
}

void fill(ImDrawList& list, const Rect& area, ImU32 color, float rounding) {
  list.AddRectFilled(area.min, area.max, color, rounding);
}

void outline(ImDrawList& list, const Rect& area, ImU32 color, float rounding, float thickness) {
  list.AddRect(area.min, area.max, color, rounding, 0, thickness);
}

Glyphs glyphs(const ImFont* font) {
  const auto pick = [font](ImWchar code, const char* glyph, const char* plain) {
    return font->FindGlyphNoFallback(code) != nullptr ? glyph : plain;
  };
  return {pick(0x2192, "→", "->"), pick(0x3b4, "δ", "d"), pick(0x3b3, "γ", "g"), pick(0x2212, "−", "-"),
          pick(0xd7, "×", "x")};
}

}  // namespace qarium::widgets
