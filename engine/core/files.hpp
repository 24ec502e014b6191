#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace qarium::core {

/// Makes or replaces a file as a whole: written beside it, brought to the disk and renamed, so that neither a reader
/// nor a crash ever sees half of it. Throws core::UserError naming the file; what was there is still there then. What
/// is no file (a pipe, a device) is written to; a link stays a link.
void replace_file(const std::filesystem::path& file, std::span<const std::byte> bytes);
void replace_file(const std::filesystem::path& file, std::string_view text);

/// The same for what is too long to be held at once: pieces are written beside the file, and take its place at the end.
class FileReplacement {
 public:
  /// Throws core::UserError naming the file where nothing can be written there.
  explicit FileReplacement(const std::filesystem::path& file);
  /// What did not take its place is gone.
  ~FileReplacement();
  FileReplacement(const FileReplacement&) = delete;
  FileReplacement& operator=(const FileReplacement&) = delete;
  /// Throw core::UserError naming the file.
  void append(std::string_view text);
  void take_its_place();

 private:
  std::filesystem::path file_;
  std::filesystem::path unfinished_;  ///< the same where it is a pipe or a device
  int descriptor_ = -1;
};

/// Appends to a file that exists or is made. Throws core::UserError naming the file; it is as long as before then.
void append_to_file(const std::filesystem::path& file, std::string_view text);

/// Throws core::UserError naming the file where it cannot be read or has over `most` bytes.
std::vector<std::byte> read_file(const std::filesystem::path& file, std::uintmax_t most);

/// Whether a pipe is read as a file would be, up to its end.
enum class Pipes { Refused, Read };

/// All that a file holds; nothing where it is missing, no file (a folder, a device, a pipe unless those are read), or
/// cannot be read. Throws core::UserError naming the file where it holds more than `limit` bytes; no more is read.
std::optional<std::string> read_text(const std::filesystem::path& file, std::uint64_t limit,
                                     Pipes pipes = Pipes::Refused);

/// As text that can be shown: bytes that are no UTF-8 are replaced.
std::string shown(const std::filesystem::path& path);

}  // namespace qarium::core
