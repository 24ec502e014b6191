#pragma once
#include <torch/torch.h>

namespace qarium::nn {

/// Of an LSTM (Hochreiter and Schmidhuber 1997, with forget gate; G = 4: i, f, g, o) or a GRU (Cho 2014; G = 3: r, z,
/// n), as torch.nn lays them out. I inputs, H units.
struct RecurrentWeights {
  torch::Tensor input;           ///< [G H, I]
  torch::Tensor recurrent;       ///< [G H, H]
  torch::Tensor input_bias;      ///< [G H]
  torch::Tensor recurrent_bias;  ///< [G H]
};

struct RecurrentResult {
  torch::Tensor outputs;  ///< [T, B, H]
  torch::Tensor h;        ///< [B, H], after the last step
  torch::Tensor c;        ///< [B, H], LSTM only
};

/// A whole sequence, inputs [T, B, I] from h and c [B, H]: the inputs' product for all steps at once, then one node for
/// what recurs, forward and backward, with the recurrent weights' gradient as one product over time and batch. For
/// float32 on the CPU, else the plain twin. Where a sum is not finite the output is NaN. There is no gradient of the
/// gradient.
RecurrentResult lstm_sequence(const torch::Tensor& inputs, const RecurrentWeights& weights, const torch::Tensor& h,
                              const torch::Tensor& c);
RecurrentResult gru_sequence(const torch::Tensor& inputs, const RecurrentWeights& weights, const torch::Tensor& h);

/// LibTorch's own.
RecurrentResult lstm_sequence_plain(const torch::Tensor& inputs, const RecurrentWeights& weights,
                                    const torch::Tensor& h, const torch::Tensor& c);
RecurrentResult gru_sequence_plain(const torch::Tensor& inputs, const RecurrentWeights& weights,
                                   const torch::Tensor& h);

}  // namespace qarium::nn
