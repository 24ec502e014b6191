#pragma once
#include <torch/torch.h>

#include "engine/core/random.hpp"
#include "engine/lab/task.hpp"

namespace qarium::lab {

using Cells = torch::TensorAccessor<float, 3>;

/// All zero: [steps, batch, inputs] and [steps, batch, outputs].
inline Batch blank_batch(const Task& task, std::int64_t steps, std::int64_t batch, std::int64_t answer) {
  return {torch::zeros({steps, batch, task.inputs()}), torch::zeros({steps, batch, task.outputs()}), answer};
}

inline float random_bit(core::RandomStream& stream) {
  return static_cast<float>(stream.next() >> 31U);
}

/// Random bits in the first `bits` channels of `steps` steps from `first` on.
inline void fill_bits(Cells& cells, std::int64_t first, std::int64_t steps, std::int64_t bits,
                      core::RandomStream& stream) {
  for (std::int64_t t = first; t < first + steps; ++t) {
    for (std::int64_t b = 0; b < cells.size(1); ++b) {
      for (std::int64_t i = 0; i < bits; ++i)
        cells[t][b][i] = random_bit(stream);
    }
  }
}

/// One value in channel `channel` of step `step`, for the whole batch.
inline void mark(Cells& cells, std::int64_t step, std::int64_t channel, float value = 1) {
  for (std::int64_t b = 0; b < cells.size(1); ++b)
    cells[step][b][channel] = value;
}

}  // namespace qarium::lab
