#include <algorithm>

#include "widgets/laboratory/laboratory_panels.hpp"
#include "widgets/memory/memory_panels.hpp"
#include "widgets/parts/splitter.hpp"
#include "widgets/workspace.hpp"

namespace qarium::widgets {
namespace {

// Least sizes at scale 1.
constexpr float kLeftWidth = 256;
constexpr float kPicturesWidth = 460;
constexpr float kMatrixWidth = 282;
constexpr float kControlsHeight = 258;
constexpr float kPlotHeight = 150;
constexpr float kAnswerHeight = 150;
constexpr float kPicturesHeight = 240;
constexpr float kMatrixHeight = 220;
constexpr float kChainHeight = 248;
constexpr float kGap = 8;
constexpr float kThreeColumns = kLeftWidth + kPicturesWidth + kMatrixWidth + 2 * kGap;
constexpr float kTwoColumns = kLeftWidth + kPicturesWidth + kGap;
constexpr float kLeastHeight = kAnswerHeight + kPicturesHeight + kGap;
constexpr float kRightBelow = 500;

void draw_left(const PanelContext& context, const Rect& area) {
  auto& look = context.view.laboratory;
  const auto [controls, plot] =
      split_rows(context, area,
                 {"splitter.laboratory.controls", &look.controls_fraction, LaboratoryLook::kControlsFraction,
                  context.px(kControlsHeight), context.px(kPlotHeight)});
  draw_laboratory_controls(context, controls);
  draw_laboratory_plot(context, plot);
}

void take_pointing(const PanelContext& context, const TimePointing& pointing) {
  auto& state = context.view.transient.laboratory;
  if (pointing.hovered >= 0) state.hovered_next = pointing.hovered;
  if (pointing.clicked >= 0) state.cursor = pointing.clicked;
}

void draw_middle(const PanelContext& context, const ShownMemory& shown, const Rect& area) {
  auto& look = context.view.laboratory;
  const auto [answer, pictures] =
      split_rows(context, area,
                 {"splitter.laboratory.answer", &look.answer_fraction, LaboratoryLook::kAnswerFraction,
                  context.px(kAnswerHeight), context.px(kPicturesHeight)});
  take_pointing(context, draw_laboratory_answer(context, shown, answer));
  take_pointing(context, draw_memory_pictures(context, shown, pictures));
}

void draw_right(const PanelContext& context, const ShownMemory& shown, const Rect& area) {
  auto& look = context.view.laboratory;
  const auto [matrix, chain] =
      split_rows(context, area,
                 {"splitter.laboratory.chain", &look.chain_fraction, LaboratoryLook::kChainFraction,
                  context.px(kMatrixHeight), context.px(kChainHeight)});
  const int slot = draw_memory_matrix(context, shown, matrix);
  auto& chosen = shown.kept->chosen_slot;
  if (slot >= 0) chosen = chosen == slot ? -1 : slot;
  draw_memory_chain(context, shown, chain);
}

void draw_columns(const PanelContext& context, const ShownMemory& shown, const Rect& area, bool right) {
  auto& look = context.view.laboratory;
  const float others = right ? kPicturesWidth + kGap + kMatrixWidth : kPicturesWidth;
  const auto [left, rest] = split_columns(context, area,
                                          {"splitter.laboratory.left", &look.left_fraction,
                                           LaboratoryLook::kLeftFraction, context.px(kLeftWidth), context.px(others)});
  draw_left(context, left);
  if (!right) {
    draw_middle(context, shown, rest);
    return;
  }
  const auto [middle, last] =
      split_columns(context, rest,
                    {"splitter.laboratory.matrix", &look.matrix_fraction, LaboratoryLook::kMatrixFraction,
                     context.px(kPicturesWidth), context.px(kMatrixWidth)});
  draw_middle(context, shown, middle);
  draw_right(context, shown, last);
}

}  // namespace

void draw_laboratory_workspace(const PanelContext& context, const Rect& area) {
  const auto shown = shown_laboratory(context);
  const float width = area.width() / context.scale;
  const float height = std::max(area.height() / context.scale, kLeastHeight);
  // 1 pixel of grace: sizes are rounded.
  const int columns = width + 1 >= kThreeColumns ? 3 : width + 1 >= kTwoColumns ? 2 : 1;
  const float right = columns == 3 ? 0 : kRightBelow + kGap;
  const WorkspaceScope scope(context, area, (columns == 1 ? 2 * height + kGap : height) + right);
  Rect inside = scope.inside();
  if (right > 0) draw_right(context, shown, inside.cut_bottom(context.px(kRightBelow), context.px(kGap)));
  if (columns == 1) {
    draw_left(context, inside.cut_top((inside.height() - context.px(kGap)) / 2, context.px(kGap)));
    draw_middle(context, shown, inside);
  } else {
    draw_columns(context, shown, inside, columns == 3);
  }
}

}  // namespace qarium::widgets
