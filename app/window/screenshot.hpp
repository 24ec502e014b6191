#pragma once
#include <string>

namespace qarium::app {

/// Writes what was drawn, before it is shown, as PNG. Throws core::UserError naming the file where it cannot be
/// written.
void write_screenshot(const std::string& file, int width, int height);

}  // namespace qarium::app
