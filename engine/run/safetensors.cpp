#include "engine/run/safetensors.hpp"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <map>
#include <new>
#include <utility>

#include "engine/core/bytes.hpp"
#include "engine/core/error.hpp"
#include "engine/core/files.hpp"
#include "engine/core/text.hpp"
#include "engine/run/json_text.hpp"

namespace qarium::run {
namespace {

using nlohmann::json;

/// Of a header, many times what ours need.
constexpr std::uint64_t kHeaderLimit = 1 << 24;
/// Of all arrays.
constexpr std::uint64_t kDataLimit = std::uint64_t{1} << 33;

[[noreturn]] void malformed(const std::string& source, const std::string& why) {
  throw core::UserError("'" + source + "' is not a whole safetensors file: " + why +
                        ". Take another checkpoint, or write it anew");
}

/// What the header says of an array.
struct Entry {
  std::string name;
  std::vector<std::int64_t> shape;
  std::uint64_t begin = 0;  ///< of its bytes among the data
  std::uint64_t end = 0;
};

/// Throws core::UserError, without the file's name.
Entry read_entry(const std::string& name, const json& entry, std::uint64_t data_size) {
  Entry array{name, {}, 0, 0};
  const auto called = "array " + core::quoted(name);
  if (member(entry, "dtype") != "F32") throw core::UserError(called + " is not of type F32");
  const auto& offsets = member(entry, "data_offsets");
  if (!offsets.is_array() || offsets.size() != 2) throw core::UserError(called + " has no two offsets");
  array.begin = static_cast<std::uint64_t>(whole_number(offsets[0], "an offset of " + called));
  array.end = static_cast<std::uint64_t>(whole_number(offsets[1], "an offset of " + called));
  if (array.begin > array.end || array.end > data_size) throw core::UserError("it ends inside " + called);
  const auto& shape = member(entry, "shape");
  if (!shape.is_array()) throw core::UserError(called + " has no shape");
  std::uint64_t elements = 1;
  for (const auto& size : shape) {
    const auto extent = static_cast<std::uint64_t>(whole_number(size, "an extent of " + called));
    if (extent > 0 && elements > data_size / extent)
      throw core::UserError("the shape of " + called + " does not fit its data");
    elements *= extent;
    array.shape.push_back(static_cast<std::int64_t>(extent));
  }
  if (elements * sizeof(float) != array.end - array.begin)
    throw core::UserError("the shape of " + called + " does not fit its data");
  return array;
}

/// The arrays lie one after another, without gaps, and are all that there is: so a file holds no more than it seems to.
void require_all_covered(const std::vector<Entry>& entries, std::uint64_t data_size) {
  std::vector<const Entry*> in_order;
  in_order.reserve(entries.size());
  for (const auto& entry : entries)
    in_order.push_back(&entry);
  std::ranges::sort(in_order, {}, [](const Entry* entry) { return std::pair(entry->begin, entry->end); });
  std::uint64_t covered = 0;
  for (const auto* entry : in_order) {
    if (entry->begin != covered) throw core::UserError("array " + core::quoted(entry->name) + " lies in a wrong place");
    covered = entry->end;
  }
  if (covered != data_size) throw core::UserError("it goes on after its last array");
}

std::vector<Entry> read_header(std::string_view text, std::uint64_t data_size,
                               std::map<std::string, std::string>& metadata) {
  const auto header = parse_json(text);
  if (!header.is_object()) throw core::UserError("its header is no JSON object");
  std::vector<Entry> entries;
  for (const auto& [name, entry] : header.items()) {
    if (name != "__metadata__") {
      entries.push_back(read_entry(name, entry, data_size));
      continue;
    }
    if (!entry.is_object()) throw core::UserError("its metadata is no JSON object");
    for (const auto& [key, value] : entry.items()) {
      if (!value.is_string()) throw core::UserError("its metadata " + core::quoted(key) + " is no text");
      metadata[key] = value.get<std::string>();
    }
  }
  require_all_covered(entries, data_size);
  return entries;
}

/// Reads a whole file of `size` bytes: `read(at, bytes)` fills bytes from a place in it, and says whether it could.
template <class Read>
core::Archive read_all(std::uint64_t size, const std::string& source, const Read& read) {
  std::uint64_t length = 0;
  if (size < sizeof length || !read(0, std::as_writable_bytes(std::span(&length, 1))))
    malformed(source, "it ends inside its header");
  const auto rest = size - sizeof length;
  if (length == 0 || length > kHeaderLimit) malformed(source, "its header length makes no sense");
  if (rest < length) malformed(source, "it ends inside its header");
  if (rest - length > kDataLimit) malformed(source, "it holds more than any checkpoint does");
  std::string text(length, ' ');
  if (!read(sizeof length, std::as_writable_bytes(std::span(text)))) malformed(source, "its header cannot be read");
  core::Archive content;
  try {
    for (auto& entry : read_header(text, rest - length, content.metadata)) {
      std::vector<float> values((entry.end - entry.begin) / sizeof(float));
      if (!read(sizeof length + length + entry.begin, std::as_writable_bytes(std::span(values))))
        throw core::UserError("it ends inside array " + core::quoted(entry.name));
      content.arrays.push_back({std::move(entry.name), std::move(entry.shape), std::move(values)});
    }
  } catch (const core::UserError& error) {
    malformed(source, error.what());
  } catch (const std::bad_alloc&) {
    throw core::UserError("there is not enough memory to read '" + source + "', which holds " + std::to_string(size) +
                          " bytes: free some, or take another checkpoint");
  }
  return content;
}

}  // namespace

void write_safetensors(const std::filesystem::path& file, const core::Archive& content) {
  json header;
  header["__metadata__"] = content.metadata;
  std::uint64_t offset = 0;
  for (const auto& array : content.arrays) {
    const std::uint64_t end = offset + array.values.size() * sizeof(float);
    header[array.name] = {{"dtype", "F32"}, {"shape", array.shape}, {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');
  const auto length = static_cast<std::uint64_t>(text.size());

  core::ByteWriter out;
  out.put(length);
  out.put_bytes(std::as_bytes(std::span(text)));
  for (const auto& array : content.arrays)
    out.put_bytes(std::as_bytes(std::span(array.values)));
  core::replace_file(file, out.take());
}

core::Archive read_safetensors(const std::filesystem::path& file) {
  // Looked at before it is opened: a pipe might never be written to.
  std::error_code error;
  const bool regular = std::filesystem::is_regular_file(file, error);
  const auto size = regular ? std::filesystem::file_size(file, error) : 0;
  std::ifstream stream;
  if (regular && !error) stream.open(file, std::ios::binary);
  if (!stream.is_open() || !stream)
    throw core::UserError("there is no file '" + core::shown(file) + "' that can be read: name a checkpoint");
  return read_all(size, core::shown(file), [&](std::uint64_t at, std::span<std::byte> bytes) {
    stream.seekg(static_cast<std::streamoff>(at));
    stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return static_cast<bool>(stream);
  });
}

core::Archive read_safetensors(std::span<const std::byte> bytes, const std::string& source) {
  return read_all(bytes.size(), source, [&](std::uint64_t at, std::span<std::byte> place) {
    if (!place.empty()) std::memcpy(place.data(), bytes.data() + at, place.size());
    return true;
  });
}

}  // namespace qarium::run
