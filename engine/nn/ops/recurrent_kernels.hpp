#pragma once
#include <cstdint>

/// An LSTM or a GRU (cell_kernels.hpp) over time, T steps of B samples with H units, on float pointers: what recurs of
/// it, forward and backward. What the inputs add to the gates comes in as sums.
namespace qarium::nn::kernels {

struct RecurrentExtent {
  std::int64_t steps, batch, units;
  /// Numbers of a step where every unit of every sample has one.
  std::int64_t row() const { return batch * units; }
};

/// What the way back reads.
struct LstmTape {
  float* gates;       ///< [T, B, 4 H]
  float* cells;       ///< [T + 1, B, H]; the first, c before the first step, is put there by the caller
  float* tanh_cells;  ///< [T, B, H]
};
/// sums [T, B, 4 H], weights [H, 4 H]: the recurrent ones, transposed; h [B, H] -> outputs [T, B, H].
void lstm_sequence_forward(const RecurrentExtent& extent, const float* sums, const float* weights, const float* h,
                           const LstmTape& tape, float* outputs);
/// recurrent [4 H, H]; outputs_gradient [T, B, H] or null. h_gradient and c_gradient [B, H]: of the last state in, of
/// the first out. sums_gradient [T, B, 4 H].
void lstm_sequence_backward(const RecurrentExtent& extent, const LstmTape& tape, const float* recurrent,
                            const float* outputs_gradient, float* h_gradient, float* c_gradient, float* sums_gradient);

/// sums [T, B, 3 H], weights [H, 3 H] transposed, bias [3 H] of the recurrent weights; kept [T, B, 4 H] is what the way
/// back reads.
void gru_sequence_forward(const RecurrentExtent& extent, const float* sums, const float* weights, const float* bias,
                          const float* h, float* kept, float* outputs);
/// recurrent [3 H, H]; h [B, H] before the first step; h_gradient as above, `spare` as long. sums_gradient and
/// products_gradient [T, B, 3 H]: of what the inputs and of what h adds.
void gru_sequence_backward(const RecurrentExtent& extent, const float* kept, const float* h, const float* outputs,
                           const float* recurrent, const float* outputs_gradient, float* h_gradient, float* spare,
                           float* sums_gradient, float* products_gradient);

}  // namespace qarium::nn::kernels
