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
  float share = 0;  ///< of the bar
  float mark = -1;  ///< across the bar; below 0: none
  ShortText value;
  ShortText help;
};

float share_of(std::int64_t part, std::int64_t whole) {
  return whole > 0 ? std::clamp(static_cast<float>(part) / static_cast<float>(whole), 0.0F, 1.0F) : 0;
}

void tell_replay(Meter& meter, const protocol::Status& status, const protocol::LearnerHealth* health) {
  if (status.replay_capacity <= 0) return;
  meter.has = Meter::Has::Yes;
  meter.share = share_of(status.replay_size, status.replay_capacity);
  meter.value = compact(static_cast<double>(status.replay_size));
  meter.help.add("Replay: ").add(count(status.replay_size)).add(" of ").add(count(status.replay_capacity));
  meter.help.add(" transitions, drawn from again and again");
  if (health == nullptr || health->oldest_in_replay < 0) return;
  meter.help.add(". The oldest is ").add(count(health->oldest_in_replay)).add(" environment steps old");
  if (!std::isfinite(health->sampled_age)) return;
  const auto age = static_cast<std::int64_t>(std::llround(health->sampled_age));
  meter.mark = share_of(age, status.replay_capacity);
  meter.help.add(", those of the last update ").add(count(age)).add(" on average (mark)");
}

void tell_target(Meter& meter, const config::Hyperparameters& h, const protocol::LearnerHealth& health) {
  if (health.target_copies < 0) return;
  meter.has = Meter::Has::Yes;
  meter.share = h.tau < 1 ? 1 : share_of(health.steps_since_target, h.target_update_interval);
  if (std::isfinite(health.target_distance)) meter.value.print("%.1f %%", 100 * health.target_distance);
  meter.help.add("Target network: ").add(count(health.steps_since_target)).add(" of ");
  meter.help.add(count(h.target_update_interval)).add(" steps old (bar). Its distance from the network is ");
  meter.help.add(meter.value).add(" of the network's 2-norm");
}

void tell_rollout(Meter& meter, const protocol::Status& status) {
  if (status.rollout_length <= 0) return;
  meter.has = Meter::Has::Yes;
  meter.share = share_of(status.rollout_steps, status.rollout_length);
  meter.value = compact(static_cast<double>(status.rollout_steps));
  meter.help.add("Rollout: ").add(count(status.rollout_steps)).add(" of ").add(count(status.rollout_length));
  meter.help.add(" steps in each environment, learned from once and forgotten");
}

void tell_trace(Meter& meter, const protocol::LearnerHealth& health) {
  if (health.trace.empty()) return;
  std::int64_t live = 0;
  std::int64_t numbers = 0;
  double squares = 0;
  for (const auto& layer : health.trace) {
    live += layer.live;
    numbers += layer.numbers;
    squares += layer.norm * layer.norm;
  }
  meter.has = Meter::Has::Yes;
  meter.share = share_of(live, numbers);
  meter.value = compact(std::sqrt(squares));
  meter.help.add("Eligibility trace: ").add(count(live)).add(" of ").add(count(numbers));
  meter.help.add(" weights are live (bar); the trace's length, its 2-norm, is ").add(meter.value);
}

std::array<Meter, 4> meters_of(const protocol::TrainerSnapshot& trainer) {
  const auto& h = trainer.hyperparameters;
  const auto* health = trainer.health.get();
  std::array<Meter, 4> all{Meter{"replay"}, Meter{"target"}, Meter{"rollout"}, Meter{"trace"}};
  auto& [replay, target, rollout, trace] = all;
  tell_replay(replay, trainer.status, health);
  tell_rollout(rollout, trainer.status);
  if (health != nullptr) {
    tell_target(target, h, *health);
    tell_trace(trace, *health);
  } else {
    for (auto* meter : {&target, &trace}) {
      meter->has = Meter::Has::Unknown;
      meter->help.add("The ").add(meter->name).add(" has not been looked at yet");
    }
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
    if (meter.mark < 0) continue;
    const float at = std::round(bar.min.x + meter.mark * bar.width());
    fill(list, {{at - context.px(1), bar.min.y - context.px(1)}, {at + context.px(1), bar.max.y + context.px(1)}},
         theme.text);
  }
}

}  // namespace qarium::widgets
