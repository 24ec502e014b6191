#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "engine/protocol/scene.hpp"

namespace qarium::env {

/// The first cell that is set in plane `channel` of a grid observation uint8 [channels, rows, columns], as a landmark;
/// nothing where the plane is empty.
inline std::optional<protocol::Landmark> first_in_plane(std::span<const std::byte> observation, std::size_t channel,
                                                        int rows, int columns, std::string name) {
  const auto cells = static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns);
  const auto plane = observation.subspan(channel * cells, cells);
  for (std::size_t i = 0; i < cells; ++i) {
    if (plane[i] != std::byte{0}) {
      const auto cell = static_cast<int>(i);
      return protocol::Landmark{std::move(name), cell / columns, cell % columns};
    }
  }
  return std::nullopt;
}

}  // namespace qarium::env
