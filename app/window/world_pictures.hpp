#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "engine/protocol/scene.hpp"

namespace qarium::app {

/// Frames of environments in Python, kept on the user's machine: one PNG each in a folder beside the settings.
class WorldPictures {
 public:
  /// An empty folder keeps nothing.
  explicit WorldPictures(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// The frame kept of this environment; nothing where there is none, or what is there is no picture of a frame's size.
  std::optional<protocol::Scene> find(const std::string& id) const;
  /// Keeps a frame. One that cannot be written is not an error: the gallery shows a tile.
  void keep(const std::string& id, const protocol::CellGrid& frame) const;

 private:
  std::filesystem::path file_of(const std::string& id) const;
  std::filesystem::path folder_;
};

}  // namespace qarium::app
