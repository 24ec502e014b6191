#include "widgets/update/shown_update.hpp"

#include <algorithm>
#include <utility>

#include "widgets/actions.hpp"
#include "widgets/update/update_state.hpp"

namespace qarium::widgets {
namespace {

bool same_update(const protocol::UpdateView& a, const protocol::UpdateView& b) {
  return a.basis.network == b.basis.network && a.basis.position == b.basis.position;
}

/// Where that transition, or the nearest one after it, stands among those known.
std::size_t place_of(const protocol::UpdateView& update, std::size_t number) {
  const auto& samples = update.samples;
  const auto found = std::lower_bound(samples.begin(), samples.end(), number,
                                      [](const auto& sample, std::size_t wanted) { return sample.number < wanted; });
  const auto at = static_cast<std::size_t>(found - samples.begin());
  return samples.empty() ? 0 : std::min(at, samples.size() - 1);
}

}  // namespace

ShownUpdate shown_update(const PanelContext& context) {
  auto& state = context.view.of<UpdateState>();
  if (auto wanted = std::exchange(context.view.transient.wanted_update, std::nullopt)) {
    state.following = wanted->view == nullptr || !learning_runs(context.trainer.status);
    if (wanted->view != nullptr) state.shown = std::move(wanted->view);
    if (wanted->number) state.number = *wanted->number;
  }
  const auto& newest = context.trainer.update;
  const bool same = newest && state.shown && same_update(*newest, *state.shown);
  if (newest && (same || state.following || !state.shown)) state.shown = newest;
  ShownUpdate shown;
  shown.update = state.shown.get();
  if (shown.update == nullptr) return shown;
  shown.outdated =
      newest ? newest != state.shown : shown.update->basis.position.updates != context.trainer.status.position.updates;
  if (shown.update->samples.empty()) return shown;
  shown.at = place_of(*shown.update, state.number);
  shown.sample = &shown.update->samples[shown.at];
  return shown;
}

void move_in_batch(const PanelContext& context, int by) {
  const auto shown = shown_update(context);
  if (shown.sample == nullptr) return;
  auto& state = context.view.of<UpdateState>();
  if (learning_runs(context.trainer.status)) state.following = false;
  const auto last = static_cast<std::int64_t>(shown.update->samples.size()) - 1;
  const auto at = std::clamp<std::int64_t>(static_cast<std::int64_t>(shown.at) + by, 0, last);
  state.number = shown.update->samples[static_cast<std::size_t>(at)].number;
}

void follow_updates(const PanelContext& context) {
  context.view.of<UpdateState>().following = true;
}

}  // namespace qarium::widgets
