#include "app/window/kept_texture.hpp"

#include <epoxy/gl.h>

namespace qarium::app {

PixelFormat pixel_format(const protocol::Color* /*kind*/) {
  return {GL_RGBA8, GL_RGBA, GL_UNSIGNED_BYTE};
}

PixelFormat pixel_format(const float* /*kind*/) {
  return {GL_R32F, GL_RED, GL_FLOAT};
}

void upload_texture(unsigned& id, bool resized, int width, int height, const PixelFormat& format, const void* pixels) {
  if (id == 0) glGenTextures(1, &id);
  int bound = 0;
  glGetIntegerv(GL_TEXTURE_BINDING_2D, &bound);
  glBindTexture(GL_TEXTURE_2D, id);
  if (resized) {
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
    glTexImage2D(GL_TEXTURE_2D, 0, format.stored, width, height, 0, format.channels, format.type, pixels);
  } else {
    glTexSubImage2D(GL_TEXTURE_2D, 0, 0, 0, width, height, format.channels, format.type, pixels);
  }
  glBindTexture(GL_TEXTURE_2D, static_cast<unsigned>(bound));
}

void delete_texture(unsigned id) {
  if (id != 0) glDeleteTextures(1, &id);
}

}  // namespace qarium::app
