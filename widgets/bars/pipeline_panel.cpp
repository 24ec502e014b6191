#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "widgets/actions.hpp"
#include "widgets/bars/bars.hpp"
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
  result.arrow = meters > 0 && narrow ? kArrowLeast : std::clamp(rest * 0.06F, kArrowLeast, kArrowMost);
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

/// A part that learners have or have not.
struct Meter {
  const char* name;
  bool has = false;
  float share = 0;
  ShortText value;
  ShortText help;
};

float share_of(std::int64_t part, std::int64_t whole) {
  return whole > 0 ? std::clamp(static_cast<float>(part) / static_cast<float>(whole), 0.0F, 1.0F) : 0;
}

std::array<Meter, 4> meters_of(const protocol::TrainerSnapshot& trainer) {
  const auto& status = trainer.status;
  const auto& h = trainer.hyperparameters;
  std::array<Meter, 4> all{Meter{"replay"}, Meter{"target"}, Meter{"rollout"}, Meter{"trace"}};
  auto& [replay, target, rollout, trace] = all;
  if (status.replay_capacity > 0) {
    replay.has = true;
    replay.share = share_of(status.replay_size, status.replay_capacity);
    replay.value = compact(static_cast<double>(status.replay_size));
    replay.help.add("Replay: ").add(count(status.replay_size)).add(" of ").add(count(status.replay_capacity));
    replay.help.add(" transitions, which are drawn from again and again");
  }
  if (trainer.health && trainer.health->target_copies >= 0) {
    const auto& health = *trainer.health;
    target.has = true;
    target.share = h.tau < 1 ? 1 : share_of(health.steps_since_target, h.target_update_interval);
    if (std::isfinite(health.target_distance)) target.value.print("%.1f %%", 100 * health.target_distance);
    target.help.add("Target network: ").add(count(health.steps_since_target)).add(" of ");
    target.help.add(count(h.target_update_interval)).add(" steps old (bar). Its distance from the network is ");
    target.help.add(target.value).add(" of the network's 2-norm");
  }
  if (status.rollout_length > 0) {
    rollout.has = true;
    rollout.share = share_of(status.rollout_steps, status.rollout_length);
    rollout.value = compact(static_cast<double>(status.rollout_steps));
    rollout.help.add("Rollout: ").add(count(status.rollout_steps)).add(" of ").add(count(status.rollout_length));
    rollout.help.add(" steps in each environment, learned from once and forgotten");
  }
  if (trainer.health && !trainer.health->trace.empty()) {
    std::int64_t live = 0;
    std::int64_t numbers = 0;
    double squares = 0;
    for (const auto& layer : trainer.health->trace) {
      live += layer.live;
      numbers += layer.numbers;
      squares += layer.norm * layer.norm;
    }
    trace.has = true;
    trace.share = share_of(live, numbers);
    trace.value = compact(std::sqrt(squares));
    trace.help.add("Eligibility trace: ").add(count(live)).add(" of ").add(count(numbers));
    trace.help.add(" weights are live (bar); the trace's length, its 2-norm, is ").add(trace.value);
  }
  for (auto& meter : all) {
    if (!meter.has) meter.help.add("algorithm ").add(h.algorithm).add(" has no ").add(meter.name);
  }
  return all;
}

/// Two by two: what stands is filled, what the learner has not says so.
void draw_meters(const PanelContext& context, Rect area) {
  auto& list = *ImGui::GetWindowDrawList();
  const auto& theme = context.theme;
  const auto meters = meters_of(context.trainer);
  const float gap = context.px(8);
  const float width = (area.width() - gap) / 2;
  const float height = area.height() / 2;
  for (std::size_t i = 0; i < meters.size(); ++i) {
    const auto& meter = meters[i];
    const float x = area.min.x + std::floor(static_cast<float>(i) / 2) * (width + gap);
    const float y = area.min.y + static_cast<float>(i % 2) * height;
    Rect cell{{x, y}, {x + width, y + height}};
    const auto name = ShortText("pipeline.meter.").add(meter.name);
    const auto state = interact(context, name, cell);
    tooltip(context, name, state, meter.help);
    const Rect bar = cell.cut_bottom(context.px(4));
    cell.max.y -= context.px(1);
    draw_text_in(list, context.fonts.quiet, cell, meter.has ? theme.text : theme.quiet, meter.name);
    draw_text_in(list, context.fonts.number, cell, meter.has ? theme.text : theme.quiet,
                 meter.has ? meter.value : ShortText("none"), Align::Right);
    if (!meter.has) {
      list.AddLine({bar.min.x, bar.centre().y}, {bar.max.x, bar.centre().y}, theme.line_quiet);
      continue;
    }
    fill(list, bar, theme.line, context.px(2));
    fill(list, {bar.min, {bar.min.x + meter.share * bar.width(), bar.max.y}}, theme.stage(core::Stage::Fusion),
         context.px(2));
  }
}

}  // namespace

void draw_pipeline(const PanelContext& context, const Rect& area) {
  auto& list = *ImGui::GetWindowDrawList();
  fill(list, area, context.theme.ground);
  list.AddLine({area.min.x, area.max.y - 1}, {area.max.x, area.max.y - 1}, context.theme.line);
  Rect rest = area.shrunk(context.px(16), context.px(8));
  const Sizes size = sizes(rest.width() / context.scale);
  const auto& network = context.trainer.network;
  if (size.meters > 0) draw_meters(context, rest.cut_right(context.px(size.meters - 16), context.px(16)));
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
