#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/env/spaces.hpp"
#include "engine/nn/encoder/token_grid.hpp"

namespace qarium::inspect {

/// Cells of an observation, as a person sees it: rows x columns of the last two dimensions, or the components of a
/// vector in one row.
std::int64_t cells_of(const env::Box& space);

/// Sets these cells to the empty cell, zero, in all channels. Requires 0 <= cell < cells_of(space).
void empty_cells(std::span<std::byte> observation, const env::Box& space, std::span<const int> cells);

/// Which cells belong to each token: those whose nearest token it is, the same in every frame of the history.
std::vector<std::vector<int>> cells_of_tokens(const env::Box& space, const nn::TokenGrid& grid);

}  // namespace qarium::inspect
