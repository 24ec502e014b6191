#pragma once
#include "widgets/attention/attention_shown.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

// The panels of the Attention workspace. What they show of attention is `shown`; it may be empty.

/// The watched frame under the attention map; hovering asks what a place weighs, the brush empties cells.
void draw_attention_frame(const PanelContext& context, const ShownAttention& shown, const Rect& area);
/// What each action is worth, factual and counterfactual, and interventions on attention.
void draw_attention_values(const PanelContext& context, const ShownAttention& shown, const Rect& area);
/// Every head's map, and how attention went while learning.
void draw_heads(const PanelContext& context, const ShownAttention& shown, const Rect& area);
/// Whether the map is faithful.
void draw_faithfulness(const PanelContext& context, const ShownAttention& shown, const Rect& area);
/// Which token takes from which.
void draw_attention_matrix(const PanelContext& context, const ShownAttention& shown, const Rect& area);
/// At each word that was written, where it looked in the source (Bahdanau 2015, figure 3), and which word was to be
/// said.
void draw_alignment(const PanelContext& context, const Rect& area);
/// What that panel shows; null where no words are aligned.
const protocol::AlignmentView* shown_alignment(const PanelContext& context);
/// Do its sizes fit together? Nothing else is drawn.
bool sound_alignment(const protocol::AlignmentView& view);
/// In place of the heads where the network has no attention.
void draw_no_attention(const PanelContext& context, const Rect& area);

}  // namespace qarium::widgets
