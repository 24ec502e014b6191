#pragma once
#include <vector>

#include "engine/protocol/scene.hpp"

namespace qarium::app {

/// How pixels of one kind lie in memory and in a texture, in OpenGL's words.
struct PixelFormat {
  int stored;
  unsigned channels;
  unsigned type;
};
PixelFormat pixel_format(const protocol::Color*);
PixelFormat pixel_format(const float*);

/// Sends pixels to a texture, which is made where `id` is 0 and sized anew where `resized`.
void upload_texture(unsigned& id, bool resized, int width, int height, const PixelFormat& format, const void* pixels);
void delete_texture(unsigned id);

/// A texture that remembers what it holds, so that only what differs is uploaded.
template <class Pixel>
class KeptTexture {
 public:
  KeptTexture() = default;
  KeptTexture(const KeptTexture&) = delete;
  KeptTexture& operator=(const KeptTexture&) = delete;
  ~KeptTexture() { delete_texture(id_); }

  /// Returns whether anything had to be uploaded.
  bool hold(const std::vector<Pixel>& pixels, int width, int height) {
    const bool resized = id_ == 0 || width_ != width || height_ != height;
    if (!resized && content_ == pixels) return false;
    upload_texture(id_, resized, width, height, pixel_format(pixels.data()), pixels.data());
    width_ = width;
    height_ = height;
    content_ = pixels;
    return true;
  }
  unsigned id() const { return id_; }

 private:
  unsigned id_ = 0;
  int width_ = 0;
  int height_ = 0;
  std::vector<Pixel> content_;
};

}  // namespace qarium::app
