#pragma once
#include "widgets/context.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

/// How the watched frame is drawn, wherever it is; remembered between launches.
struct StageLook {
  bool grid = true;  ///< thin lines between the cells
};

struct SettingSection;
extern const SettingSection kStageSection;

/// The watched environment. Needs Part::Stage.
void draw_stage(const PanelContext& context, const Rect& area);

}  // namespace qarium::widgets
