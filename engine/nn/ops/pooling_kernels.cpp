#include "engine/nn/ops/pooling_kernels.hpp"

#include <limits>

#include "engine/nn/ops/instruction_sets.hpp"
#include "engine/nn/ops/vector_math.hpp"

namespace qarium::nn::kernels {

QARIUM_CLONES void softmax_rows(std::int64_t rows, std::int64_t n, float* scores) {
  for (std::int64_t row = 0; row < rows; ++row, scores += n) {
    float most = scores[0];
    std::int32_t spoilt = 0;
    for (std::int64_t i = 0; i < n; ++i) {
      most = scores[i] > most ? scores[i] : most;
      spoilt |= vector_math::unfinite(scores[i]);
    }
    float sum = 0;
    for (std::int64_t i = 0; i < n; ++i) {
      scores[i] = vector_math::exponential(scores[i] - most);
      sum += scores[i];
    }
    const float share = vector_math::spoiled(1 / sum, spoilt);
    for (std::int64_t i = 0; i < n; ++i)
      scores[i] *= share;
  }
}

QARIUM_CLONES void softmax_rows_backward(std::int64_t rows, std::int64_t n, const float* weights, float* gradient) {
  for (std::int64_t row = 0; row < rows; ++row, weights += n, gradient += n) {
    float mean = 0;
    for (std::int64_t i = 0; i < n; ++i)
      mean += weights[i] * gradient[i];
    for (std::int64_t i = 0; i < n; ++i)
      gradient[i] = weights[i] * (gradient[i] - mean);
  }
}

QARIUM_CLONES void additive_forward(const AdditiveScore& score, const float* keys, float* hidden, float* scores) {
  const auto [queries, tokens, width, query, energy] = score;
  for (std::int64_t q = 0; q < queries; ++q) {
    const float* its = query + q * width;
    for (std::int64_t n = 0; n < tokens; ++n, hidden += width) {
      const float* key = keys + n * width;
      float sum = 0;
      for (std::int64_t i = 0; i < width; ++i) {
        const float x = its[i] + key[i];
        hidden[i] = vector_math::spoiled(vector_math::hyperbolic_tangent(x), vector_math::unfinite(x));
        sum += energy[i] * hidden[i];
      }
      *scores++ = sum;
    }
  }
}

QARIUM_CLONES void additive_backward(const AdditiveScore& score, const float* hidden, const float* score_gradient,
                                     float* energy_gradient, float* query_gradient, float* key_gradient) {
  const auto [queries, tokens, width, query, energy] = score;
  for (std::int64_t q = 0; q < queries; ++q) {
    float* of_query = query_gradient + q * width;
    for (std::int64_t n = 0; n < tokens; ++n, hidden += width) {
      const float slope = *score_gradient++;
      float* of_key = key_gradient + n * width;
      for (std::int64_t i = 0; i < width; ++i) {
        energy_gradient[i] += slope * hidden[i];
        const float of_sum = slope * energy[i] * (1 - hidden[i] * hidden[i]);
        of_query[i] += of_sum;
        of_key[i] += of_sum;
      }
    }
  }
}

}  // namespace qarium::nn::kernels
