#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "engine/core/series.hpp"
#include "widgets/attention/attention_map.hpp"
#include "widgets/parts/color_map.hpp"

namespace qarium::widgets {

/// Two tokens, by their number: the one that takes and the one it takes from; -1 = none.
struct TokenPair {
  int asks = -1;
  int asked = -1;
  friend bool operator==(const TokenPair&, const TokenPair&) = default;
};

/// What the Attention workspace keeps for itself.
struct AttentionState {
  // Kept in the settings file.
  int head = kMeanHead;  ///< which map drives every view
  bool smooth = true;
  bool contours = true;
  float opacity = 0.75F;
  bool matrix = true;  ///< the panel of the matrix is shown
  ColorMap colors = ColorMap::Magma;
  float pinned = 0;  ///< upper limit of the legend; 0 = automatic
  // Splitters: the share that the first side has of what is divided.
  static constexpr float kLeftFraction = 0.3F;
  static constexpr float kMatrixFraction = 0.58F;
  static constexpr float kFrameFraction = 0.64F;
  static constexpr float kHeadsFraction = 0.55F;
  float left_fraction = kLeftFraction;
  float matrix_fraction = kMatrixFraction;  ///< heads of what they share with the matrix
  float frame_fraction = kFrameFraction;    ///< frame of its column's height, action values below
  float heads_fraction = kHeadsFraction;    ///< heads of their column's height, faithfulness below

  // Read: what was pointed at in the last frame; written: what is in this one.
  TokenPair hovered;
  TokenPair hovered_next;
  int hovered_query = -1;
  int hovered_query_next = -1;
  int pinned_token = -1;  ///< the overlay shows what it looks at
  int chosen_query = -1;  ///< action whose map is shown where actions ask; -1 = the greedy one's
  float matrix_zoom = 1;  ///< of the matrix, around this share of it
  float matrix_x = 0.5F;
  float matrix_y = 0.5F;
  int frame = -1;  ///< of the tokens; -1 = the sum over all

  // The brush.
  bool brush = false;     ///< dragging over the frame empties cells
  int brushed_cell = -1;  ///< the last one while a stroke is drawn
  bool erases = false;    ///< the stroke gives cells back

  // Kept for their storage.
  std::vector<float> weights;
  std::vector<float> picture;
  std::vector<float> matrix_weights;  ///< of this content and head, and its greatest weight
  std::uint64_t matrix_version = ~0ULL;
  int matrix_head = kMeanHead;
  float matrix_most = 1;
  std::vector<float> column;
  std::array<std::vector<float>, 2> pair;
  std::vector<std::vector<float>> tiles;
  std::vector<core::Column> columns;
};

}  // namespace qarium::widgets
