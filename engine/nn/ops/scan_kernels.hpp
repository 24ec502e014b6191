#pragma once
#include <cstdint>

/// Memories whose state is scanned, each unit by itself: what recurs of them over T steps of B samples with H units, on
/// float pointers. What the inputs bring comes in as sums.
namespace qarium::nn::kernels {

struct ScanExtent {
  std::int64_t steps, batch, units;
  std::int64_t row() const { return batch * units; }
};

/// min_gru (Feng 2024): sums [T, B, 2 H], z's and the candidate's, whose first half becomes z; h [B, H] before the
/// first step. outputs [T, B, H]: h_t = (1 - z) h_{t-1} + z candidate.
void min_gru_scan(const ScanExtent& extent, float* sums, const float* h, float* outputs);
/// outputs_gradient [T, B, H] or null; h_gradient [B, H]: of the last state in, of the first out. sums_gradient
/// [T, B, 2 H].
void min_gru_scan_backward(const ScanExtent& extent, const float* sums, const float* h, const float* outputs,
                           const float* outputs_gradient, float* h_gradient, float* sums_gradient);

/// Of the complex eigenvalues of an lru, and what its inputs are multiplied by: [H] each.
struct Eigenvalues {
  const float* real;
  const float* imaginary;
  const float* scale;
};
struct EigenvaluesGradient {
  float* real;
  float* imaginary;
  float* scale;
};

/// lru (Orvieto 2023): inputs [T, B, 2 H], real parts before imaginary ones; h [B, 2 H] before the first step. states
/// [T, B, 2 H]: h_t = lambda h_{t-1} + scale inputs_t.
void lru_scan(const ScanExtent& extent, const Eigenvalues& eigenvalues, const float* inputs, const float* h,
              float* states);
/// states_gradient [T, B, 2 H]; h_gradient [B, 2 H] as above; adds to `gradient`, writes inputs_gradient [T, B, 2 H].
void lru_scan_backward(const ScanExtent& extent, const Eigenvalues& eigenvalues, const float* inputs, const float* h,
                       const float* states, const float* states_gradient, float* h_gradient,
                       const EigenvaluesGradient& gradient, float* inputs_gradient);

/// x [rows, H], gates [rows, 2 H] whose second half becomes its logistic -> y = x + first half * logistic(second half).
void gated_residual(std::int64_t rows, std::int64_t units, const float* x, float* gates, float* y);
/// dy [rows, H] -> gates_gradient [rows, 2 H]; dy itself is the residual's part of dx.
void gated_residual_backward(std::int64_t rows, std::int64_t units, const float* gates, const float* dy,
                             float* gates_gradient);

}  // namespace qarium::nn::kernels
