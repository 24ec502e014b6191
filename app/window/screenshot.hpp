#pragma once
#include <string>

#include "widgets/parts/rect.hpp"

namespace qarium::app {

/// Writes what was drawn, before it is shown, as PNG. Throws core::UserError naming the file where it cannot be
/// written.
void write_screenshot(const std::string& file, int width, int height);
/// A part of it, in pixels from the top left, as the bytes of a PNG. Throws core::UserError where there is nothing of
/// it.
std::string picture_of(const widgets::Rect& part, int width, int height);

}  // namespace qarium::app
