#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace qarium::nn {

/// Where a token lies: its frame in the history and its centre in the observation's cells.
struct TokenPosition {
  int frame = 0;
  float row = 0;
  float column = 0;
};

/// Tokens that belong together: what a part of the observation gives, or the rows of a matrix.
struct TokenPart {
  std::string name;  ///< "image", "row"
  int rows = 1;      ///< its tokens, rows x columns of them, row by row
  int columns = 1;
  int cells_per_token = 1;  ///< of its own cells, each way
  int tokens() const { return rows * columns; }
};

/// How the tokens of an encoder lie over the observation: frames x rows x columns of them, row by row. Token (r, c)
/// covers the observation's cells from (top + r cells_per_token, left + c cells_per_token) on.
struct TokenGrid {
  int frames = 1;
  int rows = 1;
  int columns = 1;
  float top = 0;
  float left = 0;
  float cells_per_token = 1;
  float field = 1;  ///< cells, each way, that a token is made of; its own lie in their middle
  /// Where tokens are of things that no one picture shows: whose they are, in their order; their places are within
  /// their part then. Empty where they lie over the observation.
  std::vector<TokenPart> parts = {};

  std::int64_t tokens() const { return static_cast<std::int64_t>(frames) * rows * columns; }
  /// Of the tokens in order.
  std::vector<TokenPosition> positions() const {
    std::vector<TokenPosition> positions;
    for (const auto& part : parts) {
      for (int token = 0; token < part.tokens(); ++token) {
        const auto row = token / part.columns;
        positions.push_back({0, static_cast<float>(row), static_cast<float>(token % part.columns)});
      }
    }
    if (!parts.empty()) return positions;
    const float centre = 0.5F * cells_per_token - 0.5F;
    for (int frame = 0; frame < frames; ++frame) {
      for (int row = 0; row < rows; ++row) {
        for (int column = 0; column < columns; ++column) {
          positions.push_back({frame, top + static_cast<float>(row) * cells_per_token + centre,
                               left + static_cast<float>(column) * cells_per_token + centre});
        }
      }
    }
    return positions;
  }
};

}  // namespace qarium::nn
