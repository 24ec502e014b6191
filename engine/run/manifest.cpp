#include "engine/run/manifest.hpp"

#include "engine/config/hyperparameters.hpp"
#include "engine/core/bytes.hpp"

namespace qarium::run {
namespace {

constexpr const char* kManifestSection = "run";
constexpr std::string_view kLength = "length/";  // and the name of a file of rows
constexpr const char* kSeconds = "seconds";

}  // namespace

void Manifest::write_metadata(core::Archive& checkpoint) const {
  for (const auto& [file, length] : lengths)
    checkpoint.metadata[std::string(kLength) + file] = std::to_string(length);
  checkpoint.metadata[kSeconds] = config::format(seconds);
}

void Manifest::write_section(core::Archive& checkpoint) const {
  core::ByteWriter out;
  out.put(static_cast<std::uint64_t>(parts.size()));
  for (const auto& part : parts) {
    out.put_text(part.file);
    out.put(part.replay);
    out.put_all(part.written);
  }
  out.put(static_cast<std::uint8_t>(exact));
  checkpoint.sections[kManifestSection] = out.take();
}

Manifest Manifest::read(const core::Archive& checkpoint, const std::string& source) {
  Manifest manifest;
  for (const auto& [key, value] : checkpoint.metadata) {
    if (key.starts_with(kLength)) manifest.lengths[key.substr(kLength.size())] = checkpoint.count(key);
  }
  if (checkpoint.metadata.contains(kSeconds)) manifest.seconds = checkpoint.number(kSeconds);
  const auto found = checkpoint.sections.find(kManifestSection);
  manifest.exact = found != checkpoint.sections.end();
  if (!manifest.exact) return manifest;
  core::ByteReader in(found->second, "the section 'run' of '" + source + "'");
  const auto parts = in.get<std::uint64_t>();
  for (std::uint64_t i = 0; i < parts; ++i) {
    auto& part = manifest.parts.emplace_back();
    part.file = in.get_text();
    part.replay = in.get<std::uint64_t>();
    part.written = in.get_all<std::int64_t>();
  }
  manifest.exact = in.get_flag();
  in.expect_end();
  return manifest;
}

bool Manifest::is_exact(const core::Archive& checkpoint) {
  return read(checkpoint, "checkpoint").exact;
}

}  // namespace qarium::run
