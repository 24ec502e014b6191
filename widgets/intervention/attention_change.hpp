#pragma once
#include "widgets/context.hpp"
#include "widgets/parts/format.hpp"

namespace qarium::widgets {

/// What an intervention changes of attention, piece by piece (intervention.hpp).

void toggle_uniform(const PanelContext& context);
void toggle_silenced(const PanelContext& context, int head);

/// "uniform weights, head 2 silenced, 3 cells emptied"
ShortText words_for(const protocol::AttentionChange& change);

}  // namespace qarium::widgets
