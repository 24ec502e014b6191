#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/core/archive.hpp"

namespace qarium::run {

/// In the metadata of a checkpoint: the name of the container that belongs to it.
inline constexpr const char* kStateKey = "state";

/// What a checkpoint says of the run around it: which files of experience it needs, how long the files of rows were,
/// and how long learning had taken. A section of its container.
struct Manifest {
  struct Part {
    std::string file;
    std::uint64_t replay = 0;           ///< which replay it is of
    std::vector<std::int64_t> written;  ///< slots of each environment up to its end
  };
  std::vector<Part> parts;  ///< oldest first
  bool experience = true;   ///< false where it was left out by choice
  std::map<std::string, std::int64_t> lengths;
  double seconds = 0;

  void write(core::Archive& checkpoint) const;
  /// Of a checkpoint of an earlier version: nothing, lengths that nobody knows. Throws core::UserError naming `source`.
  static Manifest read(const core::Archive& checkpoint, const std::string& source);
  /// Whether learning goes on from this checkpoint as if it had never stopped.
  static bool exact(const core::Archive& checkpoint);
};

}  // namespace qarium::run
