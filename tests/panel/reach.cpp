#include "tests/panel/reach.hpp"

#include <imgui_internal.h>

#include "widgets/parts/draw_watch.hpp"

namespace qarium {
namespace {

using widgets::Rect;

/// An interval on one axis.
struct Span {
  float low;
  float high;
};

Span span_of(const Rect& area, int axis) {
  return axis == 0 ? Span{area.min.x, area.max.x} : Span{area.min.y, area.max.y};
}
Span span_of(const ImRect& area, int axis) {
  return span_of(Rect{area.Min, area.Max}, axis);
}

bool within(const Span& inner, const Span& outer, float slack) {
  return inner.low >= outer.low - slack && inner.high <= outer.high + slack;
}

/// Can this interval be brought into sight by the scroll bars of `window` and of those around it?
bool comes_into_sight(const ImGuiWindow* window, Span span, int axis, float slack) {
  for (; window != nullptr;
       window = (window->Flags & ImGuiWindowFlags_ChildWindow) != 0 ? window->ParentWindow : nullptr) {
    const Span seen = span_of(window->InnerRect, axis);
    if (within(span, seen, slack)) continue;
    const float scroll = window->Scroll[axis];
    const float most = window->ScrollMax[axis];
    if (most <= 0 || !within(span, {seen.low - scroll, seen.high - scroll + most}, slack)) return false;
    const float size = std::min(span.high - span.low, seen.high - seen.low);
    const float low = std::clamp(span.low, seen.low, seen.high - size);
    span = {low, low + size};
  }
  return true;
}

/// A clip rectangle that was pushed inside of its window is not scrolled.
bool in_sight(const ImDrawList& list, const Rect& area, int axis, float slack) {
  const auto* window = ImGui::GetCurrentWindowRead();
  if (window->SkipItems) return true;  // scrolled out of sight as a whole: looked at where it is not
  const Span span = span_of(area, axis);
  const Span clip = span_of(Rect{list.GetClipRectMin(), list.GetClipRectMax()}, axis);
  if (&list != window->DrawList) return within(span, clip, slack);
  const Span own = span_of(window->InnerClipRect, axis);
  if (clip.low > own.low + 1 && span.low < clip.low - slack) return false;
  if (clip.high < own.high - 1 && span.high > clip.high + slack) return false;
  return comes_into_sight(window, span, axis, slack);
}

/// What scrolls the panels; nullptr where all have room.
ImGuiWindow* workspace_window() {
  for (auto* window : ImGui::GetCurrentContext()->Windows) {
    if (window->WasActive && std::string_view(window->Name).starts_with("Qarium/workspace_") &&
        std::string_view(window->Name).find('/', 17) == std::string_view::npos)
      return window;
  }
  return nullptr;
}

bool scrolls(const ImGuiWindow& window) {
  return (window.Flags & ImGuiWindowFlags_NoScrollbar) == 0 && window.ScrollMax.y > 0;
}

}  // namespace

Reach::Reach(Rig& rig) : rig_(rig) {
  auto& watch = rig.view.transient.watch;
  watch.on_text = [this](const ImDrawList& list, const Rect& area, std::string_view text) {
    // Letters do not fill their line's height.
    const bool seen = in_sight(list, area, 0, 1.5F) && in_sight(list, area, 1, 0.25F * area.height());
    if (!seen) lost_.insert("words: " + std::string(text));
    words_.push_back({&list, area.intersection({list.GetClipRectMin(), list.GetClipRectMax()}), std::string(text)});
  };
  watch.on_shortened = [this](const ImDrawList& list, const Rect& area, std::string_view text) {
    const Rect seen = area.intersection({list.GetClipRectMin(), list.GetClipRectMax()});
    if (!seen.empty()) shortened_.push_back({seen.centre(), std::string(text)});
  };
  watch.on_control = [this](std::string_view name, const Rect& area) {
    const auto& list = *ImGui::GetWindowDrawList();
    const bool empty = area.width() < 1 || area.height() < 1;
    if (empty || !in_sight(list, area, 0, 2) || !in_sight(list, area, 1, 2))
      lost_.insert("control: " + std::string(name));
  };
}

Reach::~Reach() {
  auto& watch = rig_.view.transient.watch;
  watch.on_text = nullptr;
  watch.on_shortened = nullptr;
  watch.on_control = nullptr;
}

void Reach::look() {
  lost_.clear();
  shortened_.clear();
  doubled_.clear();
  overlapping_.clear();
  watch_frame();
  auto* workspace = workspace_window();
  if (workspace == nullptr) return;
  // Page by page.
  const float page = workspace->InnerRect.GetHeight() / 2;
  for (float at = page; at < workspace->ScrollMax.y + page; at += page) {
    ImGui::SetScrollY(workspace, std::min(at, workspace->ScrollMax.y));
    rig_.frame();
    watch_frame();
  }
}

void Reach::watch_frame() {
  words_.clear();
  rig_.frame();
  note_doubled();
  note_overlapping();
}

void Reach::note_overlapping() {
  // Letters do not fill their line's height, and neighbours may touch.
  const auto ink = [](const Rect& area) { return area.shrunk(1, 0.22F * area.height()); };
  for (auto a = words_.begin(); a != words_.end(); ++a) {
    for (auto b = a + 1; b != words_.end(); ++b) {
      const bool both = a->list == b->list && !ink(a->seen).empty() && !ink(b->seen).empty();
      if (both && ink(a->seen).overlaps(ink(b->seen))) overlapping_.insert(a->text + " | " + b->text);
    }
  }
}

void Reach::note_doubled() {
  for (const auto* window : ImGui::GetCurrentContext()->Windows) {
    if (!window->WasActive || !scrolls(*window)) continue;
    for (const auto* around = window->ParentWindow; around != nullptr; around = around->ParentWindow) {
      if (scrolls(*around)) doubled_.insert(std::string(window->Name) + " in " + around->Name);
    }
  }
}

}  // namespace qarium
