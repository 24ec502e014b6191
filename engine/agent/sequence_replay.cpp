#include "engine/agent/sequence_replay.hpp"

#include <algorithm>
#include <cmath>

namespace qarium::agent {

SequenceReplay::SequenceReplay(const ReplayBuffer& replay, std::size_t n_environments, const SequenceOptions& options)
    : replay_(replay),
      options_(options),
      starts_(replay.capacity()),
      steps_(replay.capacity(), 0),
      environments_(n_environments) {
  if (options.prioritized) priorities_.emplace(replay.capacity());
}

void SequenceReplay::clear_start(std::size_t slot) {
  state_bytes_ -= starts_[slot].state.capacity() * sizeof(float);
  starts_[slot] = {};
  steps_[slot] = 0;
  if (priorities_) priorities_->set(slot, 0);
}

void SequenceReplay::forget(Environment& environment, std::size_t slot) {
  // The ring overwrites in the order in which sequences began.
  if (!environment.whole.empty() && environment.whole.front() == slot) environment.whole.pop_front();
  if (!environment.begun.empty() && environment.begun.front().slot == slot) environment.begun.pop_front();
  clear_start(slot);
}

void SequenceReplay::before_step(std::size_t environment, const Recollection& recollection) {
  auto& its = environments_[environment];
  const auto slot = replay_.current_slot(environment);
  forget(its, slot);
  const bool begins_episode = recollection.actions[environment] < 0;
  if (begins_episode) its.step = 0;
  if (its.step < 0) return;
  if (its.step % (options_.length - options_.overlap) == 0) {
    auto& start = starts_[slot];
    if (!begins_episode) {
      start.state = recollection.state_row(environment);
      start.previous_action = recollection.actions[environment];
      start.previous_reward = recollection.rewards[environment];
      state_bytes_ += start.state.capacity() * sizeof(float);
    }
    its.begun.push_back({slot, 0});
  }
  ++its.step;
}

void SequenceReplay::after_step(std::size_t environment, bool over) {
  auto& its = environments_[environment];
  // The buffer has moved on to another slot, and an episode's end takes one more.
  const auto slot_now = replay_.current_slot(environment);
  forget(its, slot_now);
  if (over) forget(its, replay_.following(slot_now));
  for (auto& begun : its.begun)
    ++begun.steps;
  while (!its.begun.empty() && (over || its.begun.front().steps >= options_.burn_in + options_.length)) {
    const auto [slot, steps] = its.begun.front();
    its.begun.pop_front();
    // What an episode's end leaves of a sequence after its burn-in may be nothing.
    if (starts_[slot].state.empty() || steps > options_.burn_in) {
      its.whole.push_back(slot);
      steps_[slot] = static_cast<std::int32_t>(steps);
      if (priorities_) priorities_->set(slot, largest_priority_);
    } else {
      clear_start(slot);
    }
  }
  if (over) its.step = -1;
}

void SequenceReplay::drop_states() {
  const auto stored = [&](std::size_t slot) { return !starts_[slot].state.empty(); };
  for (auto& its : environments_) {
    std::erase_if(its.begun, [&](const Begun& begun) { return stored(begun.slot); });
    std::erase_if(its.whole, stored);
    its.step = -1;
  }
  for (std::size_t slot = 0; slot < starts_.size(); ++slot) {
    if (stored(slot)) clear_start(slot);
  }
}

std::size_t SequenceReplay::size() const {
  std::size_t count = 0;
  for (const auto& its : environments_)
    count += its.whole.size();
  return count;
}

SampledSequence SequenceReplay::describe(std::size_t slot) const {
  return {slot, steps_[slot], starts_[slot].state.empty(), 1};
}

void SequenceReplay::sample(std::size_t batch, double beta, core::RandomStream& stream,
                            std::vector<SampledSequence>& out) const {
  out.clear();
  const auto count = size();
  double largest_weight = 0;
  for (std::size_t i = 0; i < batch; ++i) {
    if (!priorities_) {
      std::size_t place = stream.below(static_cast<std::uint32_t>(count));
      std::size_t environment = 0;
      while (place >= environments_[environment].whole.size())
        place -= environments_[environment++].whole.size();
      out.push_back(describe(environments_[environment].whole[place]));
      continue;
    }
    const double share = priorities_->total() / static_cast<double>(batch);
    const double mass =
        std::min((static_cast<double>(i) + stream.uniform()) * share, std::nextafter(priorities_->total(), 0.0));
    const std::size_t slot = priorities_->find(mass);
    out.push_back(describe(slot));
    const double probability = priorities_->get(slot) / priorities_->total();
    const double weight = std::pow(static_cast<double>(count) * probability, -beta);
    largest_weight = std::max(largest_weight, weight);
    out.back().weight = static_cast<float>(weight);
  }
  if (!priorities_) return;
  for (auto& sequence : out)
    sequence.weight = static_cast<float>(sequence.weight / largest_weight);
}

void SequenceReplay::set_priority(std::size_t slot, double largest, double mean, double alpha, double eps) {
  if (!priorities_ || steps_[slot] == 0) return;
  constexpr double kLargestShare = 0.9;  // Kapturowski 2019, section 2.3
  const double priority = std::pow(kLargestShare * largest + (1 - kLargestShare) * mean + eps, alpha);
  if (!std::isfinite(priority)) return;
  priorities_->set(slot, priority);
  largest_priority_ = std::max(largest_priority_, priority);
}

}  // namespace qarium::agent
