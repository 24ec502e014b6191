#pragma once
#include <span>

#include "widgets/context.hpp"
#include "widgets/parts/format.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

/// Action values, factual and counterfactual, and how they map to bars.
struct ValueBars {
  std::span<const float> before;
  std::span<const float> after;  ///< empty while there is no intervention
  int greedy = -1;
  int greedy_after = -1;
  float low = 0;
  float high = 1;

  /// Of the bar's length, 0 .. 1.
  float share(float value) const;
  std::size_t actions(const protocol::StageSnapshot& stage) const;
};
/// By the newest network, whoever evaluated the moment when it came.
ValueBars value_bars(const protocol::StageSnapshot& stage);
/// Of whom the values are: "now", "of the network of step 100,000"
ShortText value_words(const protocol::StageSnapshot& stage);

/// Heights at scale 1.
inline constexpr float kLeastValueRow = 20;
inline constexpr float kMostValueRow = 36;
inline constexpr float kValueLegend = 20;

/// What the names of the actions take of this width.
float value_name_width(const PanelContext& context, const ValueBars& values, float width);
/// Marks, name, one bar, or two while there is an intervention, and the numbers.
void draw_value_row(const PanelContext& context, const ValueBars& values, std::size_t action, const Rect& area,
                    float name_width);
/// Which action is greedy, and which would be.
void draw_value_legend(const PanelContext& context, const ValueBars& values, Rect row);

}  // namespace qarium::widgets
