#pragma once
#include <imgui.h>

#include <string>
#include <vector>

#include "widgets/parts/rect.hpp"

namespace qarium {

/// A line of text as it stands in a frame's vertices.
struct DrawnText {
  std::string text;
  ImU32 color = 0;
  widgets::Rect area;
  widgets::Rect clip;
  bool cut = false;  ///< some letter of it lies partly outside of its clip rectangle
};

/// All text of a frame, read back from its vertices by the places that the letters have in the font's texture. Needs a
/// font whose letters are all equally wide; letters that it does not have read '?'.
std::vector<DrawnText> drawn_texts(const ImDrawData& data, const ImFont& font);

}  // namespace qarium
