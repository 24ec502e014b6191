#pragma once
#include <sys/types.h>

#include <optional>
#include <string_view>
#include <vector>

namespace qarium::app {

/// Pictures on the desktop's clipboard. GLFW has text alone, so a PNG is handed to wl-copy (Wayland) or xclip (X11),
/// which keeps it there until something else is copied, also when this program has ended.
class ClipboardPicture {
 public:
  /// Starts the program and does not wait for it. False where none is there that this desktop has a use for.
  bool offer(std::string_view png);
  /// Whether the clipboard has taken the picture offered last: told once. Nothing before that is known.
  std::optional<bool> answer();
  bool waiting() const { return !children_.empty(); }

 private:
  std::vector<pid_t> children_;  ///< not ended yet; the last is that of the newest picture
};

}  // namespace qarium::app
