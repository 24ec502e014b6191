#include "app/window/clipboard_picture.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

namespace qarium::app {
namespace {

/// The bytes as a file without a name, to be read from its beginning: nobody has to wait for its reader, as with a
/// pipe.
class NamelessFile {
 public:
  explicit NamelessFile(std::string_view bytes) : descriptor_(memfd_create("picture", MFD_CLOEXEC)) {
    while (descriptor_ >= 0 && !bytes.empty()) {
      const auto written = write(descriptor_, bytes.data(), bytes.size());
      if (written <= 0) break;
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    whole_ = descriptor_ >= 0 && bytes.empty() && lseek(descriptor_, 0, SEEK_SET) == 0;
  }
  ~NamelessFile() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  NamelessFile(const NamelessFile&) = delete;
  NamelessFile& operator=(const NamelessFile&) = delete;

  bool whole() const { return whole_; }
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
  bool whole_ = false;
};

/// Starts the first of these words as a program that reads `input`, in a session of its own. -1 where it is not there.
pid_t start(std::vector<const char*> words, int input) {
  words.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
  pid_t child = -1;
  const int failed =
      posix_spawnp(&child, words.front(), &files, &attributes, const_cast<char* const*>(words.data()), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return failed == 0 ? child : -1;
}

}  // namespace

bool ClipboardPicture::offer(std::string_view png) {
  const NamelessFile input(png);
  if (!input.whole()) return false;
  pid_t child = -1;
  if (std::getenv("WAYLAND_DISPLAY") != nullptr) child = start({"wl-copy", "--type", "image/png"}, input.descriptor());
  if (child < 0 && std::getenv("DISPLAY") != nullptr)
    child = start({"xclip", "-selection", "clipboard", "-t", "image/png"}, input.descriptor());
  if (child >= 0) children_.push_back(child);
  return child >= 0;
}

std::optional<bool> ClipboardPicture::answer() {
  if (children_.empty()) return std::nullopt;
  const pid_t newest = children_.back();
  std::optional<bool> told;
  std::erase_if(children_, [&](pid_t child) {
    int status = 0;
    const pid_t ended = waitpid(child, &status, WNOHANG);
    if (ended == 0) return false;
    if (child == newest) told = ended == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    return true;
  });
  return told;
}

}  // namespace qarium::app
