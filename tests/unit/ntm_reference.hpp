#pragma once
/// One step of the Neural Turing Machine for one sample, in loops over doubles, straight from the paper's equations.

#include <cmath>
#include <cstddef>
#include <vector>

#include "engine/nn/ops/ntm_shape.hpp"

namespace qarium::tests {

using Row = std::vector<double>;
using Rows = std::vector<Row>;

struct ReferenceState {
  Rows memory;                       ///< [S][W]
  Rows read_weights, write_weights;  ///< [heads][S]
  Rows reads;                        ///< [R][W]
  Row h, c;
};

struct ReferenceWeights {
  Rows controller;
  Row controller_bias;
  Rows head;
  Row head_bias;
};

inline double reference_sigmoid(double x) {
  return 1 / (1 + std::exp(-x));
}
inline double reference_softplus(double x) {
  return x > 30 ? x : std::log(1 + std::exp(x));
}

inline Row reference_affine(const Rows& weight, const Row& bias, const Row& x) {
  Row y = bias;
  for (std::size_t i = 0; i < y.size(); ++i) {
    for (std::size_t j = 0; j < x.size(); ++j)
      y[i] += weight[i][j] * x[j];
  }
  return y;
}

/// p points at key, beta, g, s, gamma.
inline Row reference_address(const nn::NtmShape& shape, const double* p, const Rows& memory, const Row& previous) {
  const auto slots = static_cast<int>(shape.slots);
  const auto width = static_cast<int>(shape.width);
  const auto range = static_cast<int>(shape.shift_range);
  const double beta = reference_softplus(p[width]);
  const double g = reference_sigmoid(p[width + 1]);
  const double* shift = p + width + 2;
  const double gamma = 1 + reference_softplus(p[width + 2 + 2 * range + 1]);

  Row content(memory.size());
  double sum = 0;
  for (int i = 0; i < slots; ++i) {
    double dot = 0, key = 1e-16, length = 1e-16;
    for (int m = 0; m < width; ++m) {
      dot += p[m] * memory[i][m];
      key += p[m] * p[m];
      length += memory[i][m] * memory[i][m];
    }
    content[i] = std::exp(beta * dot / (std::sqrt(key) * std::sqrt(length)));
    sum += content[i];
  }
  Row interpolated(memory.size());
  for (int i = 0; i < slots; ++i)
    interpolated[i] = g * content[i] / sum + (1 - g) * previous[i];

  double shift_sum = 0;
  for (int o = 0; o <= 2 * range; ++o)
    shift_sum += std::exp(shift[o]);
  Row weights(memory.size(), 0.0);
  for (int j = 0; j < slots; ++j) {
    for (int offset = -range; offset <= range; ++offset) {
      const int i = ((j + offset) % slots + slots) % slots;
      weights[i] += interpolated[j] * std::exp(shift[offset + range]) / shift_sum;
    }
  }
  double power_sum = 0;
  for (auto& w : weights) {
    w = std::pow(w + 1e-16, gamma);
    power_sum += w;
  }
  for (auto& w : weights)
    w /= power_sum;
  return weights;
}

/// Returns what is remembered: h, then the reads.
inline Row reference_step(const nn::NtmShape& shape, const Row& input, const ReferenceWeights& weights,
                          ReferenceState& state) {
  Row x = input;
  for (const auto& read : state.reads)
    x.insert(x.end(), read.begin(), read.end());
  if (shape.lstm) x.insert(x.end(), state.h.begin(), state.h.end());
  const Row sums = reference_affine(weights.controller, weights.controller_bias, x);
  const auto units = static_cast<std::size_t>(shape.units);
  for (std::size_t n = 0; n < units; ++n) {
    if (!shape.lstm) {
      state.h[n] = std::tanh(sums[n]);
      continue;
    }
    state.c[n] =
        reference_sigmoid(sums[units + n]) * state.c[n] + reference_sigmoid(sums[n]) * std::tanh(sums[2 * units + n]);
    state.h[n] = reference_sigmoid(sums[3 * units + n]) * std::tanh(state.c[n]);
  }

  const Row p = reference_affine(weights.head, weights.head_bias, state.h);
  const auto reads = static_cast<std::size_t>(shape.read_heads);
  const auto writes = static_cast<std::size_t>(shape.write_heads);
  const auto width = static_cast<std::size_t>(shape.width);
  const std::size_t address = width + 3 + 2 * static_cast<std::size_t>(shape.shift_range) + 1;
  const double* read_rows = p.data();
  const double* write_rows = p.data() + reads * address;
  const std::size_t write_stride = address + 2 * width;

  const auto address_reads = [&](const Rows& memory) {
    for (std::size_t r = 0; r < reads; ++r) {
      state.read_weights[r] = reference_address(shape, read_rows + r * address, memory, state.read_weights[r]);
      for (std::size_t m = 0; m < width; ++m) {
        state.reads[r][m] = 0;
        for (std::size_t i = 0; i < memory.size(); ++i)
          state.reads[r][m] += state.read_weights[r][i] * memory[i][m];
      }
    }
  };
  Rows next = state.memory;
  for (std::size_t k = 0; k < writes; ++k)
    state.write_weights[k] =
        reference_address(shape, write_rows + k * write_stride, state.memory, state.write_weights[k]);
  for (std::size_t i = 0; i < next.size(); ++i) {
    for (std::size_t m = 0; m < width; ++m) {
      double add = 0;
      for (std::size_t k = 0; k < writes; ++k) {
        const double* rows = write_rows + k * write_stride + address;
        next[i][m] *= 1 - state.write_weights[k][i] * reference_sigmoid(rows[m]);
        add += state.write_weights[k][i] * rows[width + m];
      }
      next[i][m] += add;
    }
  }
  if (shape.order == nn::NtmOrder::ReadWrite) {
    address_reads(state.memory);
    state.memory = next;
  } else {
    state.memory = next;
    address_reads(state.memory);
  }

  Row remembered = state.h;
  for (const auto& read : state.reads)
    remembered.insert(remembered.end(), read.begin(), read.end());
  return remembered;
}

}  // namespace qarium::tests
