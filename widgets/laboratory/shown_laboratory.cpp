#include <algorithm>

#include "widgets/laboratory/laboratory_panels.hpp"
#include "widgets/laboratory/laboratory_state.hpp"

namespace qarium::widgets {

const protocol::LaboratorySnapshot& laboratory_of(const PanelContext& context) {
  return context.models.of<protocol::LaboratorySnapshot>();
}

bool begun(const protocol::LaboratorySnapshot& laboratory) {
  return laboratory.running || laboratory.sequences > 0 || laboratory.sample != nullptr;
}

bool chosen_differs(const PanelContext& context) {
  const auto& laboratory = laboratory_of(context);
  if (!begun(laboratory)) return false;
  const auto& state = context.view.of<LaboratoryState>();
  const auto& chosen = state.experiment;
  const auto& h = laboratory.options.hyperparameters;
  return chosen.task != laboratory.options.task || chosen.memory != h.memory.kind || chosen.seed != h.seed ||
         (state.started_preset && chosen.preset != *state.started_preset);
}

ShownMemory shown_laboratory(const PanelContext& context) {
  auto& state = context.view.of<LaboratoryState>();
  ShownMemory shown{.place = "laboratory"};
  shown.kept = &state.kept;
  const auto* sample = laboratory_of(context).sample.get();
  if (sample == nullptr || !sound(sample->episode)) return shown;
  const int last = sample->episode.columns - 1;
  shown.episode = &sample->episode;
  shown.version = sample->version;
  shown.cursor = std::clamp(state.cursor.value_or(last), 0, last);
  if (state.hovered && *state.hovered >= 0 && *state.hovered <= last) shown.hovered = *state.hovered;
  const auto at = static_cast<std::size_t>(shown.cursor);
  if (at < sample->memory.size()) shown.view = shown.actual = &sample->memory[at];
  choose_heads(shown, context.view.of<MemoryLook>());
  return shown;
}

void move_laboratory_cursor(const PanelContext& context, int by) {
  const auto shown = shown_laboratory(context);
  if (shown.episode == nullptr) return;
  context.view.of<LaboratoryState>().cursor = std::clamp(shown.cursor + by, 0, shown.episode->columns - 1);
}

void sample_laboratory(const PanelContext& context) {
  const auto& state = context.view.of<LaboratoryState>();
  send(context, protocol::SampleLaboratory{state.held_length.value_or(state.length), state.number});
}

}  // namespace qarium::widgets
