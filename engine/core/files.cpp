#include "engine/core/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>

#include "engine/core/error.hpp"

namespace qarium::core {
namespace {

/// A file descriptor that is closed.
class Descriptor {
 public:
  Descriptor(const std::filesystem::path& file, int flags) : number_(::open(file.c_str(), flags | O_CLOEXEC, 0666)) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

[[noreturn]] void cannot_write(const std::filesystem::path& file, int error) {
  const char* remedy = error == ENOSPC || error == EDQUOT  ? ": the disk is full, make room"
                       : error == ENOENT                   ? ": its folder is gone, make it again"
                       : error == EACCES || error == EROFS ? ": it may not be written there, choose another place"
                                                           : "";
  throw UserError("cannot write '" + shown(file) + "' (" + std::strerror(error) + ")" + remedy);
}

/// 0, or what went wrong.
int write_all(int descriptor, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return 0;
}

int write_new(const std::filesystem::path& file, std::span<const std::byte> bytes) {
  const Descriptor descriptor(file, O_WRONLY | O_CREAT | O_TRUNC);
  if (descriptor.number() < 0) return errno;
  if (const int error = write_all(descriptor.number(), bytes); error != 0) return error;
  return ::fsync(descriptor.number()) == 0 || errno == EINVAL ? 0 : errno;
}

}  // namespace

void replace_file(const std::filesystem::path& named, std::span<const std::byte> bytes) {
  std::error_code ignored;
  const auto status = std::filesystem::status(named, ignored);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    if (const int error = write_new(named, bytes); error != 0) cannot_write(named, error);
    return;
  }
  const bool link = std::filesystem::is_symlink(named, ignored);
  const auto file = link ? std::filesystem::weakly_canonical(named, ignored) : named;
  auto unfinished = file;
  unfinished += ".part" + std::to_string(::getpid());
  int error = write_new(unfinished, bytes);
  if (error == 0 && ::rename(unfinished.c_str(), file.c_str()) != 0) error = errno;
  if (error == 0) return;
  ::unlink(unfinished.c_str());
  cannot_write(file, error);
}

void replace_file(const std::filesystem::path& file, std::string_view text) {
  replace_file(file, std::as_bytes(std::span(text)));
}

FileReplacement::FileReplacement(const std::filesystem::path& file) : file_(file) {
  std::error_code ignored;
  if (std::filesystem::is_symlink(file_, ignored)) file_ = std::filesystem::weakly_canonical(file_, ignored);
  unfinished_ = file_;
  const auto status = std::filesystem::status(file_, ignored);
  if (!std::filesystem::exists(status) || std::filesystem::is_regular_file(status))
    unfinished_ += ".part" + std::to_string(::getpid());
  descriptor_ = ::open(unfinished_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor_ < 0) cannot_write(file_, errno);
}

FileReplacement::~FileReplacement() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  if (unfinished_ != file_) ::unlink(unfinished_.c_str());
}

void FileReplacement::append(std::string_view text) {
  if (const int error = write_all(descriptor_, std::as_bytes(std::span(text))); error != 0) cannot_write(file_, error);
}

void FileReplacement::take_its_place() {
  if (::fsync(descriptor_) != 0 && errno != EINVAL) cannot_write(file_, errno);
  if (unfinished_ != file_ && ::rename(unfinished_.c_str(), file_.c_str()) != 0) cannot_write(file_, errno);
  ::close(descriptor_);
  descriptor_ = -1;
}

void append_to_file(const std::filesystem::path& file, std::string_view text) {
  const Descriptor descriptor(file, O_WRONLY | O_CREAT | O_APPEND);
  if (descriptor.number() < 0) cannot_write(file, errno);
  struct stat before{};
  if (::fstat(descriptor.number(), &before) != 0) cannot_write(file, errno);
  const int error = write_all(descriptor.number(), std::as_bytes(std::span(text)));
  if (error == 0) return;
  // Nothing is left half-written.
  if (S_ISREG(before.st_mode) && ::ftruncate(descriptor.number(), before.st_size) != 0) cannot_write(file, errno);
  cannot_write(file, error);
}

std::vector<std::byte> read_file(const std::filesystem::path& file, std::uintmax_t most) {
  const Descriptor descriptor(file, O_RDONLY | O_NONBLOCK);
  struct stat state{};
  if (descriptor.number() < 0 || ::fstat(descriptor.number(), &state) != 0 || !S_ISREG(state.st_mode))
    throw UserError("there is no file '" + shown(file) + "' that can be read");
  const auto size = static_cast<std::uintmax_t>(state.st_size);
  if (size > most) {
    throw UserError("'" + shown(file) + "' has " + std::to_string(size) + " bytes, more than the " +
                    std::to_string(most) + " that such a file may have");
  }
  std::vector<std::byte> bytes(size);
  std::size_t done = 0;
  while (done < bytes.size()) {
    const auto got = ::read(descriptor.number(), bytes.data() + done, bytes.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw UserError("cannot read '" + shown(file) + "' (" + std::strerror(errno) + ")");
    if (got == 0) break;  // it became shorter meanwhile
    done += static_cast<std::size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

std::optional<std::string> read_text(const std::filesystem::path& file, std::uint64_t limit, Pipes pipes) {
  // Opening a pipe that nobody writes to would wait for ever, and reading a device might never end.
  std::error_code error;
  const auto kind = std::filesystem::status(file, error).type();
  const bool pipe = kind == std::filesystem::file_type::fifo;
  if (kind != std::filesystem::file_type::regular && !(pipe && pipes == Pipes::Read)) return std::nullopt;
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return std::nullopt;
  std::string text;
  std::array<char, 1 << 16> piece{};
  while (stream) {
    stream.read(piece.data(), piece.size());
    text.append(piece.data(), static_cast<std::size_t>(stream.gcount()));
    if (text.size() > limit) {
      throw UserError("'" + shown(file) + "' holds more than " + std::to_string(limit) +
                      " bytes, which is too much for a file of its kind: is it the right one?");
    }
  }
  if (stream.bad()) return std::nullopt;
  return text;
}

std::string shown(const std::filesystem::path& path) {
  constexpr std::string_view kUnknown = "\xEF\xBF\xBD";  // U+FFFD
  const std::string raw = path.string();
  const auto continues = [&](std::size_t at) { return at < raw.size() && (raw[at] & '\xC0') == '\x80'; };
  std::string text;
  for (std::size_t i = 0; i < raw.size();) {
    const auto lead = static_cast<unsigned char>(raw[i]);
    const std::size_t length = lead < 0x80                   ? 1
                               : lead >= 0xC2 && lead < 0xE0 ? 2
                               : lead >= 0xE0 && lead < 0xF0 ? 3
                               : lead >= 0xF0 && lead < 0xF5 ? 4
                                                             : 0;
    bool whole = length > 0;
    for (std::size_t k = 1; k < length; ++k)
      whole = whole && continues(i + k);
    if (whole) text += raw.substr(i, length);
    if (!whole) text += kUnknown;
    i += whole ? length : 1;
  }
  return text;
}

}  // namespace qarium::core
