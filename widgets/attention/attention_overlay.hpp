#pragma once
#include <span>
#include <string_view>

#include "widgets/attention/attention_map.hpp"
#include "widgets/attention/attention_panels.hpp"

namespace qarium::widgets {

inline constexpr std::string_view kContoursHelp =
    "Lines around the fewest tokens that hold 50, 80 and 95 % of the weight, the innermost 50 %";

/// The map over a frame: colours, and where it stands; its numbers are AttentionState::picture.
struct Overlay {
  const PanelContext& context;
  const ShownAttention& shown;
  TokenGrid grid;
  Rect frame;
  HeatStyle style;

  std::span<const float> picture() const { return context.view.of<AttentionState>().picture; }
};

HeatStyle overlay_style(const PanelContext& context, const protocol::AttentionView& view,
                        std::span<const float> picture);
/// Cells that an intervention empties.
void draw_painted(const Overlay& overlay);
/// Rings around the tokens that are pointed at, pinned, asked and asking.
void draw_tokens(const Overlay& overlay);
/// Pointing, pinning, painting.
void touch_frame(const Overlay& overlay);
/// What must be said of the moment and of the map.
void draw_overlay_banners(const Overlay& overlay);
/// The number under the pointer, or what the whole map comes to.
void draw_frame_caption(const Overlay& overlay, Rect row);
void draw_frame_legend(const Overlay& overlay, Rect area);

}  // namespace qarium::widgets
