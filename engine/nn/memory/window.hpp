#pragma once
#include "engine/nn/memory/memory.hpp"

namespace qarium::nn {

/// What reaches back over the last K inputs. State: those K, oldest first [B, K, I], and which of them there are [B, K]
/// (1 or 0).
class WindowMemory : public Memory {
 public:
  WindowMemory(const core::MemoryOptions& options, std::int64_t width);

  MemoryState initial_state(std::int64_t batch) override;
  std::vector<std::string> state_names() const override { return {"inputs", "known"}; }
  Remembered step(const torch::Tensor& input, const MemoryState& state, Probe* probe) override;
  Remembered sequence(const torch::Tensor& inputs, const MemoryState& state) override;
  std::vector<std::int64_t> output_shape() const override { return {hidden_}; }

 protected:
  /// n windows, of every step and row, at once: tokens [n, K, hidden] W x + b + p by age, known [n, K] bool, the
  /// current input [n, I] -> [n, hidden]. The current one is the last token and always known.
  virtual torch::Tensor look(const torch::Tensor& tokens, const torch::Tensor& known, const torch::Tensor& current,
                             Probe* probe) = 0;
  std::int64_t width_;
  std::int64_t hidden_;
  std::int64_t length_;

 private:
  Remembered run(const torch::Tensor& inputs, const MemoryState& state, Probe* probe);
  torch::nn::Linear tokens_;
  torch::nn::Embedding ages_;  ///< row 0: the current input
};

/// The ages of K places in which the newest stands last and has age `newest`; -1 where nothing is known. known [B, K]
/// bool -> [B, K] float.
torch::Tensor ages_of(const torch::Tensor& known, std::int64_t newest);

}  // namespace qarium::nn
