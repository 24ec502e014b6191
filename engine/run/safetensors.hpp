#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "engine/core/archive.hpp"

namespace qarium::run {

/// The safetensors format (github.com/huggingface/safetensors): an 8-byte little-endian header length, a JSON header
/// with dtype, shape and offsets of every array and a text-to-text `__metadata__`, then the arrays.

/// Writes beside `file` and renames, so that a reader never sees half of it. Throws core::UserError naming the file.
void write_safetensors(const std::filesystem::path& file, const core::Archive& content);

/// Throws core::UserError naming the file where it is missing, truncated, malformed, or holds another type than F32,
/// and where its arrays overlap or leave gaps. Takes no more memory than the file is long, and a header's.
core::Archive read_safetensors(const std::filesystem::path& file);
/// The same from memory; `source` is what an error calls it.
core::Archive read_safetensors(std::span<const std::byte> bytes, const std::string& source);

}  // namespace qarium::run
