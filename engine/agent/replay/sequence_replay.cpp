#include "engine/agent/replay/sequence_replay.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "engine/core/error.hpp"

namespace qarium::agent {

void require_room_for_states(std::size_t state_bytes, std::size_t capacity, const SequenceOptions& options) {
  const auto stride = static_cast<std::size_t>(options.length - options.overlap);
  const auto most = (capacity + stride - 1) / stride;
  if (state_bytes <= kMostStateBytes / most) return;
  const auto megabytes = [](double bytes) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3g MB", bytes / 1e6);
    return std::string(text);
  };
  throw core::UserError("replay would store up to " + std::to_string(most) + " states of the memory, " +
                        megabytes(static_cast<double>(state_bytes)) + " each and " +
                        megabytes(static_cast<double>(state_bytes) * static_cast<double>(most)) +
                        " in all, where at most " + megabytes(static_cast<double>(kMostStateBytes)) +
                        " are allowed: choose a smaller memory or buffer_size, a longer sequence_length, or less "
                        "sequence_overlap");
}

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
  for (std::size_t ahead = 0; ahead <= replay_.frames_before(); ++ahead) {
    if (!environment.whole.empty() && environment.whole.front() == slot) environment.whole.pop_front();
    if (!environment.begun.empty() && environment.begun.front().slot == slot) environment.begun.pop_front();
    clear_start(slot);
    slot = replay_.following(slot);
  }
}

void SequenceReplay::before_step(std::size_t environment, const RecurrentState& recurrent_state) {
  auto& its = environments_[environment];
  const auto slot = replay_.current_slot(environment);
  forget(its, slot);
  const bool begins_episode = recurrent_state.actions[environment] < 0;
  if (begins_episode) its.step = 0;
  if (its.step < 0) return;
  if (its.step % (options_.length - options_.overlap) == 0) {
    auto& start = starts_[slot];
    if (!begins_episode) {
      start.state = recurrent_state.state_row(environment);
      start.previous_action = recurrent_state.actions[environment];
      start.previous_reward = recurrent_state.rewards[environment];
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

void SequenceReplay::abandon_episode(std::size_t environment) {
  auto& its = environments_[environment];
  for (const auto& begun : its.begun)
    clear_start(begun.slot);
  its.begun.clear();
  its.step = -1;
  forget(its, replay_.current_slot(environment));
}

void SequenceReplay::forget_priorities() {
  if (!priorities_) return;
  largest_priority_ = 1;
  for (const auto& its : environments_) {
    for (const auto slot : its.whole)
      priorities_->set(slot, largest_priority_);
  }
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

std::optional<SampledSequence> SequenceReplay::at(std::size_t slot) const {
  if (slot >= steps_.size() || steps_[slot] == 0) return std::nullopt;
  return describe(slot);
}

void SequenceReplay::sample(std::size_t batch, double beta, core::RandomStream& stream,
                            std::vector<SampledSequence>& out) const {
  out.clear();
  if (priorities_) {
    std::vector<SumTree::Draw> draws;
    priorities_->draw(batch, size(), beta, stream, draws);
    for (const auto& [slot, weight] : draws) {
      out.push_back(describe(slot));
      out.back().weight = weight;
    }
    return;
  }
  const auto count = static_cast<std::uint32_t>(size());
  for (std::size_t i = 0; i < batch; ++i) {
    std::size_t place = stream.below(count);
    std::size_t environment = 0;
    while (place >= environments_[environment].whole.size())
      place -= environments_[environment++].whole.size();
    out.push_back(describe(environments_[environment].whole[place]));
  }
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
