#include "widgets/supposition.hpp"

#include <imgui.h>

#include <algorithm>
#include <utility>

#include "widgets/attention/attention_change.hpp"
#include "widgets/memory/memory_change.hpp"

namespace qarium::widgets {
namespace {

constexpr double kAdoptAfter = 0.7;
constexpr std::size_t kMostKept = 100;

void send_wish(const PanelContext& context) {
  const auto& wish = context.view.transient.supposition.wish;
  send(context, core::Suppose{wish.attention, wish.memory});
}

void remember(SuppositionState& state) {
  state.past.push_back(state.wish);
  if (state.past.size() > kMostKept) state.past.erase(state.past.begin());
}

Supposition supposition_in_force(const core::StageSnapshot& stage) {
  if (!stage.what_if) return {};
  Supposition supposition{stage.what_if->change, stage.what_if->memory_change};
  for (auto* numbers : {&supposition.attention.silenced, &supposition.attention.painted, &supposition.memory.silenced})
    std::sort(numbers->begin(), numbers->end());
  return supposition;
}

}  // namespace

void keep_in_step(const PanelContext& context) {
  auto& transient = context.view.transient;
  auto& state = transient.supposition;
  // A control that went away under the pointer cannot end what it began.
  if (state.gesture && !ImGui::IsMouseDown(0) && !ImGui::IsMouseReleased(0)) end_gesture(context);
  auto in_force = supposition_in_force(context.stage);
  const bool settled = !state.gesture && !context.pending.waiting_for<core::Suppose>();
  if (!settled || in_force == state.wish) {
    state.differs_since = -1;
    return;
  }
  const double now = ImGui::GetTime();
  if (state.differs_since < 0) state.differs_since = now;
  if (now - state.differs_since < kAdoptAfter) {
    transient.wake_at = std::min(transient.wake_at, state.differs_since + kAdoptAfter);
    return;
  }
  state.wish = std::move(in_force);
  state.past.clear();
  state.differs_since = -1;
}

void suppose(const PanelContext& context, Supposition wish) {
  auto& state = context.view.transient.supposition;
  if (wish == state.wish) return;
  remember(state);
  state.wish = std::move(wish);
  send_wish(context);
}

void suppose(const PanelContext& context, core::AttentionChange change) {
  suppose(context, Supposition{std::move(change), context.view.transient.supposition.wish.memory});
}

void suppose(const PanelContext& context, core::MemoryChange change) {
  suppose(context, Supposition{context.view.transient.supposition.wish.attention, std::move(change)});
}

void undo_supposition(const PanelContext& context) {
  auto& state = context.view.transient.supposition;
  if (state.past.empty() || state.gesture) return;
  state.wish = std::move(state.past.back());
  state.past.pop_back();
  send_wish(context);
}

void begin_gesture(const PanelContext& context) {
  auto& state = context.view.transient.supposition;
  if (state.gesture) return;
  remember(state);
  state.gesture = true;
}

void end_gesture(const PanelContext& context) {
  auto& state = context.view.transient.supposition;
  if (!state.gesture) return;
  state.gesture = false;
  if (!state.past.empty() && state.past.back() == state.wish) state.past.pop_back();
}

void alter(const PanelContext& context, Supposition wish) {
  auto& state = context.view.transient.supposition;
  if (wish == state.wish) return;
  state.wish = std::move(wish);
  send_wish(context);
}

ShortText words_for(const Supposition& supposition) {
  ShortText text = words_for(supposition.attention);
  if (!supposition.attention.empty() && !supposition.memory.empty()) text.add("; ");
  return text.add(words_for(supposition.memory));
}

}  // namespace qarium::widgets
