#pragma once
#include <string>

#include "widgets/parts/rect.hpp"

namespace qarium::app {

/// Writes what was drawn, before it is shown, as PNG. Throws core::UserError naming the file where it cannot be
/// written.
void write_screenshot(const std::string& file, int width, int height);
/// A part of it, in pixels from the top left. Throws core::UserError as the other.
void write_picture(const std::string& file, const widgets::Rect& part, int width, int height);

}  // namespace qarium::app
