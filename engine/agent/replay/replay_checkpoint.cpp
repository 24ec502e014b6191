// What a checkpoint holds of replay: transitions and observations part after part, priorities and sequences as they
// stand.
#include <algorithm>

#include "engine/agent/replay/replay_buffer.hpp"
#include "engine/agent/replay/sequence_replay.hpp"

namespace qarium::agent {

std::vector<std::int64_t> ReplayBuffer::oldest() const {
  std::vector<std::int64_t> numbers;
  numbers.reserve(filled_.size());
  for (const auto filled : filled_)
    numbers.push_back(std::max<std::int64_t>(0, filled - static_cast<std::int64_t>(ring_) + 1));
  return numbers;
}

void ReplayBuffer::save(std::span<const std::int64_t> since, core::ByteWriter& out) const {
  const auto oldest_kept = oldest();
  out.put(static_cast<std::uint64_t>(layout_.stored()));
  out.put(static_cast<std::uint64_t>(heads_.size()));
  for (std::size_t i = 0; i < heads_.size(); ++i) {
    const auto first = std::max(since[i], oldest_kept[i]);
    out.put(first);
    out.put(filled_[i]);
    for (auto number = first; number < filled_[i]; ++number) {
      const auto slot = i * ring_ + static_cast<std::size_t>(number) % ring_;
      const auto& its = slots_[slot];
      out.put(its.reward);
      out.put(its.action);
      out.put(its.kind);
      out.put(its.terminated);
      out.put(its.over);
      out.put_bytes({stored_.data() + slot * layout_.stored(), layout_.stored()});
    }
  }
}

void ReplayBuffer::restore(core::ByteReader& in) {
  // Before bits were packed they were kept as bytes.
  const auto size = in.get<std::uint64_t>();
  in.require(size == layout_.stored() || size == frame_, "holds observations of another size");
  in.require(in.get<std::uint64_t>() == heads_.size(), "is of another number of environments");
  for (std::size_t i = 0; i < heads_.size(); ++i) {
    const auto first = in.get<std::int64_t>();
    const auto end = in.get<std::int64_t>();
    constexpr auto kMost = std::int64_t{1} << 53;
    in.require(0 <= first && first <= end && end <= kMost, "counts slots that cannot be");
    in.require(first == filled_[i] || filled_[i] == 0, "does not go on where the part before it ended");
    if (filled_[i] == 0) restored_from_[i] = first;
    for (auto number = first; number < end; ++number) {
      const auto slot = i * ring_ + static_cast<std::size_t>(number) % ring_;
      auto& its = slots_[slot];
      its.reward = in.get<float>();
      its.action = in.get<std::int16_t>();
      its.kind = in.get<Kind>();
      its.terminated = in.get_flag();
      its.over = in.get_flag();
      in.require(its.kind == Kind::Transition || its.kind == Kind::Final, "holds a slot of a kind that is none");
      const auto kept = in.take(size);
      if (size == frame_) {
        write_frame(slot, kept);
      } else {
        std::ranges::copy(kept, stored_.data() + slot * layout_.stored());
      }
    }
    filled_[i] = end;
  }
}

void ReplayBuffer::restored(std::int64_t n_step, bool prioritized) {
  all_written_ = 0;
  for (std::size_t i = 0; i < heads_.size(); ++i) {
    if (restored_from_[i] > oldest()[i]) throw core::UserError("a part of the checkpoint's replay is missing");
    heads_[i] = i * ring_ + static_cast<std::size_t>(filled_[i]) % ring_;
    slots_[heads_[i]] = {};
    slots_[heads_[i]].kind = Kind::Current;
    written_[i] = std::min(ring_, static_cast<std::size_t>(filled_[i]) + 1);
    all_written_ += written_[i];
  }
  configure(n_step, prioritized);
}

void ReplayBuffer::save_priorities(core::ByteWriter& out) const {
  out.put(largest_priority_);
  for (std::size_t slot = 0; priorities_ && slot < slots_.size(); ++slot) {
    if (slots_[slot].sampleable) out.put(priorities_->get(slot));
  }
}

void ReplayBuffer::restore_priorities(core::ByteReader& in) {
  largest_priority_ = in.get<double>();
  for (std::size_t slot = 0; priorities_ && slot < slots_.size(); ++slot) {
    if (slots_[slot].sampleable) priorities_->set(slot, in.get<double>());
  }
}

void SequenceReplay::save_states(std::span<const std::int64_t> since, core::ByteWriter& out) const {
  const auto oldest = replay_.oldest();
  const auto ring = starts_.size() / environments_.size();
  for (std::size_t i = 0; i < environments_.size(); ++i) {
    const auto first = std::max(since[i], oldest[i]);
    std::vector<std::int64_t> numbers;
    for (auto number = first; number < replay_.filled()[i]; ++number) {
      if (!starts_[i * ring + static_cast<std::size_t>(number) % ring].state.empty()) numbers.push_back(number);
    }
    out.put(first);
    out.put_all(numbers);
    for (const auto number : numbers) {
      const auto& start = starts_[i * ring + static_cast<std::size_t>(number) % ring];
      out.put(start.previous_action);
      out.put(start.previous_reward);
      out.put_all(start.state);
    }
  }
}

void SequenceReplay::restore_states(core::ByteReader& in) {
  const auto ring = starts_.size() / environments_.size();
  for (std::size_t i = 0; i < environments_.size(); ++i) {
    const auto filled = replay_.filled()[i];
    const auto first = in.get<std::int64_t>();
    in.require(first >= 0 && first <= filled, "holds states of slots that are none");
    // What these slots held before is overwritten.
    for (auto number = std::max(first, filled - static_cast<std::int64_t>(ring)); number < filled; ++number)
      starts_[i * ring + static_cast<std::size_t>(number) % ring] = {};
    for (const auto number : in.get_all<std::int64_t>()) {
      in.require(number >= first && number < filled, "holds the state of a slot that is none");
      auto& start = starts_[i * ring + static_cast<std::size_t>(number) % ring];
      start.previous_action = in.get<std::int64_t>();
      start.previous_reward = in.get<float>();
      start.state = in.get_all<float>();
    }
  }
}

void SequenceReplay::save(core::ByteWriter& out) const {
  out.put(largest_priority_);
  for (const auto& its : environments_) {
    out.put(its.step);
    out.put(static_cast<std::uint64_t>(its.begun.size()));
    for (const auto& begun : its.begun)
      out.put(begun);
    out.put(static_cast<std::uint64_t>(its.whole.size()));
    for (const auto slot : its.whole) {
      out.put(slot);
      out.put(steps_[slot]);
      out.put(priority(slot));
    }
  }
}

void SequenceReplay::restore(core::ByteReader& in, std::size_t state_numbers) {
  largest_priority_ = in.get<double>();
  std::vector<bool> used(starts_.size(), false);
  const auto use = [&](std::size_t slot) {
    in.require(slot < starts_.size() && !used[slot], "begins a sequence where none can begin");
    in.require(starts_[slot].state.empty() || starts_[slot].state.size() == state_numbers,
               "holds states of another memory");
    used[slot] = true;
    return slot;
  };
  for (auto& its : environments_) {
    its.step = in.get<std::int64_t>();
    const auto begun = in.get<std::uint64_t>();
    for (std::uint64_t k = 0; k < begun; ++k) {
      its.begun.push_back(in.get<Begun>());
      use(its.begun.back().slot);
    }
    const auto whole = in.get<std::uint64_t>();
    for (std::uint64_t k = 0; k < whole; ++k) {
      const auto slot = use(in.get<std::size_t>());
      its.whole.push_back(slot);
      steps_[slot] = in.get<std::int32_t>();
      const auto priority = in.get<double>();
      if (priorities_) priorities_->set(slot, priority);
    }
  }
  for (std::size_t slot = 0; slot < starts_.size(); ++slot) {
    if (!used[slot]) starts_[slot] = {};  // forgotten since its part was written
    state_bytes_ += starts_[slot].state.capacity() * sizeof(float);
  }
}

}  // namespace qarium::agent
