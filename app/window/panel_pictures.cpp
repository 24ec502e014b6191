#include "app/window/panel_pictures.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include "engine/core/files.hpp"

namespace qarium::app {
namespace {

/// A new file, by the panel's title and the step. Throws where it cannot be written.
std::filesystem::path write(const PanelPicture& picture) {
  std::string name = picture.title + " " + std::to_string(picture.step);
  std::replace_if(name.begin(), name.end(), [](unsigned char letter) { return std::isalnum(letter) == 0; }, '-');
  std::filesystem::create_directories(picture.folder);
  auto file = picture.folder / (name + ".png");
  for (int number = 2; std::filesystem::exists(file); ++number)
    file = picture.folder / (name + "-" + std::to_string(number) + ".png");
  core::replace_file(file, picture.png);
  return file;
}

}  // namespace

void PanelPictures::save(const PanelPicture& picture) {
  try {
    pending_.told("saved " + core::shown(write(picture)), true);
  } catch (const std::exception& error) {
    pending_.told(error.what(), false);
  }
}

void PanelPictures::copy(PanelPicture picture) {
  if (!clipboard_.offer(picture.png)) {
    save_instead(picture, "copying pictures needs xclip (X11) or wl-clipboard (Wayland)");
    return;
  }
  offered_ = std::move(picture);
}

bool PanelPictures::look() {
  const auto taken = clipboard_.answer();
  if (!taken) return false;
  const auto picture = std::exchange(offered_, {});
  if (*taken) {
    pending_.told("copied the picture of " + picture.title, true);
  } else {
    save_instead(picture, "the clipboard has not taken the picture");
  }
  return true;
}

void PanelPictures::save_instead(const PanelPicture& picture, const std::string& why) {
  try {
    pending_.told(why + "; saved " + core::shown(write(picture)), false);
  } catch (const std::exception& error) {
    pending_.told(why + "; " + error.what(), false);
  }
}

}  // namespace qarium::app
