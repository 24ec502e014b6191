#include <algorithm>

#include "widgets/dialogs/dialog.hpp"
#include "widgets/dialogs/dialogs.hpp"
#include "widgets/parameters/parameter_row.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/format.hpp"
#include "widgets/parts/stages.hpp"

namespace qarium::widgets {
namespace {

constexpr float kBlockLine = 19;

ShortText input_shape(const protocol::TrainerSnapshot& trainer, core::Stage stage) {
  if (!trainer.network) return {"–"};
  if (stage == core::Stage::Encoder) {
    return shape(trainer.network->observation.data(), trainer.network->observation.size());
  }
  const auto* before = find_block(trainer, core::kStages[static_cast<std::size_t>(stage) - 1]);
  return before == nullptr ? ShortText("–") : output_words(*before);
}

void draw_block_fact(const PanelContext& context, Rect row, std::string_view label, std::string_view value) {
  auto& list = *ImGui::GetWindowDrawList();
  draw_text_in(list, context.fonts.quiet, row.cut_left(context.px(90)), context.theme.quiet, label);
  draw_text_in(list, context.fonts.number, row, context.theme.text, value);
}

/// Among the rows of this block that matter.
bool stands(const PanelContext& context, const config::Parameter& parameter, config::Group group) {
  return parameter.group == group && config::applies(context.trainer.hyperparameters, parameter);
}

float parameters_height(const PanelContext& context, config::Group group, float width) {
  float height = 0;
  for (const auto& parameter : config::parameters()) {
    if (stands(context, parameter, group)) height += parameter_row_height(context, parameter, width);
  }
  return height;
}

}  // namespace

void draw_block_dialog(const PanelContext& context) {
  const auto stage = context.view.transient.block;
  const auto group = stage_group(stage);
  const auto* block = find_block(context.trainer, stage);
  const auto layers = block == nullptr ? 1 : std::max<std::size_t>(1, block->layers.size());
  constexpr float kWidth = 440;
  const float rows = parameters_height(context, group, context.px(kWidth - 40)) / context.scale;
  const float height =
      32 + 34 + 3 * kBlockLine + 12 + 22 + static_cast<float>(layers) * kBlockLine + 12 + 22 + rows + 8;
  const float share = (static_cast<float>(stage) + 0.5F) / 5;
  const ImVec2 at{ImGui::GetIO().DisplaySize.x * (0.1F + 0.75F * share) - context.px(kWidth / 2), context.px(118)};
  DialogScope dialog(context, "block", {kWidth, height}, false, at);
  if (!dialog.open()) return;
  auto& list = *ImGui::GetWindowDrawList();
  const auto& theme = context.theme;
  ShortText title(stage_title(stage));
  title.add(", ").add(block != nullptr ? std::string_view(block->kind)
                                       : configured_kind(context.trainer.hyperparameters, stage));
  Rect rest = draw_dialog_title(context, dialog.inside(), title, theme.stage(stage));
  draw_block_fact(context, rest.cut_top(context.px(kBlockLine)), "takes", input_shape(context.trainer, stage));
  draw_block_fact(context, rest.cut_top(context.px(kBlockLine)), "gives",
                  block == nullptr ? ShortText("–") : output_words(*block));
  draw_block_fact(context, rest.cut_top(context.px(kBlockLine), context.px(12)), "parameters",
                  block == nullptr ? ShortText("–") : count(block->parameters));
  draw_text_in(list, context.fonts.quiet, rest.cut_top(context.px(22)), theme.quiet, "LAYERS");
  if (block == nullptr || block->layers.empty()) {
    draw_text_in(list, context.fonts.text, rest.cut_top(context.px(kBlockLine)), theme.quiet,
                 "none: it passes on what comes");
  } else {
    for (const auto& layer : block->layers) {
      draw_text_in(list, context.fonts.number, rest.cut_top(context.px(kBlockLine)), theme.text, layer);
    }
  }
  rest.cut_top(context.px(12));
  draw_text_in(list, context.fonts.quiet, rest.cut_top(context.px(22)), theme.quiet, "HYPERPARAMETERS");
  for (const auto& parameter : config::parameters()) {
    if (!stands(context, parameter, group)) continue;
    const float row = parameter_row_height(context, parameter, rest.width());
    draw_parameter_row(context, parameter, rest.cut_top(row), "block");
  }
  if (context.view.transient.dialog != Dialog::Block) dialog.close();
}

}  // namespace qarium::widgets
