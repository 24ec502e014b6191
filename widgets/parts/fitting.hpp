#pragma once
#include <initializer_list>

#include "widgets/parts/draw.hpp"
#include "widgets/parts/format.hpp"

namespace qarium::widgets {

/// The first of these words that is no wider; empty where none is.
inline ShortText fitting(const ImFont* font, float width, std::initializer_list<ShortText> texts) {
  for (const auto& text : texts) {
    if (text_width(font, text) <= width) return text;
  }
  return {};
}

}  // namespace qarium::widgets
