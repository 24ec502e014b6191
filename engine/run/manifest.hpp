#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/core/archive.hpp"

namespace qarium::run {

/// In the metadata of a checkpoint: the name of the container that belongs to it.
inline constexpr const char* kStateKey = "state";

/// What a checkpoint says of the run around it. How long the files of rows were and how long learning had taken stands
/// in its metadata; which files of experience it needs, in a section of its container.
struct Manifest {
  struct Part {
    std::string file;
    std::uint64_t replay = 0;           ///< which replay it is of
    std::vector<std::int64_t> written;  ///< slots of each environment up to its end
  };
  std::vector<Part> parts;  ///< oldest first
  /// Whether learning goes on from it as if it had never stopped: replay was not left out, and the environment can be
  /// brought back to where it was.
  bool exact = true;
  std::map<std::string, std::int64_t> lengths;
  double seconds = 0;

  void write_metadata(core::Archive& checkpoint) const;
  void write_section(core::Archive& checkpoint) const;
  /// Of a checkpoint of an earlier version: nothing. Throws core::UserError naming `source`.
  static Manifest read(const core::Archive& checkpoint, const std::string& source);
  static bool is_exact(const core::Archive& checkpoint);
};

}  // namespace qarium::run
