#pragma once
#include "widgets/context.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

/// How the watched frame is drawn, wherever it is; remembered between launches.
struct StageLook {
  bool grid = true;  ///< thin lines between the cells
};

/// Whose environment is on the stage; not remembered.
struct StageSource {
  bool learner = false;  ///< the learner's own, instead of the watched episode
};
/// The parts of the snapshots that draw_stage_choice needs.
protocol::Needs stage_needs(const ViewState& view);

struct SettingSection;
extern const SettingSection kStageSection;

/// The watched episode. Needs Part::Stage.
void draw_stage(const PanelContext& context, const Rect& area);
/// The same, or by a choice in its head the learner's own environment, to look at only. Needs what stage_needs says.
void draw_stage_choice(const PanelContext& context, const Rect& area);

}  // namespace qarium::widgets
