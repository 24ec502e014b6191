#pragma once
#include <string_view>

#include "widgets/context.hpp"
#include "widgets/parts/draw.hpp"
#include "widgets/parts/format.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

// What flows through a network, drawn in a row: what comes, blocks with arrows between them, what goes.

/// Two quiet lines: what it is, and its numbers.
void draw_flow_end(const PanelContext& context, Rect area, std::string_view above, std::string_view below, Align align);
/// What goes from one block to the next.
void draw_flow_arrow(const PanelContext& context, Rect area, std::string_view shape);

struct FlowBlock {
  std::string_view title;
  std::string_view kind;
  ShortText size;     ///< number of parameters; empty: not told
  ImU32 color = 0;    ///< of its stage
  bool idle = false;  ///< it passes on what comes
  bool lit = false;   ///< pointed at, or looked into
};
void draw_flow_block(const PanelContext& context, const FlowBlock& block, const Rect& area);

}  // namespace qarium::widgets
