#include "engine/inspect/empty_cells.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace qarium::inspect {
namespace {

struct CellShape {
  std::int64_t channels;
  std::int64_t rows;
  std::int64_t columns;
};

CellShape shape_of(const env::Box& space) {
  if (space.shape.size() < 2) return {1, 1, space.size()};
  const auto rows = space.shape[space.shape.size() - 2];
  const auto columns = space.shape.back();
  return {space.size() / (rows * columns), rows, columns};
}

int nearest(std::int64_t cell, float first, float extent, int count) {
  return std::clamp(static_cast<int>(std::floor((static_cast<float>(cell) - first) / extent)), 0, count - 1);
}

/// Of an observation of several parts, whose cells are its numbers one after another: each token's own.
std::vector<std::vector<int>> numbers_of_parts(const env::Box& space, const nn::TokenGrid& grid) {
  std::vector<std::vector<int>> cells(static_cast<std::size_t>(grid.tokens()));
  std::size_t first = 0;
  for (std::size_t i = 0; i < space.parts.size(); ++i) {
    const auto& part = space.parts[i];
    const auto& its = grid.parts[i];
    const bool is_grid = part.shape.size() == 3;
    for (std::int64_t number = 0; number < part.size(); ++number) {
      std::int64_t token = 0;
      if (is_grid) {
        const auto cell = number % (part.shape[1] * part.shape[2]);
        token = cell / part.shape[2] / its.cells_per_token * its.columns + cell % part.shape[2] / its.cells_per_token;
      }
      cells[first + static_cast<std::size_t>(token)].push_back(static_cast<int>(part.offset + number));
    }
    first += static_cast<std::size_t>(its.tokens());
  }
  return cells;
}

}  // namespace

std::int64_t cells_of(const env::Box& space) {
  const auto shape = shape_of(space);
  return shape.rows * shape.columns;
}

void empty_cells(std::span<std::byte> observation, const env::Box& space, std::span<const int> cells) {
  const auto shape = shape_of(space);
  const std::size_t size = space.type == env::ScalarType::Float32 ? 4 : 1;
  const auto plane = static_cast<std::size_t>(shape.rows * shape.columns) * size;
  for (std::int64_t channel = 0; channel < shape.channels; ++channel) {
    for (const int cell : cells) {
      std::memset(
          observation.data() + static_cast<std::size_t>(channel) * plane + static_cast<std::size_t>(cell) * size, 0,
          size);
    }
  }
}

std::vector<std::vector<int>> cells_of_tokens(const env::Box& space, const nn::TokenGrid& grid) {
  if (!space.parts.empty() && space.parts.size() == grid.parts.size()) return numbers_of_parts(space, grid);
  const auto shape = shape_of(space);
  std::vector<std::vector<int>> cells(static_cast<std::size_t>(grid.tokens()));
  for (std::int64_t row = 0; row < shape.rows; ++row) {
    for (std::int64_t column = 0; column < shape.columns; ++column) {
      const int token = nearest(row, grid.top, grid.cells_per_token, grid.rows) * grid.columns +
                        nearest(column, grid.left, grid.cells_per_token, grid.columns);
      for (int frame = 0; frame < grid.frames; ++frame) {
        cells[static_cast<std::size_t>(frame * grid.rows * grid.columns + token)].push_back(
            static_cast<int>(row * shape.columns + column));
      }
    }
  }
  return cells;
}

}  // namespace qarium::inspect
