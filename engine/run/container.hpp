#pragma once
#include <cstddef>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace qarium::run {

/// A container is a file of named sections of bytes, each with a checksum: what a checkpoint holds beside its weights.
/// All numbers are little-endian:
///
///     "QARIUM\r\n"                       8 bytes
///     version (1), number of sections    2 x 32 bits
///     for each section, by name:
///       length of the name, CRC-32C      2 x 32 bits; the checksum is over name and content
///       length of the content            64 bits
///       name, content
using Sections = std::map<std::string, std::vector<std::byte>>;

/// As core::replace_file.
void write_container(const std::filesystem::path& file, const Sections& sections);

/// Throws core::UserError naming the file where it is missing, truncated, altered, or of another version. Never
/// allocates more than the file has bytes.
Sections read_container(const std::filesystem::path& file);
/// The same from memory; `source` is what an error calls it.
Sections read_container(std::span<const std::byte> bytes, const std::string& source);

}  // namespace qarium::run
