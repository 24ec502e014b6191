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
  const ImFont* font = nullptr;
  bool cut = false;  ///< some letter of it lies partly beyond the left or right of its clip rectangle
};

/// All text of a frame, read back from its vertices by the places that the letters have in the fonts' texture. Spaces
/// are told by the gaps they leave; letters that a font does not have read as what it shows in their place.
std::vector<DrawnText> drawn_texts(const ImDrawData& data, const ImFontAtlas& fonts);

}  // namespace qarium
