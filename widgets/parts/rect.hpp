#pragma once
#include <imgui.h>

#include <algorithm>

namespace qarium::widgets {

inline ImVec2 operator+(const ImVec2& a, const ImVec2& b) {
  return {a.x + b.x, a.y + b.y};
}
inline ImVec2 operator-(const ImVec2& a, const ImVec2& b) {
  return {a.x - b.x, a.y - b.y};
}
inline ImVec2 operator*(const ImVec2& a, float k) {
  return {a.x * k, a.y * k};
}

/// A rectangle on the screen, in pixels. The `cut_` functions take a strip off one side and return it, so that a layout
/// reads as a list of cuts.
struct Rect {
  ImVec2 min;
  ImVec2 max;

  float width() const { return max.x - min.x; }
  float height() const { return max.y - min.y; }
  ImVec2 size() const { return {width(), height()}; }
  ImVec2 centre() const { return {(min.x + max.x) / 2, (min.y + max.y) / 2}; }
  bool empty() const { return width() <= 0 || height() <= 0; }
  bool contains(const ImVec2& p) const { return p.x >= min.x && p.x < max.x && p.y >= min.y && p.y < max.y; }
  bool contains(const Rect& r) const {
    return r.min.x >= min.x && r.min.y >= min.y && r.max.x <= max.x && r.max.y <= max.y;
  }
  bool overlaps(const Rect& r) const {
    return min.x < r.max.x && r.min.x < max.x && min.y < r.max.y && r.min.y < max.y;
  }
  Rect shrunk(float by) const { return {{min.x + by, min.y + by}, {max.x - by, max.y - by}}; }
  Rect shrunk(float x, float y) const { return {{min.x + x, min.y + y}, {max.x - x, max.y - y}}; }
  Rect intersection(const Rect& r) const {
    return {{std::max(min.x, r.min.x), std::max(min.y, r.min.y)}, {std::min(max.x, r.max.x), std::min(max.y, r.max.y)}};
  }

  Rect cut_top(float h, float gap = 0) {
    const Rect taken{min, {max.x, min.y + h}};
    min.y += h + gap;
    return taken;
  }
  Rect cut_bottom(float h, float gap = 0) {
    const Rect taken{{min.x, max.y - h}, max};
    max.y -= h + gap;
    return taken;
  }
  Rect cut_left(float w, float gap = 0) {
    const Rect taken{min, {min.x + w, max.y}};
    min.x += w + gap;
    return taken;
  }
  Rect cut_right(float w, float gap = 0) {
    const Rect taken{{max.x - w, min.y}, max};
    max.x -= w + gap;
    return taken;
  }
};

}  // namespace qarium::widgets
