#include "engine/nn/flat_parameters.hpp"

#include <functional>
#include <numeric>
#include <stdexcept>

namespace qarium::nn {
namespace {

constexpr std::int64_t kAlignment = 64 / sizeof(float);

std::int64_t padded(std::int64_t elements) {
  return (elements + kAlignment - 1) / kAlignment * kAlignment;
}

}  // namespace

std::int64_t ParameterSlice::elements() const {
  return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

std::string_view ParameterSlice::block() const {
  return std::string_view(name).substr(0, name.find('.'));
}

FlatParameters::FlatParameters(torch::nn::Module& module, torch::Device device) {
  const torch::NoGradGuard no_grad;
  module.to(device);
  std::int64_t total = 0;
  for (const auto& item : module.named_parameters()) {
    slices_.push_back({item.key(), total, item.value().sizes().vec()});
    parameters_.push_back(item.value());
    total += padded(item.value().numel());
  }
  const auto options = torch::TensorOptions().dtype(torch::kFloat).device(device);
  values_ = torch::zeros({total}, options);
  gradients_ = torch::zeros({total}, options);
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    auto& parameter = parameters_[i];
    auto place = values_.narrow(0, slices_[i].offset, parameter.numel()).view(parameter.sizes());
    place.copy_(parameter);
    parameter.set_data(place);
    parameter.mutable_grad() = gradients_.narrow(0, slices_[i].offset, parameter.numel()).view(parameter.sizes());
  }
  require_intact();
}

void FlatParameters::zero_gradients() {
  gradients_.zero_();
}

void FlatParameters::require_intact() const {
  const auto* values = values_.data_ptr<float>();
  const auto* gradients = gradients_.data_ptr<float>();
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const auto offset = slices_[i].offset;
    if (parameters_[i].data_ptr<float>() != values + offset || !parameters_[i].grad().defined() ||
        parameters_[i].grad().data_ptr<float>() != gradients + offset) {
      throw std::logic_error("parameter " + slices_[i].name + " has left the flat storage");
    }
  }
}

}  // namespace qarium::nn
