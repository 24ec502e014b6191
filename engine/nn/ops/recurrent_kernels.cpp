#include "engine/nn/ops/recurrent_kernels.hpp"

#include <algorithm>

#include "engine/nn/ops/cell_kernels.hpp"
#include "engine/nn/ops/dense_kernels.hpp"
#include "engine/nn/ops/product_kernels.hpp"

namespace qarium::nn::kernels {

void lstm_sequence_forward(const RecurrentExtent& extent, const float* sums, const float* weights, const float* h,
                           const LstmTape& tape, float* outputs) {
  const auto row = extent.row();
  const auto rows = 4 * extent.units;
  for (std::int64_t t = 0; t < extent.steps; ++t) {
    float* gates = tape.gates + 4 * t * row;
    multiply({extent.batch, rows, extent.units, h, extent.units, weights, rows, sums + 4 * t * row, rows, gates, rows});
    float* h_after = outputs + t * row;
    for (std::int64_t b = 0; b < extent.batch; ++b) {
      const auto at = t * row + b * extent.units;
      lstm_forward(extent.units, gates + b * rows, tape.cells + at, tape.cells + row + at, tape.tanh_cells + at,
                   h_after + b * extent.units);
    }
    h = h_after;
  }
}

void lstm_sequence_backward(const RecurrentExtent& extent, const LstmTape& tape, const float* recurrent,
                            const float* outputs_gradient, float* h_gradient, float* c_gradient, float* sums_gradient) {
  const auto row = extent.row();
  const auto rows = 4 * extent.units;
  for (std::int64_t t = extent.steps - 1; t >= 0; --t) {
    if (outputs_gradient != nullptr) add(outputs_gradient + t * row, h_gradient, row);
    float* of_step = sums_gradient + 4 * t * row;
    for (std::int64_t b = 0; b < extent.batch; ++b) {
      const auto in_row = b * extent.units;
      const auto at = t * row + in_row;
      lstm_backward(extent.units, tape.gates + 4 * at, tape.cells + at, tape.tanh_cells + at, h_gradient + in_row,
                    c_gradient + in_row, of_step + b * rows);
    }
    multiply({extent.batch, extent.units, rows, of_step, rows, recurrent, extent.units, nullptr, 0, h_gradient,
              extent.units});
  }
}

void gru_sequence_forward(const RecurrentExtent& extent, const float* sums, const float* weights, const float* bias,
                          const float* h, float* kept, float* outputs) {
  const auto row = extent.row();
  const auto rows = 3 * extent.units;
  const auto kept_rows = 4 * extent.units;
  for (std::int64_t t = 0; t < extent.steps; ++t) {
    float* of_step = kept + 4 * t * row;
    multiply({extent.batch, rows, extent.units, h, extent.units, weights, rows, bias, 0, of_step, kept_rows});
    float* h_after = outputs + t * row;
    for (std::int64_t b = 0; b < extent.batch; ++b) {
      gru_forward(extent.units, sums + 3 * t * row + b * rows, of_step + b * kept_rows, h + b * extent.units,
                  h_after + b * extent.units);
    }
    h = h_after;
  }
}

void gru_sequence_backward(const RecurrentExtent& extent, const float* kept, const float* h, const float* outputs,
                           const float* recurrent, const float* outputs_gradient, float* h_gradient, float* spare,
                           float* sums_gradient, float* products_gradient) {
  const auto row = extent.row();
  const auto rows = 3 * extent.units;
  float* direct = h_gradient;
  float* whole = spare;
  for (std::int64_t t = extent.steps - 1; t >= 0; --t) {
    if (outputs_gradient != nullptr) add(outputs_gradient + t * row, direct, row);
    const float* h_before = t == 0 ? h : outputs + (t - 1) * row;
    float* of_step = products_gradient + 3 * t * row;
    for (std::int64_t b = 0; b < extent.batch; ++b) {
      const auto in_row = b * extent.units;
      const auto at = t * row + in_row;
      gru_backward(extent.units, kept + 4 * at, h_before + in_row, direct + in_row, sums_gradient + 3 * at,
                   of_step + b * rows);
    }
    multiply({extent.batch, extent.units, rows, of_step, rows, recurrent, extent.units, direct, extent.units, whole,
              extent.units});
    std::swap(direct, whole);
  }
  if (direct != h_gradient) std::copy_n(direct, row, h_gradient);
}

}  // namespace qarium::nn::kernels
