#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "engine/protocol/laboratory_tasks.hpp"
#include "widgets/laboratory/laboratory_panels.hpp"
#include "widgets/laboratory/laboratory_plan.hpp"
#include "widgets/laboratory/laboratory_state.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/panel.hpp"
#include "widgets/validity/validity.hpp"

namespace qarium::widgets {
namespace {

constexpr float kControlsRow = 24;
constexpr float kControlsGap = 4;
constexpr float kControlsLine = 16;
constexpr float kControlsLabel = 64;
constexpr int kControlsRows = 7;
constexpr int kLines = 5;
constexpr double kControlsInterval = 0.15;

constexpr auto& kTasks = protocol::kLaboratoryTasks;

/// A labelled row; what is left of it is for the control.
Rect cut_row(const PanelContext& context, std::string_view label, Rect& rest) {
  Rect row = rest.cut_top(context.px(kControlsRow), context.px(kControlsGap));
  draw_text_in(*ImGui::GetWindowDrawList(), context.fonts.quiet,
               row.cut_left(context.px(kControlsLabel), context.px(6)), context.theme.quiet, label);
  return row;
}

void draw_task(const PanelContext& context, const Rect& area) {
  auto& task = context.view.of<LaboratoryState>().experiment.task;
  std::array<std::string_view, kTasks.size()> labels;
  std::size_t chosen = 0;
  for (std::size_t i = 0; i < kTasks.size(); ++i) {
    labels[i] = kTasks[i].title;
    if (kTasks[i].id == task) chosen = i;
  }
  if (const auto picked = draw_choice(context, "laboratory.task", area, labels[chosen], labels, chosen))
    task = kTasks[*picked].id;
}

void draw_memory_kind(const PanelContext& context, const Rect& area) {
  constexpr std::size_t kMost = 24;
  auto& memory = context.view.of<LaboratoryState>().experiment.memory;
  std::array<std::string_view, kMost> kinds;
  std::size_t size = 0;
  std::optional<std::size_t> chosen;
  for (const auto kind : config::parameter("memory.kind").choices) {
    if (kind == "none" || size == kMost) continue;
    if (kind == memory) chosen = size;
    kinds[size++] = kind;
  }
  if (const auto picked = draw_choice(context, "laboratory.memory", area, memory, {kinds.data(), size}, chosen))
    memory = kinds[*picked];
}

void draw_preset(const PanelContext& context, const Rect& area) {
  constexpr auto& kPresets = protocol::kLaboratoryPresets;
  auto& preset = context.view.of<LaboratoryState>().experiment.preset;
  const auto* found = std::find(kPresets.begin(), kPresets.end(), preset);
  std::optional<std::size_t> chosen;
  if (found != kPresets.end()) chosen = static_cast<std::size_t>(found - kPresets.begin());
  if (const auto picked = draw_choice(context, "laboratory.preset", area, preset, kPresets, chosen))
    preset = kPresets[*picked];
}

void draw_controls_seed(const PanelContext& context, const Rect& area) {
  auto& state = context.view.of<LaboratoryState>();
  auto& seed = state.experiment.seed;
  if (!state.seed_edited) state.seed_text = std::to_string(seed);
  const auto field = draw_field(context, "laboratory.seed", area, state.seed_text, {.mono = true, .numeric = true});
  if (field.entered || field.left) {
    std::int64_t typed = 0;
    const auto* end = state.seed_text.data() + state.seed_text.size();
    const auto result = std::from_chars(state.seed_text.data(), end, typed);
    if (result.ec == std::errc{} && result.ptr == end && typed >= 0) seed = typed;
  }
  state.seed_edited = field.active;
}

void draw_length(const PanelContext& context, Rect area) {
  auto& state = context.view.of<LaboratoryState>();
  const auto now = state.held_length.value_or(state.length);
  ShortText text;
  text.print("%lld", static_cast<long long>(now));
  draw_text_in(*ImGui::GetWindowDrawList(), context.fonts.number, area.cut_right(context.px(28), context.px(4)),
               context.theme.text, text, Align::Right);
  const float span = static_cast<float>(kLongestShown - 1);
  const auto learned = std::clamp<std::int64_t>(laboratory_of(context).options.max_length, 1, kLongestShown);
  const auto moved = draw_slider(context, "laboratory.length", area, static_cast<float>(now - 1) / span,
                                 static_cast<float>(learned - 1) / span, context.theme.stage(core::Stage::Memory));
  const auto wanted = 1 + std::llround(moved.fraction * span);
  auto& transient = context.view.transient;
  if (moved.held) {
    state.held_length = wanted;
    if (wanted == state.length) return;
    const double time = ImGui::GetTime();
    if (time - state.length_sent_at < kControlsInterval) {
      transient.wake_at = std::min(transient.wake_at, state.length_sent_at + kControlsInterval);
      return;
    }
    state.length = wanted;
    state.length_sent_at = time;
    sample_laboratory(context);
  } else if (state.held_length) {
    const bool other = *state.held_length != state.length;
    state.length = *state.held_length;
    state.held_length.reset();
    if (other) sample_laboratory(context);
  }
}

void start(const PanelContext& context) {
  const auto& experiment = context.view.of<LaboratoryState>().experiment;
  protocol::LaboratoryOptions options;
  if (const auto& options_of = context.models.of<LaboratoryPlan>().options_of) {
    options = options_of(experiment);
  } else {
    options.task = experiment.task;
    options.hyperparameters.memory.kind = experiment.memory;
    options.hyperparameters.seed = experiment.seed;
  }
  context.view.of<LaboratoryState>().started_preset = experiment.preset;
  context.view.of<LaboratoryState>().cursor.reset();
  send(context, protocol::StartLaboratory{std::move(options)});
  sample_laboratory(context);
}

void draw_controls_buttons(const PanelContext& context, Rect row) {
  const auto& laboratory = laboratory_of(context);
  const float wide = (row.width() - context.px(kControlsGap)) / 2;
  const bool any = begun(laboratory);
  if (draw_button(context, "laboratory.start", row.cut_left(wide, context.px(kControlsGap)),
                  {.label = any ? "Start anew" : "Start",
                   .look = any ? ButtonLook::Plain : ButtonLook::Primary,
                   .waiting = context.pending.waiting_for<protocol::StartLaboratory>(),
                   .tooltip = "A new network learns the task; what was learned before is forgotten"})) {
    start(context);
  }
  const bool running = laboratory.running;
  if (draw_button(context, running ? "laboratory.pause" : "laboratory.continue", row,
                  {.label = running ? "Pause" : "Continue",
                   .icon = running ? Icon::Pause : Icon::Play,
                   .enabled = any,
                   .waiting = context.pending.waiting_for<protocol::PauseLaboratory>() ||
                              context.pending.waiting_for<protocol::ContinueLaboratory>(),
                   .tooltip = running ? "Learning pauses; what was learned stays" : "Learning goes on"})) {
    if (running) {
      send(context, protocol::PauseLaboratory{});
    } else {
      send(context, protocol::ContinueLaboratory{});
    }
  }
}

void draw_other_bits(const PanelContext& context, Rect row) {
  const Button button{.label = "Other bits",
                      .enabled = begun(laboratory_of(context)),
                      .tooltip = "Another sequence of the same length"};
  if (draw_button(context, "laboratory.other", row.cut_left(std::min(row.width(), button_width(context, button))),
                  button)) {
    ++context.view.of<LaboratoryState>().number;
    sample_laboratory(context);
  }
}

std::string_view state_word(const protocol::LaboratorySnapshot& laboratory) {
  if (laboratory.solved) return laboratory.running ? "solved, goes on" : "solved";
  if (laboratory.running) return "learning";
  return begun(laboratory) ? "paused" : "not begun";
}

void draw_laboratory_status(const PanelContext& context, Rect area) {
  const auto& laboratory = laboratory_of(context);
  auto& list = *ImGui::GetWindowDrawList();
  const auto line = [&](std::string_view label, std::string_view value, ImU32 color) {
    Rect row = area.cut_top(context.px(kControlsLine));
    draw_text_in(list, context.fonts.quiet, row.cut_left(context.px(96), context.px(6)), context.theme.quiet, label);
    draw_text_in(list, context.fonts.number, row, color, value);
  };
  const auto& theme = context.theme;
  const bool other = chosen_differs(context);
  if (other) {
    ShortText learned(laboratory.options.task);
    learned.add(" · ").add(laboratory.options.hyperparameters.memory.kind);
    line(laboratory.running ? "learns" : "learned", learned, theme.attention);
  }
  line("state", state_word(laboratory), verdict_color(theme, laboratory.solved ? theme.good : theme.text, other));
  line("sequences", count(laboratory.sequences).add(" of ").add(count(laboratory.options.sequences)), theme.text);
  ShortText rate = count(std::llround(std::clamp(laboratory.sequences_per_second, 0.0, 1e12)));
  line("speed", rate.add(" sequences/s"), theme.text);
  line("wrong bits",
       laboratory.bits_per_sequence >= 0 ? number(laboratory.bits_per_sequence).add(" a sequence") : ShortText("–"),
       theme.text);
  ShortText seconds;
  seconds.print("%.0f s", laboratory.seconds);
  line("learned for", seconds, theme.text);
}

}  // namespace

void draw_laboratory_controls(const PanelContext& context, const Rect& area) {
  const auto& laboratory = laboratory_of(context);
  const float width = area.width() - context.px(24);
  const float error = laboratory.error.empty()
                          ? 0
                          : wrapped_height(context.fonts.quiet, width, laboratory.error) + context.px(kControlsGap);
  ShortText quiet;
  if (begun(laboratory)) {
    quiet.add(laboratory.options.task).add(" · ").add(laboratory.options.hyperparameters.memory.kind);
  }
  Panel panel(context, "Laboratory", quiet, context.theme.stage(core::Stage::Memory), area);
  if (panel.folded()) return;
  const int lines = kLines + (chosen_differs(context) ? 1 : 0);
  Rect body = panel.begin_body(
      context.px(kControlsRows * (kControlsRow + kControlsGap) + static_cast<float>(lines) * kControlsLine) + error);
  if (error > 0) {
    draw_wrapped(*ImGui::GetWindowDrawList(), context.fonts.quiet, body.cut_top(error).min, width, context.theme.wrong,
                 laboratory.error);
  }
  draw_task(context, cut_row(context, "task", body));
  draw_memory_kind(context, cut_row(context, "memory", body));
  draw_preset(context, cut_row(context, "preset", body));
  draw_controls_seed(context, cut_row(context, "seed", body));
  draw_controls_buttons(context, body.cut_top(context.px(kControlsRow), context.px(kControlsGap)));
  draw_length(context, cut_row(context, "length", body));
  draw_other_bits(context, cut_row(context, "", body));
  draw_laboratory_status(context, body);
}

}  // namespace qarium::widgets
