#include "app/window/screenshot.hpp"

#include <epoxy/gl.h>
#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#include <stb_image_write.h>

#include <algorithm>
#include <cstddef>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/core/files.hpp"

namespace qarium::app {

std::string picture_of(const widgets::Rect& part, int width, int height) {
  const auto whole = [](float at, int most) { return std::clamp(static_cast<int>(at), 0, most); };
  const int left = whole(part.min.x, width);
  const int top = whole(part.min.y, height);
  const int wide = whole(part.max.x, width) - left;
  const int high = whole(part.max.y, height) - top;
  if (wide < 1 || high < 1) throw core::UserError("there is nothing to be seen of it: no picture was taken");
  std::vector<unsigned char> pixels(static_cast<std::size_t>(wide) * static_cast<std::size_t>(high) * 3);
  glPixelStorei(GL_PACK_ALIGNMENT, 1);
  glReadBuffer(GL_BACK);
  glReadPixels(left, height - top - high, wide, high, GL_RGB, GL_UNSIGNED_BYTE, pixels.data());
  stbi_flip_vertically_on_write(1);
  std::string png;
  const auto append = [](void* to, void* bytes, int size) {
    static_cast<std::string*>(to)->append(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
  };
  if (stbi_write_png_to_func(append, &png, wide, high, 3, pixels.data(), wide * 3) == 0)
    throw core::UserError("there is no memory for the picture");
  return png;
}

void write_screenshot(const std::string& file, int width, int height) {
  core::replace_file(file,
                     picture_of({{0, 0}, {static_cast<float>(width), static_cast<float>(height)}}, width, height));
}

}  // namespace qarium::app
