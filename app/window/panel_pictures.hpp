#pragma once
#include <cstdint>
#include <filesystem>
#include <string>

#include "app/window/clipboard_picture.hpp"
#include "widgets/pending.hpp"

namespace qarium::app {

struct PanelPicture {
  std::string title;             ///< of the panel
  std::int64_t step = 0;         ///< of learning
  std::filesystem::path folder;  ///< in which it is saved
  std::string png;
};

/// What becomes of pictures of panels; the status line tells it.
class PanelPictures {
 public:
  explicit PanelPictures(widgets::Pending& pending) : pending_(pending) {}

  /// Into a new file in its folder.
  void save(const PanelPicture& picture);
  /// Onto the desktop's clipboard. Where that cannot be had it is saved.
  void copy(PanelPicture picture);
  /// Looks whether the clipboard has answered. True where there is something new to be told.
  bool look();
  bool waiting() const { return clipboard_.waiting(); }

 private:
  void save_instead(const PanelPicture& picture, const std::string& why);

  widgets::Pending& pending_;
  ClipboardPicture clipboard_;
  PanelPicture offered_;
};

}  // namespace qarium::app
