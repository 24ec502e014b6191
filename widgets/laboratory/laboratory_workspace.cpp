#include <algorithm>

#include "widgets/laboratory/laboratory_panels.hpp"
#include "widgets/laboratory/laboratory_state.hpp"
#include "widgets/memory_pictures/memory_pictures.hpp"
#include "widgets/parts/splitter.hpp"
#include "widgets/workspace.hpp"

namespace qarium::widgets {
namespace {

// Least sizes at scale 1.
constexpr float kLaboratoryLeftWidth = 256;
constexpr float kLaboratoryPicturesWidth = 460;
constexpr float kLaboratoryMatrixWidth = 282;
constexpr float kControlsHeight = 258;
constexpr float kLaboratoryPlotHeight = 150;
constexpr float kAnswerHeight = 150;
constexpr float kLaboratoryPicturesHeight = 240;
constexpr float kLaboratoryMatrixHeight = 220;
constexpr float kLaboratoryChainHeight = 248;
constexpr float kLaboratoryGap = 8;
constexpr float kLaboratoryThreeColumns =
    kLaboratoryLeftWidth + kLaboratoryPicturesWidth + kLaboratoryMatrixWidth + 2 * kLaboratoryGap;
constexpr float kLaboratoryTwoColumns = kLaboratoryLeftWidth + kLaboratoryPicturesWidth + kLaboratoryGap;
constexpr float kLaboratoryLeastHeight = kAnswerHeight + kLaboratoryPicturesHeight + kLaboratoryGap;
constexpr float kLaboratoryRightBelow = 500;

void draw_laboratory_left(const PanelContext& context, const Rect& area) {
  auto& look = context.view.of<LaboratoryState>();
  const auto [controls, plot] =
      split_rows(context, area,
                 {"splitter.laboratory.controls", &look.controls_fraction, LaboratoryState::kControlsFraction,
                  context.px(kControlsHeight), context.px(kLaboratoryPlotHeight)});
  draw_laboratory_controls(context, controls);
  draw_laboratory_plot(context, plot);
}

void take_pointing(const PanelContext& context, const TimePointing& pointing) {
  auto& state = context.view.of<LaboratoryState>();
  if (pointing.hovered >= 0) state.hovered_next = pointing.hovered;
  if (pointing.clicked >= 0) state.cursor = pointing.clicked;
}

void draw_laboratory_middle(const PanelContext& context, const ShownMemory& shown, const Rect& area) {
  auto& look = context.view.of<LaboratoryState>();
  const auto [answer, pictures] =
      split_rows(context, area,
                 {"splitter.laboratory.answer", &look.answer_fraction, LaboratoryState::kAnswerFraction,
                  context.px(kAnswerHeight), context.px(kLaboratoryPicturesHeight)});
  take_pointing(context, draw_laboratory_answer(context, shown, answer));
  take_pointing(context, draw_memory_pictures(context, shown, pictures));
}

void draw_laboratory_right(const PanelContext& context, const ShownMemory& shown, const Rect& area) {
  auto& look = context.view.of<LaboratoryState>();
  const auto [matrix, chain] =
      split_rows(context, area,
                 {"splitter.laboratory.chain", &look.chain_fraction, LaboratoryState::kChainFraction,
                  context.px(kLaboratoryMatrixHeight), context.px(kLaboratoryChainHeight)});
  const int slot = draw_memory_matrix(context, shown, matrix);
  auto& chosen = shown.kept->chosen_slot;
  if (slot >= 0) chosen = chosen == slot ? -1 : slot;
  draw_memory_chain(context, shown, chain);
}

void draw_laboratory_columns(const PanelContext& context, const ShownMemory& shown, const Rect& area, bool right) {
  auto& look = context.view.of<LaboratoryState>();
  const float others =
      right ? kLaboratoryPicturesWidth + kLaboratoryGap + kLaboratoryMatrixWidth : kLaboratoryPicturesWidth;
  const auto [left, rest] =
      split_columns(context, area,
                    {"splitter.laboratory.left", &look.left_fraction, LaboratoryState::kLeftFraction,
                     context.px(kLaboratoryLeftWidth), context.px(others)});
  draw_laboratory_left(context, left);
  if (!right) {
    draw_laboratory_middle(context, shown, rest);
    return;
  }
  const auto [middle, last] =
      split_columns(context, rest,
                    {"splitter.laboratory.matrix", &look.matrix_fraction, LaboratoryState::kMatrixFraction,
                     context.px(kLaboratoryPicturesWidth), context.px(kLaboratoryMatrixWidth)});
  draw_laboratory_middle(context, shown, middle);
  draw_laboratory_right(context, shown, last);
}

}  // namespace

void draw_laboratory_workspace(const PanelContext& context, const Rect& area) {
  const auto shown = shown_laboratory(context);
  const float width = area.width() / context.scale;
  const float height = std::max(area.height() / context.scale, kLaboratoryLeastHeight);
  // 1 pixel of grace: sizes are rounded.
  const int columns = width + 1 >= kLaboratoryThreeColumns ? 3 : width + 1 >= kLaboratoryTwoColumns ? 2 : 1;
  const float right = columns == 3 ? 0 : kLaboratoryRightBelow + kLaboratoryGap;
  const WorkspaceScope scope(context, area, (columns == 1 ? 2 * height + kLaboratoryGap : height) + right);
  Rect inside = scope.inside();
  if (right > 0)
    draw_laboratory_right(context, shown,
                          inside.cut_bottom(context.px(kLaboratoryRightBelow), context.px(kLaboratoryGap)));
  if (columns == 1) {
    draw_laboratory_left(
        context, inside.cut_top((inside.height() - context.px(kLaboratoryGap)) / 2, context.px(kLaboratoryGap)));
    draw_laboratory_middle(context, shown, inside);
  } else {
    draw_laboratory_columns(context, shown, inside, columns == 3);
  }
}

}  // namespace qarium::widgets
