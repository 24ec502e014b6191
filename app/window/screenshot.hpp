#pragma once
#include <string>

namespace qarium::app {

/// Writes what the window's framebuffer holds as PNG. Throws core::UserError naming the file where it cannot be written.
void write_screenshot(const std::string& file, int width, int height);

}  // namespace qarium::app
