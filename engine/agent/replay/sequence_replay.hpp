#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "engine/agent/recurrent_state.hpp"
#include "engine/agent/replay/replay_buffer.hpp"
#include "engine/agent/replay/sum_tree.hpp"

namespace qarium::agent {

/// How sequences are cut.
struct SequenceOptions {
  std::int64_t length = 32;   ///< steps that are learned from
  std::int64_t burn_in = 0;   ///< steps before them
  std::int64_t overlap = 16;  ///< steps that a sequence shares with the one after it
  bool prioritized = false;
};

/// States are stored at most every length - overlap steps of a buffer of `capacity` steps. Throws core::UserError where
/// those of `state_bytes` each could take more than kMostStateBytes.
void require_room_for_states(std::size_t state_bytes, std::size_t capacity, const SequenceOptions& options);
inline constexpr std::size_t kMostStateBytes = 1'000'000'000;

/// A sampled sequence: `steps` transitions from `slot` on, all of one episode.
struct SampledSequence {
  std::size_t slot = 0;
  std::int64_t steps = 0;       ///< burn_in + length, fewer where the episode ends before
  bool begins_episode = false;  ///< then the state before it is the initial one
  float weight = 1;             ///< importance weight, 1 at most
};

/// Sequences over a ReplayBuffer, after R2D2 (Kapturowski 2019): they begin at an episode's first step and every
/// length - overlap steps after it, never cross an episode's end, and carry the memory's state at their beginning,
/// where that is not the episode's. The buffer holds the transitions; this holds where sequences begin. Not
/// thread-safe.
class SequenceReplay {
 public:
  /// `replay` must outlive this.
  SequenceReplay(const ReplayBuffer& replay, std::size_t n_environments, const SequenceOptions& options);

  /// Before an environment's step is appended to the buffer: its current slot, and what the agent carries into it.
  void before_step(std::size_t environment, const RecurrentState& recurrent_state);
  /// After it was appended; `over` where it ended its episode.
  void after_step(std::size_t environment, bool over);
  /// The environment's episode was given up and the buffer has begun another: its sequences that are not yet whole are
  /// forgotten, and the next one begins where the next step does.
  void abandon_episode(std::size_t environment);
  /// All sequences are as likely as a new one again.
  void forget_priorities();
  /// The network is another one: forgets every sequence that begins with a stored state.
  void drop_states();

  /// The whole sequence that begins in this slot, with weight 1; nothing where none does.
  std::optional<SampledSequence> at(std::size_t slot) const;
  /// Sequences that can be sampled.
  std::size_t size() const;
  /// Of the stored states.
  std::size_t state_bytes() const { return state_bytes_; }

  /// Uniform, or in proportion to priority^alpha with importance weights over their maximum. Requires size() > 0.
  void sample(std::size_t batch, double beta, core::RandomStream& stream, std::vector<SampledSequence>& out) const;
  /// Priority 0.9 max + 0.1 mean of the sequence's |TD errors|. Ignored while sampling is uniform.
  void set_priority(std::size_t slot, double largest, double mean, double alpha, double eps);

  /// Of the sequence that begins there, as it is drawn by; 1 while sampling is uniform.
  double priority(std::size_t slot) const { return priorities_ ? priorities_->get(slot) : 1; }

  // For checkpoints that are appended to, beside the buffer's parts (ReplayBuffer::save).
  /// The states that sequences begin with in slots from number `since` on.
  void save_states(std::span<const std::int64_t> since, core::ByteWriter& out) const;
  /// Takes a part back, after the buffer has taken its own.
  void restore_states(core::ByteReader& in);
  /// Where sequences begin, and their priorities.
  void save(core::ByteWriter& out) const;
  /// After all states were taken back; these have `state_numbers` numbers each. Throws core::UserError where they do
  /// not fit.
  void restore(core::ByteReader& in, std::size_t state_numbers);

  const SequenceOptions& options() const { return options_; }
  /// Where a sequence that does not begin an episode starts: the memory's state, the action and reward before it.
  std::span<const float> state(std::size_t slot) const { return starts_[slot].state; }
  std::int64_t previous_action(std::size_t slot) const { return starts_[slot].previous_action; }
  float previous_reward(std::size_t slot) const { return starts_[slot].previous_reward; }

 private:
  struct Start {
    std::vector<float> state;  ///< empty where an episode begins
    std::int64_t previous_action = -1;
    float previous_reward = 0;
  };
  /// A sequence's beginning, on its way from begun to whole.
  struct Begun {
    std::size_t slot = 0;
    std::int64_t steps = 0;
  };
  struct Environment {
    std::int64_t step = -1;         ///< of the episode; -1: it began before anyone counted
    std::deque<Begun> begun;        ///< not yet whole, oldest first
    std::deque<std::size_t> whole;  ///< oldest first
  };

  /// What begins in a slot that was overwritten, or whose observation goes back to it.
  void forget(Environment& environment, std::size_t slot);
  void clear_start(std::size_t slot);
  SampledSequence describe(std::size_t slot) const;

  const ReplayBuffer& replay_;
  SequenceOptions options_;
  std::vector<Start> starts_;        ///< by slot
  std::vector<std::int32_t> steps_;  ///< of the whole sequence that begins in this slot; 0 = none
  std::vector<Environment> environments_;
  std::optional<SumTree> priorities_;
  double largest_priority_ = 1;
  std::size_t state_bytes_ = 0;
};

}  // namespace qarium::agent
