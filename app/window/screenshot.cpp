#include "app/window/screenshot.hpp"

#include <epoxy/gl.h>
#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#include <stb_image_write.h>

#include <cstddef>
#include <vector>

#include "engine/core/error.hpp"

namespace qarium::app {

void write_screenshot(const std::string& file, int width, int height) {
  std::vector<unsigned char> pixels(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3);
  glPixelStorei(GL_PACK_ALIGNMENT, 1);
  glReadBuffer(GL_BACK);
  glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE, pixels.data());
  stbi_flip_vertically_on_write(1);
  if (stbi_write_png(file.c_str(), width, height, 3, pixels.data(), width * 3) == 0) {
    throw core::UserError("cannot write the screenshot '" + file + "': is the folder there and writable?");
  }
}

}  // namespace qarium::app
