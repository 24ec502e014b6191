#include "app/window/world_pictures.hpp"

#define STBI_ONLY_PNG
#define STBI_NO_STDIO
#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
#include <stb_image.h>
#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include <stb_image_write.h>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <memory>
#include <string_view>
#include <system_error>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/core/files.hpp"

namespace qarium::app {
namespace {

constexpr int kChannels = 4;
constexpr int kLargestSide = 1'024;
constexpr std::uintmax_t kLargestFile = 8'000'000;

}  // namespace

std::filesystem::path WorldPictures::file_of(const std::string& id) const {
  std::string name = id;
  std::ranges::replace_if(
      name, [](unsigned char letter) { return std::isalnum(letter) == 0 && letter != '-' && letter != '_'; }, '-');
  return folder_ / (name + ".png");
}

std::optional<protocol::Scene> WorldPictures::find(const std::string& id) const {
  if (folder_.empty()) return std::nullopt;
  try {
    const auto bytes = core::read_file(file_of(id), kLargestFile);
    const auto* data = reinterpret_cast<const stbi_uc*>(bytes.data());
    const auto size = static_cast<int>(bytes.size());
    int wide = 0;
    int high = 0;
    int channels = 0;
    if (stbi_info_from_memory(data, size, &wide, &high, &channels) == 0) return std::nullopt;
    if (wide < 1 || high < 1 || wide > kLargestSide || high > kLargestSide) return std::nullopt;
    const std::unique_ptr<stbi_uc, void (*)(void*)> pixels(
        stbi_load_from_memory(data, size, &wide, &high, &channels, kChannels), stbi_image_free);
    if (pixels == nullptr) return std::nullopt;
    protocol::Scene scene;
    scene.grid.rows = high;
    scene.grid.columns = wide;
    for (std::ptrdiff_t i = 0; i < std::ptrdiff_t{wide} * high; ++i) {
      const auto* pixel = pixels.get() + i * kChannels;
      scene.grid.cells.push_back({pixel[0], pixel[1], pixel[2]});
    }
    return scene;
  } catch (const core::UserError&) {  // there is none
    return std::nullopt;
  }
}

void WorldPictures::keep(const std::string& id, const protocol::CellGrid& frame) const {
  if (folder_.empty() || frame.cells.empty() || frame.rows > kLargestSide || frame.columns > kLargestSide) return;
  std::vector<unsigned char> pixels;
  for (const auto& color : frame.cells)
    pixels.insert(pixels.end(), {color.red, color.green, color.blue});
  std::string png;
  stbi_write_png_to_func(
      [](void* out, void* data, int size) {
        static_cast<std::string*>(out)->append(static_cast<const char*>(data), static_cast<std::size_t>(size));
      },
      &png, frame.columns, frame.rows, 3, pixels.data(), frame.columns * 3);
  std::error_code ignored;
  std::filesystem::create_directories(folder_, ignored);
  try {
    core::replace_file(file_of(id), std::string_view(png));
  } catch (const core::UserError&) {  // a comfort
    return;
  }
}

}  // namespace qarium::app
