#include "engine/nn/report/dormant_units.hpp"

#include <cmath>
#include <numeric>

#include "engine/nn/report/numbers.hpp"

namespace qarium::nn {

std::vector<std::int64_t> dormant_units(const torch::Tensor& output) {
  const auto sizes = numbers(output.reshape({-1, output.size(-1)}).abs().mean(0).to(torch::kFloat));
  const double mean = std::accumulate(sizes.begin(), sizes.end(), 0.0) / static_cast<double>(sizes.size());
  std::vector<std::int64_t> dormant;
  for (std::size_t unit = 0; unit < sizes.size(); ++unit)
    if (sizes[unit] <= kDormant * mean) dormant.push_back(static_cast<std::int64_t>(unit));
  return dormant;
}

void redraw_unit(const HiddenWeights& weights, std::int64_t unit, core::RandomStream& stream,
                 const std::function<void(const torch::Tensor& part)>& changed) {
  const auto incoming = weights.weight[unit];
  const double bound = 1 / std::sqrt(static_cast<double>(incoming.numel()));
  auto drawn = torch::empty(incoming.sizes(), torch::kFloat);
  for (std::int64_t i = 0; i < drawn.numel(); ++i)
    drawn.data_ptr<float>()[i] = static_cast<float>(stream.uniform(-bound, bound));
  incoming.copy_(drawn);
  changed(incoming);
  const auto set = [&](const torch::Tensor& of_units, double value) {
    if (!of_units.defined()) return;
    const auto part = of_units.narrow(0, unit, 1);
    part.fill_(value);
    changed(part);
  };
  set(weights.bias, 0);
  set(weights.gain, 1);
  set(weights.shift, 0);
  for (const auto& its : weights.outgoing) {
    const auto part = its.weights.select(its.dimension, unit);
    part.zero_();
    changed(part);
  }
}

}  // namespace qarium::nn
