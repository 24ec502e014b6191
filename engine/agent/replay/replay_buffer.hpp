#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/agent/replay/sum_tree.hpp"
#include "engine/core/bytes.hpp"
#include "engine/core/random.hpp"
#include "engine/core/zeroed.hpp"

namespace qarium::agent {

/// What one replayed sample is, without its observations: m <= n steps were really taken (METHODS section 4).
struct Transition {
  std::size_t slot = 0;       ///< where the transition begins
  std::size_t next_slot = 0;  ///< the state that its bootstrap looks at
  int action = 0;
  float reward = 0;    ///< sum over k of gamma^k r_k
  float discount = 0;  ///< gamma^m (1 - terminal)
  bool terminal = false;
  float weight = 1;      ///< importance weight, 1 at most
  std::int64_t age = 0;  ///< slots written since, in its environment, when it was sampled
  int steps = 1;         ///< m
};

/// How an observation is kept.
struct ObservationLayout {
  // NOLINTNEXTLINE(google-explicit-constructor): so many bytes, kept as they are, is the plain case
  ObservationLayout(std::size_t its_bytes, std::size_t its_frames = 1, bool are_bits = false)
      : bytes(its_bytes), frames(its_frames), bits(are_bits) {}
  std::size_t bytes;
  std::size_t frames;  ///< equal parts, the last frames, the oldest first (env::FrameStack): only the newest is kept
  bool bits;           ///< bytes are 0 or 1
  /// What is kept of an observation.
  std::size_t stored() const { return bits ? (bytes / frames + 7) / 8 : bytes / frames; }
};

/// Observations put together side by side.
struct ObservationBatch {
  std::vector<std::byte> bytes;
  std::vector<std::span<const std::byte>> each;
};

/// The past, one ring of slots for each environment. Every frame is stored once, as the bytes it came in, or as bits
/// where these are 0 or 1: stacks of frames are made when they are asked for. An episode's final observation takes a
/// slot of its own, so a truncated episode bootstraps from the state it ended in. Not thread-safe.
class ReplayBuffer {
 public:
  /// Capacity is in slots over all environments and is rounded down to a multiple of n_environments.
  ReplayBuffer(const ObservationLayout& layout, std::size_t capacity, std::size_t n_environments);

  /// How samples are made. A change keeps the transitions and starts the priorities anew, all equal. Where memory is
  /// short it throws std::bad_alloc and nothing is changed.
  void configure(std::int64_t n_step, bool prioritized);

  /// The place for the environment's current observation. To be filled before `append` or reading.
  std::span<std::byte> current(std::size_t environment);
  /// Records the step taken from the current observation and moves on to a new place for the next one.
  /// With `over`, that next one is final: fill it, then call `begin_episode`.
  void append(std::size_t environment, int action, float reward, bool terminated, bool truncated);
  void begin_episode(std::size_t environment);

  /// Transitions that can be sampled.
  std::size_t size() const { return sampleable_; }
  std::size_t capacity() const { return slots_.size(); }
  std::size_t bytes() const { return stored_.size() + current_.size() + slots_.size() * sizeof(Slot); }
  /// What a slot takes beside its observation.
  static constexpr std::size_t slot_bytes() { return sizeof(Slot); }

  /// Draws `batch` transitions; uniform, or in proportion to priority^alpha with importance weights
  /// (n P(i))^-beta over their maximum. Requires size() > 0.
  void sample(std::size_t batch, double gamma, double beta, core::RandomStream& stream,
              std::vector<Transition>& out) const;
  /// |TD error| of sampled slots. `eps` and `alpha` as hyperparameters. Ignored while sampling is uniform.
  void set_priority(std::size_t slot, double td_error, double alpha, double eps);

  std::vector<std::byte> observation(std::size_t slot) const;
  /// Those of these slots, in their order, in `batch`; valid as long as that.
  std::span<const std::span<const std::byte>> observations(std::span<const std::size_t> slots,
                                                           ObservationBatch& batch) const;
  std::size_t current_slot(std::size_t environment) const { return heads_[environment]; }
  /// The slot written after this one, in its environment.
  std::size_t following(std::size_t slot) const;
  /// Slots before one that its observation may go back to.
  std::size_t frames_before() const { return layout_.frames - 1; }
  /// What was done in a slot that holds a transition.
  int action(std::size_t slot) const { return slots_[slot].action; }
  float reward(std::size_t slot) const { return slots_[slot].reward; }
  bool terminated(std::size_t slot) const { return slots_[slot].terminated; }
  /// Up to `most` observations, evenly spread over what is kept.
  std::vector<std::vector<std::byte>> some_observations(std::size_t most) const;
  /// Slots written since this one, in its environment.
  std::int64_t age(std::size_t slot) const;
  /// The greatest age among what can be sampled; 0 where nothing can.
  std::int64_t oldest_age() const;

  // For checkpoints that are appended to. Slots are numbered in the order in which an environment fills them.
  /// Slots that each environment has filled.
  const std::vector<std::int64_t>& filled() const { return filled_; }
  /// The number of the oldest slot that is still there, of each environment.
  std::vector<std::int64_t> oldest() const;
  /// The slots from number `since` on, as far as they are still there. `since` has a number for each environment.
  void save(std::span<const std::int64_t> since, core::ByteWriter& out) const;
  /// Takes one part back, into a buffer that has seen nothing else; parts come in their order, then `restored`.
  /// Throws core::UserError where they do not fit.
  void restore(core::ByteReader& in);
  /// All parts are there: what can be sampled is, as `configure` says. Throws core::UserError where some are missing.
  void restored(std::int64_t n_step, bool prioritized);
  void save_priorities(core::ByteWriter& out) const;
  void restore_priorities(core::ByteReader& in);

  /// Calls f(age, reward) for every `stride`-th slot that holds a transition.
  template <class F>
  void for_each_transition(std::size_t stride, F f) const {
    for (std::size_t i = 0; i < slots_.size(); i += stride) {
      if (slots_[i].kind == Kind::Transition) f(age(i), slots_[i].reward);
    }
  }

 private:
  enum class Kind : std::uint8_t { Empty, Transition, Current, Final };
  struct Slot {
    float reward = 0;
    std::int16_t action = 0;
    Kind kind = Kind::Empty;
    bool terminated = false;
    bool over = false;
    bool sampleable = false;
  };

  /// Any slot that has been written, with equal chance.
  std::size_t any_slot(core::RandomStream& stream) const;
  void advance(std::size_t environment);
  void mark_sampleable(std::size_t slot, bool sampleable);
  /// The slot written before this one, in its environment.
  std::size_t preceding(std::size_t slot) const;
  /// Whether none of the frames that its observation goes back to has been overwritten.
  bool has_frames(std::size_t slot) const;
  /// Keeps the newest frame of the current observation in its slot.
  void store(std::size_t environment);
  void write_frame(std::size_t slot, std::span<const std::byte> frame);
  void read_frame(std::size_t slot, std::span<std::byte> out) const;
  void read(std::size_t slot, std::span<std::byte> out) const;
  /// Whether the n steps from here, or those up to the episode's end, have all been taken.
  bool complete(std::size_t slot) const;
  Transition describe(std::size_t slot, double gamma) const;

  ObservationLayout layout_;
  std::size_t frame_;  ///< bytes of one
  std::size_t ring_;   ///< slots per environment
  core::ZeroedBytes stored_;
  std::vector<std::byte> current_;  ///< the whole observation of each environment
  std::vector<Slot> slots_;
  std::vector<std::size_t> heads_;           ///< slot of the current observation, per environment
  std::vector<std::size_t> written_;         ///< slots in use, per environment; they are its first ones
  std::vector<std::int64_t> filled_;         ///< slots filled since the beginning, per environment
  std::vector<std::int64_t> restored_from_;  ///< the first number of the parts that were taken back, per environment
  std::size_t all_written_ = 0;
  std::size_t sampleable_ = 0;
  std::int64_t n_step_ = 1;
  std::optional<SumTree> priorities_;
  double largest_priority_ = 1;
};

}  // namespace qarium::agent
