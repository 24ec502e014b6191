#pragma once
#include <torch/torch.h>

#include "engine/core/random.hpp"
#include "engine/nn/initialisation.hpp"

namespace qarium::nn {

/// A linear layer whose weights have factorised Gaussian noise with a learned scale (Fortunato 2018, section 3):
///     y = (W + S * f(a) f(b)^T) x + v + s * f(a),   f(x) = sgn(x) sqrt|x|
/// W and v are its `weight` and `bias`, S and s `weight_sigma` and `bias_sigma`, which begin at 0.5 / sqrt(p) with p
/// inputs. Without noise it is the plain layer: the mean.
class NoisyLinear final : public torch::nn::LinearImpl, public CustomInitialisation {
 public:
  NoisyLinear(std::int64_t inputs, std::int64_t outputs);

  /// The plain layer's own, with the noise that was drawn last.
  torch::Tensor noisy_forward(const torch::Tensor& x);
  void draw(core::RandomStream& stream);
  void settle();

  void initialise_own(core::RandomStream& stream) override;

 private:
  torch::Tensor weight_sigma_;
  torch::Tensor bias_sigma_;
  torch::Tensor input_noise_;   ///< f(b) [p]; undefined: none
  torch::Tensor output_noise_;  ///< f(a) [q]
};

}  // namespace qarium::nn
