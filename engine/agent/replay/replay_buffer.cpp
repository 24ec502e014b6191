#include "engine/agent/replay/replay_buffer.hpp"

#include <algorithm>
#include <cmath>

namespace qarium::agent {

ReplayBuffer::ReplayBuffer(std::size_t observation_bytes, std::size_t capacity, std::size_t n_environments)
    : observation_bytes_(observation_bytes),
      ring_(capacity / n_environments),
      observations_(observation_bytes * ring_ * n_environments),
      slots_(ring_ * n_environments),
      heads_(n_environments),
      written_(n_environments, 1),
      filled_(n_environments, 0),
      restored_from_(n_environments, 0),
      all_written_(n_environments) {
  for (std::size_t i = 0; i < n_environments; ++i) {
    heads_[i] = i * ring_;
    slots_[heads_[i]].kind = Kind::Current;
  }
}

void ReplayBuffer::configure(std::int64_t n_step, bool prioritized) {
  std::optional<SumTree> priorities;
  if (prioritized) priorities.emplace(slots_.size());
  n_step_ = n_step;
  largest_priority_ = 1;
  sampleable_ = 0;
  priorities_ = std::move(priorities);
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    slots_[i].sampleable = false;
    if (slots_[i].kind == Kind::Transition && complete(i)) mark_sampleable(i, true);
  }
}

std::span<std::byte> ReplayBuffer::current(std::size_t environment) {
  return {observations_.data() + heads_[environment] * observation_bytes_, observation_bytes_};
}

std::span<const std::byte> ReplayBuffer::observation(std::size_t slot) const {
  return {observations_.data() + slot * observation_bytes_, observation_bytes_};
}

std::vector<std::vector<std::byte>> ReplayBuffer::some_observations(std::size_t most) const {
  std::vector<std::vector<std::byte>> some;
  const std::size_t stride = std::max<std::size_t>(1, all_written_ / most);
  for (std::size_t slot = 0; slot < slots_.size() && some.size() < most; slot += stride) {
    if (slots_[slot].kind != Kind::Transition) continue;
    const auto bytes = observation(slot);
    some.emplace_back(bytes.begin(), bytes.end());
  }
  return some;
}

std::size_t ReplayBuffer::following(std::size_t slot) const {
  return (slot + 1) % ring_ == 0 ? slot + 1 - ring_ : slot + 1;
}

std::int64_t ReplayBuffer::age(std::size_t slot) const {
  const std::size_t head = heads_[slot / ring_];
  return static_cast<std::int64_t>((head + ring_ - slot) % ring_);
}

void ReplayBuffer::mark_sampleable(std::size_t slot, bool sampleable) {
  auto& its = slots_[slot];
  if (its.sampleable == sampleable) return;
  its.sampleable = sampleable;
  sampleable_ = sampleable ? sampleable_ + 1 : sampleable_ - 1;
  if (priorities_) priorities_->set(slot, sampleable ? largest_priority_ : 0.0);
}

void ReplayBuffer::advance(std::size_t environment) {
  auto& head = heads_[environment];
  head = following(head);
  ++filled_[environment];
  if (written_[environment] < ring_) {
    ++written_[environment];
    ++all_written_;
  }
  mark_sampleable(head, false);
  slots_[head] = {};
  slots_[head].kind = Kind::Current;
}

void ReplayBuffer::append(std::size_t environment, int action, float reward, bool terminated, bool truncated) {
  const std::size_t slot = heads_[environment];
  auto& its = slots_[slot];
  its.kind = Kind::Transition;
  its.action = static_cast<std::int16_t>(action);
  its.reward = reward;
  its.terminated = terminated;
  its.over = terminated || truncated;
  advance(environment);
  // The step completed the transition that began n - 1 steps earlier, or, at an end, all of the last n.
  const std::size_t base = environment * ring_;
  std::size_t start = slot;
  for (std::int64_t back = 0; back < n_step_; ++back) {
    if (slots_[start].kind != Kind::Transition || (back > 0 && slots_[start].over)) break;
    if (its.over || back == n_step_ - 1) mark_sampleable(start, true);
    start = start == base ? base + ring_ - 1 : start - 1;
  }
}

void ReplayBuffer::begin_episode(std::size_t environment) {
  slots_[heads_[environment]].kind = Kind::Final;
  advance(environment);
}

bool ReplayBuffer::complete(std::size_t slot) const {
  for (std::int64_t k = 0; k < n_step_; ++k) {
    if (slots_[slot].kind != Kind::Transition) return false;
    if (slots_[slot].over) return true;
    slot = following(slot);
  }
  return true;
}

Transition ReplayBuffer::describe(std::size_t slot, double gamma) const {
  Transition step;
  step.slot = slot;
  step.age = age(slot);
  step.action = slots_[slot].action;
  double discount = 1;
  double reward = 0;
  for (std::int64_t k = 0; k < n_step_; ++k) {
    const auto& its = slots_[slot];
    reward += discount * its.reward;
    discount *= gamma;
    slot = following(slot);
    if (its.over) {
      step.terminal = its.terminated;
      break;
    }
  }
  step.next_slot = slot;
  step.reward = static_cast<float>(reward);
  step.discount = step.terminal ? 0.0F : static_cast<float>(discount);
  return step;
}

std::size_t ReplayBuffer::any_slot(core::RandomStream& stream) const {
  std::size_t place = stream.below(static_cast<std::uint32_t>(all_written_));
  if (all_written_ == slots_.size()) return place;
  std::size_t environment = 0;
  while (place >= written_[environment])
    place -= written_[environment++];
  return environment * ring_ + place;
}

void ReplayBuffer::sample(std::size_t batch, double gamma, double beta, core::RandomStream& stream,
                          std::vector<Transition>& out) const {
  out.clear();
  if (priorities_) {
    std::vector<SumTree::Draw> draws;
    priorities_->draw(batch, sampleable_, beta, stream, draws);
    for (const auto& [slot, weight] : draws) {
      out.push_back(describe(slot, gamma));
      out.back().weight = weight;
    }
    return;
  }
  for (std::size_t i = 0; i < batch; ++i) {
    std::size_t slot = any_slot(stream);
    while (!slots_[slot].sampleable)
      slot = any_slot(stream);
    out.push_back(describe(slot, gamma));
  }
}

void ReplayBuffer::set_priority(std::size_t slot, double td_error, double alpha, double eps) {
  if (!priorities_ || !slots_[slot].sampleable) return;
  const double priority = std::pow(std::abs(td_error) + eps, alpha);
  if (!std::isfinite(priority)) return;
  priorities_->set(slot, priority);
  largest_priority_ = std::max(largest_priority_, priority);
}

}  // namespace qarium::agent
