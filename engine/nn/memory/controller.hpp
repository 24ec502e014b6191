#pragma once
#include <string_view>

#include "engine/nn/memory/memory.hpp"

namespace qarium::nn {

/// What drives the heads of dnc and mann, fed with the input and the previous reads: an LSTM laid out as torch.nn's
/// (gates i, f, g, o), or one layer with tanh. Everything starts at zero.
class Controller final : public torch::nn::Module {
 public:
  /// `kind`: "lstm" or "feedforward".
  Controller(std::string_view kind, std::int64_t inputs, std::int64_t units);

  struct Result {
    torch::Tensor output;  ///< [B, units]
    MemoryState state;
  };
  /// h and c [B, units] of an LSTM, else nothing.
  MemoryState initial_state(std::int64_t batch) const;
  std::vector<std::string> state_names() const;
  /// inputs [B, I]; its own state begins at `state[at]`.
  Result step(const torch::Tensor& inputs, const MemoryState& state, std::size_t at);
  /// "lstm controller, 12 -> 64 units"
  std::string description() const;

 private:
  std::int64_t units_;
  torch::nn::Linear input_;
  torch::nn::Linear recurrent_{nullptr};
};

}  // namespace qarium::nn
