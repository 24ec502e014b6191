#include "engine/nn/initialisation.hpp"

#include <cmath>

namespace qarium::nn {
namespace {

void fill_uniform(const torch::Tensor& parameter, double bound, core::RandomStream& stream) {
  auto values = torch::empty(parameter.sizes(), torch::kFloat);
  auto* data = values.data_ptr<float>();
  for (std::int64_t i = 0; i < values.numel(); ++i)
    data[i] = static_cast<float>(stream.uniform(-bound, bound));
  parameter.copy_(values);
}

}  // namespace

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
