#pragma once
#include <imgui.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

/// What happens to words and controls while a frame is drawn. Words that do not fit are told whole where they are
/// pointed at; a test hears of everything. The window's own hangs at ImGui's context, where drawing finds it.
struct DrawWatch {
  std::optional<std::string> pointed;  ///< words under the pointer that were shortened in the last frame, whole
  std::optional<std::string> pointed_next;
  /// A line of text, where all of it stands, clipped or not.
  std::function<void(const ImDrawList&, const Rect&, std::string_view)> on_text;
  /// A line of text that was shortened, and the room that it had.
  std::function<void(const ImDrawList&, const Rect&, std::string_view)> on_shortened;
  std::function<void(std::string_view, const Rect&)> on_control;  ///< name, all of its area
};

/// nullptr where nobody watches.
inline DrawWatch* draw_watch() {
  return static_cast<DrawWatch*>(ImGui::GetIO().UserData);
}

}  // namespace qarium::widgets
