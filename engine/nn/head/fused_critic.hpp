#pragma once
#include <cstdint>
#include <vector>

#include "engine/nn/fused/fused_layers.hpp"
#include "engine/nn/memory/memory.hpp"

namespace qarium::nn {

/// The parameters of an additive score f(s, s_k) = score^T tanh(query x + b + key x_k) over the last K states.
struct CriticLayers {
  torch::nn::Linear query{nullptr};
  torch::nn::Linear key{nullptr};
  torch::nn::Linear score{nullptr};
  std::int64_t window = 1;  ///< K
};

/// A critic with attention (CriticAttention, its plain twin) as passes over plain arrays, behind the Head's: that gives
/// v(s_t), of which this makes V(s_t). T steps of B samples, rows t B + b. Only states that the episode has are gone
/// through.
class FusedCritic {
 public:
  /// `value` is the Head's value stream; `apart` > 1: each row is as many vectors, one an action, and a state is their
  /// mean.
  FusedCritic(const CriticLayers& layers, FusedLayers value, std::int64_t apart);

  /// in [T B, (apart,) F] is what the Head is given, outputs [T B, width] what it gave: the last number of each row, v,
  /// becomes V. `carried` are the critic's two parts of the state; the same after the last step is given back.
  MemoryState forward(const float* in, std::int64_t steps, std::int64_t batch, const MemoryState& carried,
                      float* outputs, std::int64_t width, Arena& arena);
  /// The gradient of V in `out_gradient` [T B, width] becomes that of v. Adds to the gradients of the parameters; gives
  /// that of the states [T B, F] without what goes through their v.
  float* backward(float* out_gradient, Arena& arena);
  /// Adds it to the gradient of what the Head is given [T B, (apart,) F].
  void spread(const float* state_gradient, float* in_gradient) const;

 private:
  /// Which states a row weighs.
  struct Stretch {
    std::int64_t begin = 0;  ///< among those seen
    std::int64_t states = 0;
    std::int64_t place = 0;  ///< of its first weight
  };

  void look_back(const MemoryState& carried);
  void gather(const float* states, const MemoryState& carried, Arena& arena);
  void weigh(float* outputs, std::int64_t width, Arena& arena);
  MemoryState state_after(const MemoryState& carried) const;
  const float* states_of(const float* in, Arena& arena) const;
  std::int64_t seen_before(std::int64_t b) const { return first_[static_cast<std::size_t>(b)]; }
  /// Where the state of step t lies among those seen.
  std::int64_t place_of(std::int64_t t, std::int64_t b) const {
    return seen_before(b) + before_[static_cast<std::size_t>(b)] + t;
  }

  FusedLinear query_;
  FusedLinear key_;
  FusedParameter score_;
  FusedLayers value_;  ///< of the states before the sequence
  std::int64_t window_;
  std::int64_t width_;  ///< F
  std::int64_t units_;
  std::int64_t apart_;

  std::int64_t steps_ = 0;
  std::int64_t batch_ = 0;
  std::int64_t out_width_ = 0;
  std::vector<std::int64_t> before_;  ///< [B] states that the episode has before the sequence: those it may weigh
  std::vector<std::int64_t> first_;   ///< [B + 1] where a sample's states begin, those before the sequence first
  std::int64_t all_before_ = 0;
  std::vector<Stretch> stretches_;  ///< of each row
  float* seen_ = nullptr;           ///< [states, F], sample by sample
  float* values_ = nullptr;         ///< [states]
  float* queries_ = nullptr;        ///< [T B, units]
  float* weights_ = nullptr;        ///< alpha, row by row
  float* hidden_ = nullptr;         ///< [weights, units]
};

}  // namespace qarium::nn
