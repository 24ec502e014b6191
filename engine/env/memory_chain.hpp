#pragma once
#include <cstdint>
#include <string_view>

#include "engine/config/hyperparameters.hpp"
#include "engine/env/plain_state_environment.hpp"

namespace qarium::env {

struct MemoryChainState {
  static constexpr int kMaxBits = 64;
  std::uint64_t context = 0;  ///< bit i of the context is bit i here
  int query = 0;              ///< the bit that is asked for
  int steps = 0;              ///< taken
};

/// Bits are shown at the beginning; at the end one of them is asked for. Memory Chain of Osband et al. 2020,
/// "Behaviour Suite for Reinforcement Learning", as bsuite's program (environments/memory_chain.py) has it.
///
/// With L steps to remember and n bits, drawn evenly and independently, an episode is L + 1 steps. Actions name a bit:
/// "-1" (0) or "+1" (1). All but the last do nothing and earn 0; the last earns +1 if it names the bit that is asked
/// for, else -1, and terminates.
///
/// Observes float32 [n + 2] for a time t that is 0 at the reset and after the first step alike, and then counts up to
/// L: 1 - t / L; the index of the bit asked for if t = L - 1, which is when the last action is chosen, else 0; n times
/// the context, -1 or 1, if t = 0, else 0. So the context is seen twice, L = 1 needs no memory, and the final
/// observation is all zero.
class MemoryChain : public PlainStateEnvironment<MemoryChainState> {
 public:
  void render_observation(std::span<const std::byte> observation, protocol::Scene& scene) const override;

 protected:
  /// Requires 1 <= length and 1 <= bits <= 64.
  MemoryChain(std::string_view id, std::string_view description, int length, int bits);

 private:
  MemoryChainState begin(core::RandomStream& random) const override;
  StepResult advance(MemoryChainState& state, int action, core::RandomStream& random) const override;
  void observe_state(const MemoryChainState& state, std::span<std::byte> out) const override;
  /// The context, faint while the agent does not see it, the bit that is or will be asked for, and the time left.
  void draw_state(const MemoryChainState& state, protocol::Scene& scene) const override;

  int length_;
  int bits_;
};

/// "memory_len": bsuite's experiment on how long one bit is remembered. L = `memory_length`, n = 1.
class MemoryLen final : public MemoryChain {
 public:
  static constexpr std::string_view kId = "memory_len";
  static constexpr std::string_view kDescription = "Remember one bit for a while";

  /// Throws core::UserError for a length out of the table's range.
  explicit MemoryLen(const config::EnvironmentOptions& options = {});
};

/// "memory_size": bsuite's experiment on how many bits are remembered. L = 2, n = `num_bits`.
class MemorySize final : public MemoryChain {
 public:
  static constexpr std::string_view kId = "memory_size";
  static constexpr std::string_view kDescription = "Remember many bits for a moment, and say one of them";

  /// Throws core::UserError for a number of bits out of the table's range.
  explicit MemorySize(const config::EnvironmentOptions& options = {});
};

}  // namespace qarium::env
