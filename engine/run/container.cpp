#include "engine/run/container.hpp"

#include <algorithm>
#include <array>

#include "engine/core/bytes.hpp"
#include "engine/core/crc32c.hpp"
#include "engine/core/files.hpp"

namespace qarium::run {
namespace {

constexpr std::array<char, 8> kMagic{'Q', 'A', 'R', 'I', 'U', 'M', '\r', '\n'};
constexpr std::uint32_t kVersion = 1;
constexpr std::uintmax_t kMostBytes = std::uintmax_t{1} << 40U;

std::uint32_t checksum(std::string_view name, std::span<const std::byte> content) {
  return core::crc32c(content, core::crc32c(std::as_bytes(std::span(name))));
}

}  // namespace

void write_container(const std::filesystem::path& file, const Sections& sections) {
  core::ByteWriter out;
  out.put(kMagic);
  out.put(kVersion);
  out.put(static_cast<std::uint32_t>(sections.size()));
  for (const auto& [name, content] : sections) {
    out.put(static_cast<std::uint32_t>(name.size()));
    out.put(checksum(name, content));
    out.put(static_cast<std::uint64_t>(content.size()));
    out.put_bytes(std::as_bytes(std::span(name)));
    out.put_bytes(content);
  }
  core::replace_file(file, out.take());
}

Sections read_container(const std::filesystem::path& file) {
  return read_container(core::read_file(file, kMostBytes), core::shown(file));
}

Sections read_container(std::span<const std::byte> bytes, const std::string& source) {
  core::ByteReader in(bytes, "'" + source + "'");
  if (bytes.size() < kMagic.size() || in.get<std::array<char, 8>>() != kMagic) in.fail("is no checkpoint's state");
  const auto version = in.get<std::uint32_t>();
  if (version != kVersion) in.fail("is of version " + std::to_string(version) + ", which this program does not know");
  const auto count = in.get<std::uint32_t>();
  Sections sections;
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto name_length = in.get<std::uint32_t>();
    const auto crc = in.get<std::uint32_t>();
    const auto length = in.get<std::uint64_t>();
    const auto letters = in.take(name_length);
    const std::string name(reinterpret_cast<const char*>(letters.data()), letters.size());
    const auto content = in.take(length);
    if (checksum(name, content) != crc) in.fail("is damaged: the checksum of a section is not that of its bytes");
    const bool fresh = sections.try_emplace(name, content.begin(), content.end()).second;
    if (!fresh) in.fail("names a section twice");
  }
  in.expect_end();
  return sections;
}

}  // namespace qarium::run
