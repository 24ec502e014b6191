#include "engine/agent/replay/replay_buffer.hpp"

#include <algorithm>
#include <cmath>

#include "engine/agent/replay/packed_bits.hpp"

namespace qarium::agent {

ReplayBuffer::ReplayBuffer(const ObservationLayout& layout, std::size_t capacity, std::size_t n_environments)
    : layout_(layout),
      frame_(layout.bytes / layout.frames),
      ring_(capacity / n_environments),
      stored_(layout.stored() * ring_ * n_environments),
      current_(layout.bytes * n_environments),
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
    if (slots_[i].kind == Kind::Transition && complete(i) && has_frames(i)) mark_sampleable(i, true);
  }
}

std::span<std::byte> ReplayBuffer::current(std::size_t environment) {
  return std::span(current_).subspan(environment * layout_.bytes, layout_.bytes);
}

void ReplayBuffer::write_frame(std::size_t slot, std::span<const std::byte> frame) {
  std::byte* kept = stored_.data() + slot * layout_.stored();
  if (layout_.bits) return pack_bits(frame, kept);
  std::ranges::copy(frame, kept);
}

void ReplayBuffer::read_frame(std::size_t slot, std::span<std::byte> out) const {
  const std::byte* kept = stored_.data() + slot * layout_.stored();
  if (layout_.bits) return unpack_bits(kept, out);
  std::copy_n(kept, out.size(), out.data());
}

void ReplayBuffer::read(std::size_t slot, std::span<std::byte> out) const {
  const std::size_t environment = slot / ring_;
  if (slot == heads_[environment]) {
    std::ranges::copy(std::span(current_).subspan(environment * layout_.bytes, layout_.bytes), out.begin());
    return;
  }
  for (std::size_t frame = layout_.frames; frame > 0; --frame) {
    read_frame(slot, out.subspan((frame - 1) * frame_, frame_));
    // An episode's first frame stands for those before it.
    const auto before = preceding(slot);
    if (slots_[before].kind == Kind::Transition) slot = before;
  }
}

void ReplayBuffer::store(std::size_t environment) {
  write_frame(heads_[environment], current(environment).last(frame_));
}

std::vector<std::byte> ReplayBuffer::observation(std::size_t slot) const {
  std::vector<std::byte> whole(layout_.bytes);
  read(slot, whole);
  return whole;
}

std::span<const std::span<const std::byte>> ReplayBuffer::observations(std::span<const std::size_t> slots,
                                                                       ObservationBatch& batch) const {
  batch.bytes.resize(slots.size() * layout_.bytes);
  batch.each.clear();
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const auto place = std::span(batch.bytes).subspan(i * layout_.bytes, layout_.bytes);
    read(slots[i], place);
    batch.each.emplace_back(place);
  }
  return batch.each;
}

std::vector<std::vector<std::byte>> ReplayBuffer::some_observations(std::size_t most) const {
  std::vector<std::vector<std::byte>> some;
  const std::size_t stride = std::max<std::size_t>(1, all_written_ / most);
  for (std::size_t slot = 0; slot < slots_.size() && some.size() < most; slot += stride) {
    if (slots_[slot].kind == Kind::Transition && has_frames(slot)) some.push_back(observation(slot));
  }
  return some;
}

std::size_t ReplayBuffer::following(std::size_t slot) const {
  return (slot + 1) % ring_ == 0 ? slot + 1 - ring_ : slot + 1;
}

std::size_t ReplayBuffer::preceding(std::size_t slot) const {
  return slot % ring_ == 0 ? slot + ring_ - 1 : slot - 1;
}

bool ReplayBuffer::has_frames(std::size_t slot) const {
  return ring_ - static_cast<std::size_t>(age(slot)) >= layout_.frames;
}

std::int64_t ReplayBuffer::age(std::size_t slot) const {
  const std::size_t head = heads_[slot / ring_];
  return static_cast<std::int64_t>((head + ring_ - slot) % ring_);
}

std::int64_t ReplayBuffer::oldest_age() const {
  std::int64_t oldest = 0;
  for (std::size_t i = 0; i < heads_.size(); ++i) {
    auto slot = written_[i] < ring_ ? i * ring_ : following(heads_[i]);
    while (slot != heads_[i] && !slots_[slot].sampleable)
      slot = following(slot);
    oldest = std::max(oldest, age(slot));
  }
  return oldest;
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
  store(environment);
  head = following(head);
  ++filled_[environment];
  if (written_[environment] < ring_) {
    ++written_[environment];
    ++all_written_;
  }
  // With the frame that is overwritten here goes the stack of what lies so far ahead.
  std::size_t ahead = head;
  for (std::size_t i = 0; i < frames_before(); ++i)
    ahead = following(ahead);
  mark_sampleable(ahead, false);
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
    if ((its.over || back == n_step_ - 1) && has_frames(start)) mark_sampleable(start, true);
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
    step.steps = static_cast<int>(k + 1);
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
