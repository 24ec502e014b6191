#pragma once
#include <string_view>

#include "widgets/intervention/memory_change.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

/// A head's setting as it is dragged now, or else as intended.
protocol::HeadSetting shown_setting(const PanelContext& context, int head);
/// While the control of this name is held it sends the setting some times a second, and once more when it is let go;
/// the whole drag is undone as one.
void drag_head(const PanelContext& context, std::string_view name, const protocol::HeadSetting& setting, bool held,
               bool released);

/// A number of a head that a slider sets.
struct Dial {
  std::string_view name;  ///< "chain.beta"
  float actual = 0;       ///< the agent's, marked with a tick
  std::optional<float> protocol::HeadSetting::* member = nullptr;
  float low = 0;
  float high = 1;
  bool log = false;
};
void draw_dial(const PanelContext& context, int head, const Dial& dial, const Rect& area);
/// A bar for each offset; dragging one up takes from the others.
void draw_shift(const PanelContext& context, int head, const std::vector<float>& actual, const Rect& area,
                bool enabled);

}  // namespace qarium::widgets
