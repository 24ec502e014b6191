#include <algorithm>
#include <cmath>

#include "engine/agent/dqn/dqn_learner.hpp"

namespace qarium::agent {
namespace {

constexpr std::size_t kBins = 32;
/// Histograms of a larger replay are made from about this many of its slots, evenly spread.
constexpr std::size_t kHistogramSlots = 20'000;

void prepare(protocol::Histogram& histogram, double low, double high) {
  histogram.low = low;
  histogram.high = high;
  histogram.counts.assign(kBins, 0);
}

void count(protocol::Histogram& histogram, double value) {
  const double share = (value - histogram.low) / (histogram.high - histogram.low);
  const auto bin = static_cast<std::int64_t>(share * static_cast<double>(kBins));
  ++histogram.counts[static_cast<std::size_t>(std::clamp<std::int64_t>(bin, 0, kBins - 1))];
}

void fill_histograms(const ReplayBuffer& replay, std::int64_t n_envs, protocol::ReplayView& view) {
  const std::size_t stride = std::max<std::size_t>(1, replay.capacity() / kHistogramSlots);
  std::int64_t oldest = 1;
  float low = 0;
  float high = 0;
  replay.for_each_transition(stride, [&](std::int64_t age, float reward) {
    oldest = std::max(oldest, age);
    low = std::min(low, reward);
    high = std::max(high, reward);
  });
  prepare(view.age, 0, static_cast<double>(oldest * n_envs));
  prepare(view.reward, low, high > low ? high : low + 1);
  replay.for_each_transition(stride, [&](std::int64_t age, float reward) {
    count(view.age, static_cast<double>(age * n_envs));
    count(view.reward, reward);
  });
}

}  // namespace

bool DqnLearner::describe_replay(const env::Environment& renderer, const protocol::Position& position,
                                 protocol::ReplayView& view) const {
  const auto& replay = *replay_;
  const auto& batch = dqn_.last_batch();
  const auto n_envs = hyperparameters_.n_envs;
  view.size = static_cast<std::int64_t>(replay.size());
  view.capacity = static_cast<std::int64_t>(replay.capacity());
  view.state_bytes = sequences_ ? sequences_->state_bytes() : 0;
  view.most_state_bytes = sequences_ ? kMostStateBytes : 0;
  view.bytes = replay.bytes() + view.state_bytes;
  fill_histograms(replay, n_envs, view);
  if (last_update_step_ < 0) {
    view.batch_size = 0;
    view.batch.clear();
    return true;
  }
  view.batch_size = static_cast<std::int64_t>(batch.steps.size());
  view.basis.position = {last_update_step_, position.updates};
  view.basis.weights = static_cast<std::uint64_t>(position.updates);

  view.facts = facts_;
  const bool all_overwritten = written_since_update(position) >= view.capacity / n_envs;
  std::size_t shown = 0;
  view.batch.resize(all_overwritten ? 0 : std::min(batch.q.size(), protocol::kSampleLimit));
  for (std::size_t i = 0; i < batch.q.size() && shown < view.batch.size(); ++i) {
    const auto& step = batch.steps[i];
    if (replay.age(step.slot) < step.age) continue;  // overwritten: ages grow otherwise
    auto& sample = view.batch[shown++];
    renderer.render_observation(replay.observation(step.slot), sample.before);
    renderer.render_observation(replay.observation(step.next_slot), sample.after);
    describe_transition(i, sample);
    sample.age = replay.age(step.slot) * n_envs;
  }
  view.batch.resize(shown);
  return true;
}

}  // namespace qarium::agent
