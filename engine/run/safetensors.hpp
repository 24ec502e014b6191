#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace qarium::run {

/// A float32 array with a name.
struct NamedArray {
  std::string name;
  std::vector<std::int64_t> shape;
  std::vector<float> values;
};

/// The safetensors format (github.com/huggingface/safetensors): an 8-byte little-endian header length, a JSON header
/// with dtype, shape and offsets of every array and a text-to-text `__metadata__`, then the arrays.
struct Safetensors {
  std::vector<NamedArray> arrays;
  std::map<std::string, std::string> metadata;

  /// Null where there is none of that name.
  const NamedArray* find(std::string_view name) const;
  /// Throws core::UserError where there is none.
  const NamedArray& need(std::string_view name) const;
};

/// Writes beside `file` and renames, so that a reader never sees half of it. Throws core::UserError naming the file.
void write_safetensors(const std::filesystem::path& file, const Safetensors& content);

/// Throws core::UserError naming the file where it is missing, truncated, malformed, or holds another type than F32.
Safetensors read_safetensors(const std::filesystem::path& file);
/// The same from memory; `source` is what an error calls it.
Safetensors read_safetensors(std::span<const std::byte> bytes, const std::string& source);

}  // namespace qarium::run
