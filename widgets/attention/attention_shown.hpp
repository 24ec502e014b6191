#pragma once
#include "widgets/attention/attention_state.hpp"
#include "widgets/context.hpp"
#include "widgets/parts/format.hpp"

namespace qarium::widgets {

/// What the Attention workspace shows in this frame.
struct ShownAttention {
  const protocol::AttentionView* view = nullptr;    ///< the counterfactual where there is one; null = nothing to show
  const protocol::AttentionView* actual = nullptr;  ///< the factual one
  bool counterfactual = false;
  int head = kMeanHead;  ///< as chosen, where the network has it
  int query = 0;         ///< row of the weights
  bool matrix = false;   ///< `actual` has a matrix that fits

  explicit operator bool() const { return view != nullptr; }
};
ShownAttention shown_attention(const PanelContext& context);

/// Is what is watched a grid of cells?
bool has_cells(const protocol::StageSnapshot& stage);
/// Do the tokens lie over its cells? Not where they are of several parts.
bool lies_over_cells(const protocol::StageSnapshot& stage, const protocol::AttentionView& view);
/// "mean of 4 heads", "head 2"
ShortText head_name(int head, int heads);
/// A colour of its own for each head's curve and name; never the only sign.
ImU32 head_color(const Theme& theme, int head);
/// The token that the overlay is about: its row of the matrix is shown; -1 = none.
int pinned_token(const PanelContext& context, const ShownAttention& shown);
/// [tokens]: what the overlay is about.
void shown_weights(const PanelContext& context, const ShownAttention& shown, std::vector<float>& out);
/// "row 4, column 7"; with the frame or the part where there are several.
ShortText token_name(const protocol::AttentionView& view, int token);

}  // namespace qarium::widgets
