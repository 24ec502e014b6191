#include "engine/env/minatar.hpp"

#include <cstring>

namespace qarium::env::minatar {

void clear_cells(std::span<std::uint8_t> cells) {
  std::memset(cells.data(), 0, cells.size());
}

}  // namespace qarium::env::minatar
