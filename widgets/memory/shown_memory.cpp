#include "widgets/memory/memory_panels.hpp"
#include "widgets/memory/memory_state.hpp"

namespace qarium::widgets {
namespace {

int column_of(const protocol::MemoryEpisode& episode, std::int64_t index) {
  const auto column = index - episode.first;
  return column >= 0 && column < episode.columns ? static_cast<int>(column) : -1;
}

}  // namespace

ShownMemory shown_memory(const PanelContext& context) {
  const auto& stage = context.stage;
  const auto& transient = context.view.transient;
  ShownMemory shown{.place = "memory"};
  shown.kept = &context.view.of<MemoryState>().kept;
  shown.outputs = stage.action_names;
  shown.actual = stage.memory.get();
  shown.view = shown.actual;
  if (stage.counterfactual && stage.counterfactual->memory && shown.actual != nullptr) {
    shown.view = stage.counterfactual->memory.get();
    shown.counterfactual = true;
  }
  shown.can_intervene = shown.actual != nullptr;
  if (stage.memory_episode && sound(*stage.memory_episode)) {
    shown.episode = stage.memory_episode.get();
    shown.version = shown.episode->version;
    shown.cursor = column_of(*shown.episode, stage.moment.index);
    if (transient.hovered_moment) shown.hovered = column_of(*shown.episode, *transient.hovered_moment);
  }
  choose_heads(shown, context.view.of<MemoryLook>());
  return shown;
}

}  // namespace qarium::widgets
