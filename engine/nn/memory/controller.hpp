#pragma once
#include <string_view>

#include "engine/nn/initialisation.hpp"
#include "engine/nn/memory/memory.hpp"

namespace qarium::nn {

/// What drives the heads of dnc and mann, fed with the input and the previous reads: an LSTM laid out as torch.nn's
/// (gates i, f, g, o), or one layer with tanh. Everything starts at zero.
class Controller final : public torch::nn::Module, public CustomInitialisation {
 public:
  /// `kind`: "lstm" or "feedforward". `chrono_length`: of an LSTM, 0 for none.
  Controller(std::string_view kind, std::int64_t inputs, std::int64_t units, std::int64_t chrono_length);

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
  void initialise_own(core::RandomStream& stream) override;

 private:
  std::int64_t units_;
  std::int64_t chrono_length_;
  torch::nn::Linear input_;
  torch::nn::Linear recurrent_{nullptr};
};

}  // namespace qarium::nn
