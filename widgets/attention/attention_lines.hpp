#pragma once
#include <span>
#include <vector>

#include "widgets/attention/attention_shown.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

/// What one token of a picture of things is given, as it is drawn (Leurent and Mercat 2019, figures 3 to 5): a line to
/// it from the one that asks.
struct AttentionLine {
  int token = 0;
  ImVec2 from;         ///< where the one that asks stands
  ImVec2 to;           ///< where the token stands; where it stands beyond the picture, at its edge
  float strength = 0;  ///< the weight as a share of the greatest: width and opacity
  bool ring = false;   ///< no line but a ring around `to`: it asks itself, or what asks is none of the tokens
  bool beyond = false;
};

/// Does the environment tell where the tokens stand in the stage's picture?
bool stands_in_picture(const protocol::StageSnapshot& stage, const protocol::AttentionView& view);
/// The token that asks: the one pinned, or the first where it is the query; -1 where the query is none of them.
int asking_token(const PanelContext& context, const ShownAttention& shown);
/// The colour of what is shown: the head's own, or attention's where it is of all heads.
ImU32 shown_color(const Theme& theme, int head);

/// The weakest first. A token without a weight or a place has none. `most` is the weight whose strength is 1; `asks` as
/// asking_token gives it; `frame` is where the scene is drawn.
std::vector<AttentionLine> attention_lines(const protocol::Scene& scene, std::span<const float> weights, int asks,
                                           float most, const Rect& frame);

float line_width(const PanelContext& context, float strength);
ImU32 line_color(ImU32 color, float strength);
void draw_attention_lines(const PanelContext& context, std::span<const AttentionLine> lines, ImU32 color);

}  // namespace qarium::widgets
