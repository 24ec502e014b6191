#include <algorithm>

#include "widgets/actions.hpp"
#include "widgets/bars/bars.hpp"
#include "widgets/bars/learner_meters.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/flow.hpp"
#include "widgets/parts/format.hpp"
#include "widgets/parts/stages.hpp"

namespace qarium::widgets {
namespace {

constexpr float kEnds = 100;
constexpr float kBlockMost = 160;
constexpr float kBlockLeast = 83;
constexpr float kArrowMost = 84;
constexpr float kArrowLeast = 42;
constexpr float kArrowNarrow = 48;
constexpr float kSummary = 170;

struct Sizes {
  float ends;
  float block;
  float arrow;
  bool summary;
  float meters = 0;  ///< 0: there is no room for them
};

constexpr float kMeters = 216;
constexpr float kMetersNarrow = 184;
constexpr float kMetersNarrowBelow = 1400;
constexpr float kMetersFrom = 1120;

/// Where there is little room only the blocks stand, with arrows between them.
constexpr float kEndsFrom = 850;
constexpr float kArrowAlone = 18;

Sizes sizes(float width) {
  const bool narrow = width < kMetersNarrowBelow;
  const float meters = width < kMetersFrom ? 0 : narrow ? kMetersNarrow : kMeters;
  width -= meters;
  if (width < kEndsFrom - 32) return {0, std::min((width - 6 * kArrowAlone) / 5, kBlockMost), kArrowAlone, false, 0};
  Sizes result{kEnds, kBlockMost, kArrowMost, true, meters};
  const auto needed = [&](bool summary) { return 2 * kEnds + 5 * 110.0F + 6 * 60.0F + (summary ? kSummary : 0); };
  result.summary = width >= needed(true);
  float rest = width - 2 * result.ends - (result.summary ? kSummary : 0);
  if (!result.summary && rest < 5 * kBlockMost + 6 * kArrowLeast) {
    result.ends = 76;
    rest = width - 2 * result.ends;
  }
  result.arrow = std::clamp(rest * 0.06F, kArrowLeast, meters > 0 && narrow ? kArrowNarrow : kArrowMost);
  result.block = std::clamp((rest - 6 * result.arrow) / 5, kBlockLeast, kBlockMost);
  return result;
}

void draw_block(const PanelContext& context, core::Stage stage, const Rect& area) {
  const auto& theme = context.theme;
  const auto name = ShortText("pipeline.").add(core::stage_word(stage));
  const auto state = press(context, name, area);
  if (state.clicked) open_dialog(context, stage);
  const bool open = context.view.transient.dialog == Dialog::Block && context.view.transient.block == stage;
  const auto* block = find_block(context.trainer, stage);
  const auto kind =
      block != nullptr ? std::string_view(block->kind) : configured_kind(context.trainer.hyperparameters, stage);
  const bool counted = block != nullptr && block->parameters > 0;
  draw_flow_block(context,
                  {.title = stage_title(stage),
                   .kind = kind,
                   .size = counted ? compact(static_cast<double>(block->parameters)) : ShortText(),
                   .color = theme.stage(stage),
                   .idle = kind == "none",
                   .lit = state.hovered || open},
                  area);
  ShortText help(stage_title(stage));
  help.add(": ").add(kind);
  if (block != nullptr) help.add(", ").add(count(block->parameters)).add(" parameters");
  tooltip(context, name, state, help.add(". Click to look inside."));
}

/// "6 × 51": numbers of each action's return.
ShortText distributions_words(const protocol::TrainerSnapshot& trainer, const ShortText& otherwise) {
  const auto* head = find_block(trainer, core::Stage::Head);
  if (!trainer.network || head == nullptr || head->output.empty() || trainer.network->actions == 0) return otherwise;
  const auto actions = trainer.network->actions;
  return count(actions).add(" × ").add(count(head->output.back() / actions));
}

}  // namespace

void draw_pipeline(const PanelContext& context, const Rect& area) {
  auto& list = *ImGui::GetWindowDrawList();
  fill(list, area, context.theme.ground);
  list.AddLine({area.min.x, area.max.y - 1}, {area.max.x, area.max.y - 1}, context.theme.line);
  Rect rest = area.shrunk(context.px(16), context.px(8));
  const Sizes size = sizes(rest.width() / context.scale);
  const auto& network = context.trainer.network;
  if (size.meters > 0) draw_learner_meters(context, rest.cut_right(context.px(size.meters - 16), context.px(16)));
  if (size.summary) {
    ShortText total(network ? count(network->parameters) : ShortText("–"));
    draw_flow_end(context, rest.cut_right(context.px(kSummary)), total.add(" parameters"), "", Align::Right);
    const Rect below{{rest.max.x, area.centre().y}, {rest.max.x + context.px(kSummary), area.max.y}};
    draw_text_in(list, context.fonts.quiet, {below.min, {below.max.x, below.max.y - context.px(12)}},
                 context.theme.quiet, "click a block to look inside", Align::Right);
  }
  const ShortText observation = network ? shape(network->observation.data(), network->observation.size()) : ShortText{};
  if (size.ends > 0)
    draw_flow_end(context, rest.cut_left(context.px(size.ends)), "observation", observation, Align::Centre);
  ShortText flow = observation;
  for (const auto stage : core::kStages) {
    // What goes into the first block stands under "observation" already.
    draw_flow_arrow(context, rest.cut_left(context.px(size.arrow)),
                    stage == core::Stage::Encoder || size.ends == 0 ? std::string_view() : flow.view());
    draw_block(context, stage, rest.cut_left(context.px(size.block)));
    const auto* block = find_block(context.trainer, stage);
    flow = block != nullptr ? output_words(*block) : ShortText{};
  }
  draw_flow_arrow(context, rest.cut_left(context.px(size.arrow)), {});
  if (size.ends == 0) return;
  const auto& h = context.trainer.hyperparameters;
  const bool distributional = config::is_distributional(h);
  if (distributional) flow = distributions_words(context.trainer, flow);
  draw_flow_end(context, rest.cut_left(std::min(rest.width(), context.px(size.ends))),
                config::has_critic(h) ? "policy and V"
                : distributional      ? "returns"
                                      : "action values",
                flow, Align::Centre);
}

}  // namespace qarium::widgets
