#pragma once
#include <torch/torch.h>

#include <cstdint>

#include "engine/core/random.hpp"

namespace qarium::nn {

/// Chrono initialisation (Tallec and Ollivier 2018, "Can recurrent neural networks warp time?", section 2): a gate with
/// the bias log(u) forgets within about u + 1 steps, so biases of log U(1, length - 1) make units for all spans up to
/// `length` from the start. With biases near 0, torch.nn's own, a unit halves what it holds at every step. A length of
/// 0 leaves them so.
///
/// For an LSTM whose gates i, f, g, o lie one after another in `bias` [4 units]: f as above, i its opposite.
void initialise_chrono_lstm(const torch::Tensor& bias, std::int64_t length, core::RandomStream& stream);
/// For min_gru, z and the candidate in `bias` [2 units]: z, which takes in what is new, gets the opposite.
void initialise_chrono_min_gru(const torch::Tensor& bias, std::int64_t length, core::RandomStream& stream);
/// For a GRU, r, z, n in `bias` [3 units]: z, which keeps what was.
void initialise_chrono_gru(const torch::Tensor& bias, std::int64_t length, core::RandomStream& stream);

}  // namespace qarium::nn
