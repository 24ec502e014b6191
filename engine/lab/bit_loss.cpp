#include "engine/lab/bit_loss.hpp"

#include <algorithm>
#include <cmath>

namespace qarium::lab {

BitLoss bit_loss(const torch::Tensor& logits, const torch::Tensor& target) {
  const auto x = logits.detach().contiguous();
  const auto y = target.contiguous();
  const auto batch = x.size(1);
  const auto bits = x.size(2);
  BitLoss loss{0, torch::empty_like(x), std::vector<std::int64_t>(static_cast<std::size_t>(batch), 0)};
  const auto* logit = x.data_ptr<float>();
  const auto* bit = y.data_ptr<float>();
  auto* gradient = loss.gradient.data_ptr<float>();
  const float share = 1 / static_cast<float>(x.numel());
  for (std::int64_t i = 0; i < x.numel(); ++i) {
    const float small = std::exp(-std::abs(logit[i]));
    const float probability = (logit[i] > 0 ? 1 : small) / (1 + small);
    loss.value += std::max(logit[i], 0.0F) - bit[i] * logit[i] + std::log1p(small);
    gradient[i] = (probability - bit[i]) * share;
    if ((logit[i] > 0) != (bit[i] > 0.5F)) ++loss.wrong[static_cast<std::size_t>(i / bits % batch)];
  }
  loss.value *= static_cast<double>(share);
  return loss;
}

}  // namespace qarium::lab
