#include "widgets/intervention/intervention.hpp"

#include <imgui.h>

#include <algorithm>
#include <utility>

#include "widgets/intervention/attention_change.hpp"
#include "widgets/intervention/memory_change.hpp"

namespace qarium::widgets {
namespace {

constexpr double kAdoptAfter = 0.7;
constexpr std::size_t kMostKept = 100;

std::uint64_t send_intervention(const PanelContext& context) {
  auto& state = context.view.of<InterventionState>();
  state.command = send(context, protocol::Intervene{state.intervention.attention, state.intervention.memory});
  return state.command;
}

void remember_state(InterventionState& state) {
  state.past.push_back({state.intervention});
  if (state.past.size() > kMostKept) state.past.erase(state.past.begin());
}

Intervention intervention_in_force(const protocol::StageSnapshot& stage) {
  if (!stage.counterfactual) return {};
  Intervention intervention{stage.counterfactual->basis.attention, stage.counterfactual->basis.memory};
  for (auto* numbers :
       {&intervention.attention.silenced, &intervention.attention.painted, &intervention.memory.silenced})
    std::sort(numbers->begin(), numbers->end());
  return intervention;
}

}  // namespace

void keep_in_step(const PanelContext& context) {
  auto& state = context.view.of<InterventionState>();
  // A control that went away under the pointer cannot end what it began.
  if (state.gesture && !ImGui::IsMouseDown(0) && !ImGui::IsMouseReleased(0)) end_gesture(context);
  auto in_force = intervention_in_force(context.stage);
  // An answer may come some time before the picture that follows from it.
  const bool settled = !state.gesture && context.stage.answered >= state.command;
  if (!settled || in_force == state.intervention) {
    state.differs_since = -1;
    return;
  }
  const double now = ImGui::GetTime();
  if (state.differs_since < 0) state.differs_since = now;
  if (now - state.differs_since < kAdoptAfter) {
    auto& wake_at = context.view.transient.wake_at;
    wake_at = std::min(wake_at, state.differs_since + kAdoptAfter);
    return;
  }
  state.intervention = std::move(in_force);
  state.past.clear();
  state.differs_since = -1;
}

void intervene(const PanelContext& context, Intervention intervention) {
  auto& state = context.view.of<InterventionState>();
  if (intervention == state.intervention) return;
  remember_state(state);
  state.intervention = std::move(intervention);
  state.past.back().command = send_intervention(context);
}

void intervene(const PanelContext& context, protocol::AttentionChange change) {
  intervene(context, Intervention{std::move(change), context.view.of<InterventionState>().intervention.memory});
}

void intervene(const PanelContext& context, protocol::MemoryChange change) {
  intervene(context, Intervention{context.view.of<InterventionState>().intervention.attention, std::move(change)});
}

void undo_intervention(const PanelContext& context) {
  auto& state = context.view.of<InterventionState>();
  if (state.past.empty() || state.gesture) return;
  state.intervention = std::move(state.past.back().intervention);
  state.past.pop_back();
  send_intervention(context);
}

void begin_gesture(const PanelContext& context) {
  auto& state = context.view.of<InterventionState>();
  if (state.gesture) return;
  remember_state(state);
  state.gesture = true;
}

void end_gesture(const PanelContext& context) {
  auto& state = context.view.of<InterventionState>();
  if (!state.gesture) return;
  state.gesture = false;
  if (!state.past.empty() && state.past.back().intervention == state.intervention) state.past.pop_back();
}

void alter(const PanelContext& context, Intervention intervention) {
  auto& state = context.view.of<InterventionState>();
  if (intervention == state.intervention) return;
  state.intervention = std::move(intervention);
  const auto command = send_intervention(context);
  if (state.gesture && !state.past.empty()) state.past.back().command = command;
}

ShortText words_for(const Intervention& intervention) {
  ShortText text = words_for(intervention.attention);
  if (!intervention.attention.empty() && !intervention.memory.empty()) text.add("; ");
  return text.add(words_for(intervention.memory));
}

}  // namespace qarium::widgets
