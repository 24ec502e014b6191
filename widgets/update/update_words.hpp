#pragma once
#include "engine/protocol/update_view.hpp"
#include "widgets/context.hpp"
#include "widgets/parts/draw.hpp"
#include "widgets/parts/format.hpp"

namespace qarium::widgets {

/// What is said of one transition of an update, a line each. Empty where there is nothing to say.
struct UpdateWords {
  ShortText target;      ///< "y = r + γ Q_target(s', a*)"
  ShortText numbers;     ///< "= 1.000 + 0.990 × 12.34 = 13.22"; empty where nothing is added
  ShortText note;        ///< who chose a* and who valued it; or why nothing is added
  ShortText returns;     ///< n-step returns and value rescaling, where they are in force
  ShortText target_age;  ///< "Target network: copied 7 of 10 environment steps ago"
  ShortText error;       ///< "δ = y − Q(s, a) = 13.22 − 13.00 = +0.22"
  ShortText value;       ///< "Q(s, a) 13.00 → 13.02 after the update"
};
UpdateWords update_words(const PanelContext& context, const protocol::UpdateView& update,
                         const protocol::TransitionView& sample);

/// Q(s, a) after the update; NaN where not measured.
float value_after(const protocol::TransitionView& sample);

}  // namespace qarium::widgets
