#include "engine/run/safetensors.hpp"

#include <cstring>
#include <nlohmann/json.hpp>
#include <numeric>

#include "engine/core/bytes.hpp"
#include "engine/core/error.hpp"
#include "engine/core/files.hpp"

namespace qarium::run {
namespace {

using nlohmann::json;

constexpr std::uint64_t kHeaderLimit = 100'000'000;
constexpr std::uintmax_t kFileLimit = std::uintmax_t{1} << 40U;

[[noreturn]] void malformed(const std::string& source, const std::string& why) {
  throw core::UserError("'" + source + "' is not a whole safetensors file: " + why);
}

core::NamedArray read_array(const std::string& source, const std::string& name, const json& entry,
                            std::span<const std::byte> data) {
  core::NamedArray array{name, entry.at("shape").get<std::vector<std::int64_t>>(), {}};
  if (entry.at("dtype") != "F32") malformed(source, "array '" + name + "' is not of type F32");
  const auto begin = entry.at("data_offsets").at(0).get<std::uint64_t>();
  const auto end = entry.at("data_offsets").at(1).get<std::uint64_t>();
  if (begin > end || end > data.size()) malformed(source, "it ends inside array '" + name + "'");
  std::uint64_t elements = 1;
  for (const auto extent : array.shape) {
    if (extent < 0 || (extent > 0 && elements > data.size() / static_cast<std::uint64_t>(extent))) {
      malformed(source, "the shape of array '" + name + "' does not fit its data");
    }
    elements *= static_cast<std::uint64_t>(extent);
  }
  if (elements * sizeof(float) != end - begin) {
    malformed(source, "the shape of array '" + name + "' does not fit its data");
  }
  array.values.resize(elements);
  if (elements > 0) std::memcpy(array.values.data(), data.data() + begin, end - begin);
  return array;
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
  return read_safetensors(core::read_file(file, kFileLimit), core::shown(file));
}

core::Archive read_safetensors(std::span<const std::byte> bytes, const std::string& source) {
  std::uint64_t length = 0;
  if (bytes.size() >= sizeof length) std::memcpy(&length, bytes.data(), sizeof length);
  if (length == 0 || length > kHeaderLimit) malformed(source, "its header length makes no sense");
  bytes = bytes.subspan(sizeof length);
  if (bytes.size() < length) malformed(source, "it ends inside its header");
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), length);
  const auto data = bytes.subspan(length);
  core::Archive content;
  try {
    const auto header = json::parse(text);
    for (const auto& [name, entry] : header.items()) {
      if (name == "__metadata__") {
        content.metadata = entry.get<std::map<std::string, std::string>>();
      } else {
        content.arrays.push_back(read_array(source, name, entry, data));
      }
    }
  } catch (const json::exception& error) {
    malformed(source, error.what());
  }
  return content;
}

}  // namespace qarium::run
