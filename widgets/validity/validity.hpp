#pragma once
#include <string_view>

#include "engine/protocol/basis.hpp"
#include "widgets/context.hpp"
#include "widgets/parts/format.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

/// One rule for all results that can be seen for longer than what they were taken from (docs/VALIDITY.md): where that
/// is no longer what is on the screen, the result says so in words, and its verdicts lose their colours.

/// "measured on the network of step 100,000, at step 38 of episode 3"; empty where the result is about what is shown.
ShortText outdated_words(const protocol::Basis& result, const protocol::Basis& shown,
                         std::string_view done = "measured");

/// The colour of what a result says: its own, or the quiet one where the result is outdated.
ImU32 verdict_color(const Theme& theme, ImU32 color, bool outdated);

/// A line that says that a result is outdated, and a button that takes it again.
struct OutdatedLine {
  std::string_view name;   ///< of the button: "faithfulness.again"
  ShortText words;         ///< as outdated_words
  std::string_view again;  ///< "measure again"; empty: it cannot be taken again here
  bool waiting = false;    ///< it is being asked for
};
float outdated_height(const PanelContext& context, const OutdatedLine& line, float width);
/// Draws nothing without words. True when it shall be taken again.
bool draw_outdated(const PanelContext& context, const OutdatedLine& line, const Rect& area);

}  // namespace qarium::widgets
