#pragma once
#include <memory>
#include <span>

#include "engine/nn/network.hpp"

namespace qarium::nn {

/// Sequences side by side that a network goes through. Its tensors may lie on the CPU, wherever the network is.
struct SequenceBatch {
  std::int64_t steps = 0;         ///< T
  std::int64_t batch = 0;         ///< B
  std::span<float> observations;  ///< [T, B, ...]
  Previous previous;              ///< [T, B]
  MemoryState state;              ///< that they begin with
  BurnIn burn_in;
};

/// Outputs [n, O] of a step with the state after it.
struct StepValues {
  std::span<const float> values;
  MemoryState state;
};

/// The passes of a network: forward, and back from the gradient of a loss with respect to the outputs of the Head to
/// those of the parameters. What is given out is valid until the next pass. One thread only.
class Passes {
 public:
  virtual ~Passes() = default;
  /// observations [n, ...], each as at the beginning of an episode -> outputs [n, O]. With `learn` a backward
  /// pass may follow; the observations must stay until then.
  virtual std::span<const float> forward(std::span<float> observations, std::int64_t n, bool learn) = 0;
  /// One step of a network with a memory. What it is told may lie on the CPU, wherever the network is.
  virtual StepValues step(std::span<float> observations, const Previous& previous, const MemoryState& state) = 0;
  /// -> outputs [T, B, O]
  virtual std::span<const float> sequence(const SequenceBatch& sequences, bool learn) = 0;
  /// `slope`: the loss's gradient with respect to the outputs of the pass before, with `learn`. Adds to the
  /// gradients of the parameters; `slope` may be overwritten.
  virtual void backward(std::span<float> slope) = 0;
};

/// In Torch's operations, on the device where the network is.
std::unique_ptr<Passes> torch_passes(std::shared_ptr<Network> network, torch::Device device);
/// The same on a CUDA device, each shape of a pass captured once as a CUDA graph and replayed, its numbers carried
/// through pinned memory. Torch's operations alone where this build knows nothing of CUDA, or one of them cannot be
/// captured.
std::unique_ptr<Passes> cuda_passes(std::shared_ptr<Network> network, torch::Device device);
/// Written out over plain arrays, stage by stage where the stage has such a form (StageBlock::fused). The parameters
/// must lie flat on the CPU (FlatParameters).
std::unique_ptr<Passes> fused_passes(std::shared_ptr<Network> network);

}  // namespace qarium::nn
