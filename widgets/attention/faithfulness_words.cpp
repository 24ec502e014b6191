#include "widgets/attention/faithfulness_words.hpp"

#include <cmath>

namespace qarium::widgets {

Verdict verdict(const protocol::FaithfulnessCurve& curve) {
  if (curve.gain_low > 0) return {"better than chance", "better", Icon::Diamond, &Theme::good};
  if (curve.gain_high < 0) return {"worse than chance", "worse", Icon::Warning, &Theme::wrong};
  return {"no better than chance", "no better", Icon::Triangle, &Theme::attention};
}

Verdict redrawn_verdict(float correlation) {
  if (!std::isfinite(correlation)) return {};
  if (correlation < 0.5F) return {"learned", "learned", Icon::Diamond, &Theme::good};
  return {"not learned", "not learned", Icon::Triangle, &Theme::attention};
}

bool measured(const protocol::Faithfulness& faithfulness) {
  return faithfulness.states > 0 && !faithfulness.deletion.map.empty();
}

}  // namespace qarium::widgets
