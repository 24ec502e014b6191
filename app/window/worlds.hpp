#pragma once
#include <filesystem>

#include "widgets/gallery/world.hpp"

namespace qarium::app {

/// What the gallery asks, answered by the environments and tasks that are built in; frames of others are kept in this
/// folder (WorldPictures).
widgets::Worlds worlds(const std::filesystem::path& pictures);

}  // namespace qarium::app
