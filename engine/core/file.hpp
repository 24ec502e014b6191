#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace qarium::core {

/// Whether a pipe is read as a file would be, up to its end.
enum class Pipes { Refused, Read };

/// All that a file holds; nothing where it is missing, no file (a folder, a device, a pipe unless those are read), or
/// cannot be read. Throws core::UserError naming the file where it holds more than `limit` bytes; no more is read.
std::optional<std::string> read_file(const std::filesystem::path& file, std::uint64_t limit,
                                     Pipes pipes = Pipes::Refused);

}  // namespace qarium::core
