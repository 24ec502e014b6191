#pragma once
#include <memory>

#include "engine/config/hyperparameters.hpp"
#include "engine/nn/probe.hpp"
#include "engine/nn/stage_block.hpp"

namespace qarium::nn {

class FusedMemory;

/// What a memory carries from step to step, as a value: it can be copied, stored, reset and detached. Each tensor's
/// first dimension is the batch. Empty where nothing is kept.
using MemoryState = std::vector<torch::Tensor>;

/// What a step or a sequence of a memory gives.
struct MemoryOutput {
  torch::Tensor output;  ///< [B, M], of a sequence [T, B, M]; M = 0 where there is no memory
  MemoryState state;     ///< after the last step
};

/// input, state -> output, state' (METHODS section 3). The input [B, I] is what is attended to, with the previous
/// action (one-hot) and reward where those are wanted.
class Memory : public StageBlock {
 public:
  /// With gradient where a source learns it.
  virtual MemoryState initial_state(std::int64_t batch) = 0;
  /// What each tensor of the state is: "memory" where it is the matrix [B, slots, width], "h".
  virtual std::vector<std::string> state_names() const = 0;
  virtual MemoryOutput step(const torch::Tensor& input, const MemoryState& state, Probe* probe) = 0;
  /// inputs [T, B, I]. The same as T steps.
  virtual MemoryOutput sequence(const torch::Tensor& inputs, const MemoryState& state);
  /// The same as passes over plain arrays, once the parameters lie flat on the CPU (FlatParameters); null where there
  /// is no such form of it.
  virtual std::unique_ptr<FusedMemory> fused_memory();
};

/// Whether an intervention keeps anything new from being written.
inline bool frozen(const Probe* probe) {
  return probe != nullptr && probe->intervention.freeze_writes;
}

/// Reads [B, R, W] without those that an intervention silences.
torch::Tensor silenced(const torch::Tensor& reads, const Intervention& intervention);

/// `width` is I. Throws core::UserError for an unknown kind.
std::shared_ptr<Memory> make_memory(const config::MemoryOptions& options, std::int64_t width);
/// The first `attended` of the I columns are what is attended to; the others tell what came before. Without it all are.
std::shared_ptr<Memory> make_memory(const config::MemoryOptions& options, std::int64_t width, std::int64_t attended);

/// Makes one kind.
using MakeMemory = std::shared_ptr<Memory>(const config::MemoryOptions& options, std::int64_t width,
                                           std::int64_t attended);
#define QARIUM_KIND(name, make) MakeMemory make;
#include "engine/nn/memory/kinds.inc"

}  // namespace qarium::nn
