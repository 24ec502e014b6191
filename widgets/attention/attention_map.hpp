#pragma once
#include <array>
#include <optional>
#include <span>
#include <vector>

#include "engine/protocol/attention_view.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

/// In place of a head's number: the mean or the maximum over all heads.
inline constexpr int kMeanHead = -1;
inline constexpr int kMaximumHead = -2;

/// Do its sizes fit together, and is there anything in it? Nothing else is drawn.
bool sound(const protocol::AttentionView& view);
/// The same for the matrix.
bool sound_matrix(const protocol::AttentionView& view);

/// [tokens]: the weights of one head, or of all, for one query.
void weights_of(const protocol::AttentionView& view, int head, int query, std::vector<float>& out);
/// [tokens, tokens]: who takes how much from whom.
void matrix_of(const protocol::AttentionView& view, int head, std::vector<float>& out);
/// [tokens]: one token's row of it.
void row_of(const protocol::AttentionView& view, int head, int token, std::vector<float>& out);
/// [rows, columns]: one frame of the tokens, or the sum over all frames where `frame` is negative.
void picture_of(const protocol::AttentionView& view, std::span<const float> weights, int frame,
                std::vector<float>& out);

/// Of the weights divided by their sum, in nats; 0 where there are none.
float entropy_of(std::span<const float> weights);
/// The greatest finite one; 0 without any above it.
float greatest(std::span<const float> weights);
/// Where the colours of maps end: the greatest weight of these, and at least twice an even share, so that a map that
/// weighs all alike does not look as if it weighed something.
float color_limit(const protocol::AttentionView& view, float greatest_weight);
/// Levels such that what is at or above them is the fewest weights that hold 50, 80 and 95 % of the sum (equal ones are
/// never parted); halfway to the next smaller weight. All 0 where there is no weight.
std::array<float, 3> contour_levels(std::span<const float> weights);

/// How the tokens lie over the frame on the screen.
class TokenGrid {
 public:
  /// `frame` is where the observation is drawn, in a scene of `rows` x `columns` cells.
  TokenGrid(const protocol::AttentionView& view, const Rect& frame, int rows, int columns);

  /// Where the picture of all tokens lies; it may reach beyond the frame where the encoder pads.
  Rect area() const { return token_range(0, 0, token_rows_, token_columns_); }
  Rect token(int row, int column) const { return token_range(row, column, 1, 1); }
  /// The cells that a token is made of; they may reach beyond the frame.
  Rect field(int row, int column) const;
  Rect cell(int index) const;
  /// Cell of the observation's grid.
  std::optional<int> cell_at(ImVec2 point) const;
  /// Token within rows x columns.
  std::optional<int> token_at(ImVec2 point) const;
  int token_columns() const { return token_columns_; }
  int columns() const { return columns_; }
  int rows() const { return rows_; }

 private:
  Rect token_range(int row, int column, int high, int wide) const;

  Rect frame_;
  int rows_;
  int columns_;
  int token_rows_;
  int token_columns_;
  float top_;
  float left_;
  float size_;
  float field_;
};

/// Where the observation's frame lies when the picture of all tokens is drawn at `map`.
Rect frame_beneath(const protocol::AttentionView& view, const Rect& map, int rows, int columns);

/// Width over height of an observation's cell where the scene has `rows` x `columns` square ones: Atari's 84 x 84 stand
/// for 210 x 160.
float cell_aspect(const protocol::AttentionView& view, int rows, int columns);

}  // namespace qarium::widgets
