#include "engine/run/manifest.hpp"

#include "engine/core/bytes.hpp"

namespace qarium::run {
namespace {

constexpr const char* kManifestSection = "run";

}  // namespace

void Manifest::write(core::Archive& checkpoint) const {
  core::ByteWriter out;
  out.put(static_cast<std::uint64_t>(parts.size()));
  for (const auto& part : parts) {
    out.put_text(part.file);
    out.put(part.replay);
    out.put_all(part.written);
  }
  out.put(static_cast<std::uint8_t>(experience));
  out.put(static_cast<std::uint64_t>(lengths.size()));
  for (const auto& [file, length] : lengths) {
    out.put_text(file);
    out.put(length);
  }
  out.put(seconds);
  checkpoint.sections[kManifestSection] = out.take();
}

Manifest Manifest::read(const core::Archive& checkpoint, const std::string& source) {
  Manifest manifest;
  const auto found = checkpoint.sections.find(kManifestSection);
  if (found == checkpoint.sections.end()) return manifest;
  core::ByteReader in(found->second, "the section 'run' of '" + source + "'");
  const auto parts = in.get<std::uint64_t>();
  for (std::uint64_t i = 0; i < parts; ++i) {
    auto& part = manifest.parts.emplace_back();
    part.file = in.get_text();
    part.replay = in.get<std::uint64_t>();
    part.written = in.get_all<std::int64_t>();
  }
  manifest.experience = in.get<std::uint8_t>() != 0;
  const auto lengths = in.get<std::uint64_t>();
  for (std::uint64_t i = 0; i < lengths; ++i) {
    const auto file = in.get_text();
    manifest.lengths[file] = in.get<std::int64_t>();
  }
  manifest.seconds = in.get<double>();
  in.expect_end();
  return manifest;
}

bool Manifest::exact(const core::Archive& checkpoint) {
  return checkpoint.sections.contains(kManifestSection) && read(checkpoint, "checkpoint").experience;
}

}  // namespace qarium::run
