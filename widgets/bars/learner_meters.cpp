#include "widgets/bars/learner_meters.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "widgets/parts/controls.hpp"
#include "widgets/parts/format.hpp"

namespace qarium::widgets {
namespace {

/// A part that learners have or have not.
struct Meter {
  enum class Has { No, Unknown, Yes };
  const char* name;
  Has has = Has::No;
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
    replay.has = Meter::Has::Yes;
    replay.share = share_of(status.replay_size, status.replay_capacity);
    replay.value = compact(static_cast<double>(status.replay_size));
    replay.help.add("Replay: ").add(count(status.replay_size)).add(" of ").add(count(status.replay_capacity));
    replay.help.add(" transitions, which are drawn from again and again");
  }
  if (!trainer.health) {
    for (auto* meter : {&target, &trace}) {
      meter->has = Meter::Has::Unknown;
      meter->help.add("The ").add(meter->name).add(" has not been looked at yet");
    }
  }
  if (trainer.health && trainer.health->target_copies >= 0) {
    const auto& health = *trainer.health;
    target.has = Meter::Has::Yes;
    target.share = h.tau < 1 ? 1 : share_of(health.steps_since_target, h.target_update_interval);
    if (std::isfinite(health.target_distance)) target.value.print("%.1f %%", 100 * health.target_distance);
    target.help.add("Target network: ").add(count(health.steps_since_target)).add(" of ");
    target.help.add(count(h.target_update_interval)).add(" steps old (bar). Its distance from the network is ");
    target.help.add(target.value).add(" of the network's 2-norm");
  }
  if (status.rollout_length > 0) {
    rollout.has = Meter::Has::Yes;
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
    trace.has = Meter::Has::Yes;
    trace.share = share_of(live, numbers);
    trace.value = compact(std::sqrt(squares));
    trace.help.add("Eligibility trace: ").add(count(live)).add(" of ").add(count(numbers));
    trace.help.add(" weights are live (bar); the trace's length, its 2-norm, is ").add(trace.value);
  }
  for (auto& meter : all) {
    if (meter.has == Meter::Has::No) meter.help.add("algorithm ").add(h.algorithm).add(" has no ").add(meter.name);
  }
  return all;
}

ShortText shown_value(const Meter& meter) {
  if (meter.has == Meter::Has::Yes) return meter.value;
  return {meter.has == Meter::Has::Unknown ? "–" : "none"};
}

/// Of name and value with a gap between.
float words_width(const PanelContext& context, const Meter& meter) {
  return text_width(context.fonts.quiet, meter.name) + text_width(context.fonts.number, shown_value(meter)) +
         context.px(8);
}

}  // namespace

void draw_learner_meters(const PanelContext& context, Rect area) {
  auto& list = *ImGui::GetWindowDrawList();
  const auto& theme = context.theme;
  const auto meters = meters_of(context.trainer);
  const float height = area.height() / 2;
  // Two columns, each as wide as its words ask for in proportion.
  const float left = std::max(words_width(context, meters[0]), words_width(context, meters[1]));
  const float right = std::max(words_width(context, meters[2]), words_width(context, meters[3]));
  const float gap = context.px(8);
  Rect first = area;
  Rect second = first.cut_right(std::round((area.width() - gap) * right / (left + right)), gap);
  for (std::size_t i = 0; i < meters.size(); ++i) {
    const auto& meter = meters[i];
    Rect cell = (i < 2 ? first : second).cut_top(height);
    const auto name = ShortText("pipeline.meter.").add(meter.name);
    const auto state = interact(context, name, cell);
    tooltip(context, name, state, meter.help);
    const Rect bar = cell.cut_bottom(context.px(4));
    cell.max.y -= context.px(1);
    const bool has = meter.has == Meter::Has::Yes;
    const auto color = has ? theme.text : theme.quiet;
    draw_text_in(list, context.fonts.quiet, cell, color, meter.name);
    draw_text_in(list, context.fonts.number, cell, color, shown_value(meter), Align::Right);
    if (!has) {
      list.AddLine({bar.min.x, bar.centre().y}, {bar.max.x, bar.centre().y}, theme.line_quiet);
      continue;
    }
    fill(list, bar, theme.line, context.px(2));
    fill(list, {bar.min, {bar.min.x + meter.share * bar.width(), bar.max.y}}, theme.stage(core::Stage::Fusion),
         context.px(2));
  }
}

}  // namespace qarium::widgets
