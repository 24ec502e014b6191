#include "engine/nn/initialisation.hpp"

#include <cmath>
#include <numeric>
#include <vector>

namespace qarium::nn {
namespace {

void fill_uniform(const torch::Tensor& parameter, double bound, core::RandomStream& stream) {
  auto values = torch::empty(parameter.sizes(), torch::kFloat);
  auto* data = values.data_ptr<float>();
  for (std::int64_t i = 0; i < values.numel(); ++i)
    data[i] = static_cast<float>(stream.uniform(-bound, bound));
  parameter.copy_(values);
}

/// Sets this share of each row's weights to 0.
void thin_out(const torch::Tensor& weight, double share, core::RandomStream& stream) {
  auto rows = weight.flatten(1).clone();
  const auto inputs = rows.size(1);
  const auto zeros = static_cast<std::int64_t>(std::ceil(share * static_cast<double>(inputs)));
  std::vector<std::int64_t> order(static_cast<std::size_t>(inputs));
  for (std::int64_t row = 0; row < rows.size(0); ++row) {
    std::iota(order.begin(), order.end(), 0);
    for (std::int64_t k = 0; k < zeros; ++k) {
      const auto at = k + stream.below(static_cast<std::uint32_t>(inputs - k));
      std::swap(order[static_cast<std::size_t>(k)], order[static_cast<std::size_t>(at)]);
      rows[row][order[static_cast<std::size_t>(k)]] = 0;
    }
  }
  weight.copy_(rows.view(weight.sizes()));
}

}  // namespace

void initialise_sparsely(torch::nn::Module& module, core::RandomStream stream) {
  constexpr double kShare = 0.9;
  initialise(module, stream);
  const torch::NoGradGuard no_grad;
  stream.seek(std::uint64_t{1} << 40U);  // far behind what was drawn for the weights
  for (const auto& layer : module.modules(true)) {
    auto parameters = layer->named_parameters(false);
    auto* weight = parameters.find("weight");
    if (weight == nullptr || weight->dim() < 2) continue;
    thin_out(*weight, kShare, stream);
    if (auto* bias = parameters.find("bias")) bias->zero_();
  }
}

void initialise(torch::nn::Module& module, core::RandomStream stream) {
  const torch::NoGradGuard no_grad;
  for (const auto& layer : module.modules(true)) {
    auto parameters = layer->named_parameters(false);
    auto* weight = parameters.find("weight");
    if (weight == nullptr || weight->dim() < 2) continue;
    const auto fan_in = weight->numel() / weight->size(0);
    const double bound = 1.0 / std::sqrt(static_cast<double>(fan_in));
    fill_uniform(*weight, bound, stream);
    if (auto* bias = parameters.find("bias")) fill_uniform(*bias, bound, stream);
  }
  for (const auto& layer : module.modules(true)) {
    if (auto* custom = dynamic_cast<CustomInitialisation*>(layer.get())) custom->initialise_own(stream);
  }
}

}  // namespace qarium::nn
