#pragma once
#include <cstdint>

/// What attention needs beside products: softmax over tokens, and the additive score.
namespace qarium::nn::kernels {

/// Each row [n] becomes its softmax; one with a score that is not finite is no number throughout.
void softmax_rows(std::int64_t rows, std::int64_t n, float* scores);
/// `gradient` [rows, n] of the weights becomes that of the scores.
void softmax_rows_backward(std::int64_t rows, std::int64_t n, const float* weights, float* gradient);

/// Bahdanau's score (2015, appendix A.1.2) of every query and token: energy^T tanh(query + key).
struct AdditiveScore {
  std::int64_t queries;
  std::int64_t tokens;
  std::int64_t width;
  const float* query;   ///< [queries, width]
  const float* energy;  ///< [width]
};
/// keys [tokens, width] -> scores [queries, tokens]; `hidden` [queries, tokens, width] is what backward reads.
void additive_forward(const AdditiveScore& score, const float* keys, float* hidden, float* scores);
/// Adds to the gradients of energy, query and keys.
void additive_backward(const AdditiveScore& score, const float* hidden, const float* score_gradient,
                       float* energy_gradient, float* query_gradient, float* key_gradient);

}  // namespace qarium::nn::kernels
