#include "engine/agent/policy.hpp"

#include <algorithm>
#include <cstring>

#include "engine/nn/initialisation.hpp"

namespace qarium::agent {
namespace {

std::shared_ptr<nn::Network> make_network(const config::Hyperparameters& hyperparameters,
                                          const env::EnvironmentSpec& spec, std::uint32_t rebuild) {
  auto network = std::make_shared<nn::Network>(hyperparameters, spec);
  for (const auto stage : core::kStages) {
    const auto index = 64 * rebuild + static_cast<std::uint32_t>(stage);
    nn::initialise(network->block(stage), core::RandomStream(static_cast<std::uint64_t>(hyperparameters.seed),
                                                             core::Purpose::Initialisation, index));
  }
  return network;
}

}  // namespace

Policy::Policy(const config::Hyperparameters& hyperparameters, const env::EnvironmentSpec& spec, torch::Device device,
               std::uint32_t rebuild)
    : space_(spec.observation_space),
      actions_(spec.action_space.n()),
      device_(device),
      network_(make_network(hyperparameters, spec, rebuild)),
      parameters_(*network_, device) {}

torch::Tensor Policy::batch(std::span<const std::span<const std::byte>> observations) const {
  std::vector<std::int64_t> shape = {static_cast<std::int64_t>(observations.size())};
  shape.insert(shape.end(), space_.shape.begin(), space_.shape.end());
  auto batch = torch::empty(shape, torch::kFloat);
  auto* out = batch.data_ptr<float>();
  const auto size = static_cast<std::size_t>(space_.size());
  for (const auto observation : observations) {
    if (space_.type == env::ScalarType::Float32) {
      std::memcpy(out, observation.data(), observation.size());
    } else {
      for (std::size_t i = 0; i < size; ++i)
        out[i] = static_cast<float>(std::to_integer<int>(observation[i]));
    }
    out += size;
  }
  return device_.is_cpu() ? batch : batch.to(device_);
}

std::span<const float> Policy::values(std::span<const std::span<const std::byte>> observations) {
  const torch::NoGradGuard no_grad;
  values_ = network_->forward(batch(observations)).to(torch::kCPU).contiguous();
  return {values_.data_ptr<float>(), static_cast<std::size_t>(values_.numel())};
}

RecurrentState Policy::begin(std::size_t n) {
  const torch::NoGradGuard no_grad;
  RecurrentState recurrent_state;
  if (recurrent()) {
    for (const auto& tensor : network_->initial_state(static_cast<std::int64_t>(n)))
      recurrent_state.state.push_back(tensor.detach().clone(torch::MemoryFormat::Contiguous));
  }
  recurrent_state.actions.assign(n, -1);
  recurrent_state.rewards.assign(n, 0);
  return recurrent_state;
}

std::span<const float> Policy::values(std::span<const std::span<const std::byte>> observations,
                                      RecurrentState& recurrent_state) {
  if (!recurrent()) return values(observations);
  const torch::NoGradGuard no_grad;
  auto evaluated = network_->step(batch(observations), recurrent_state.previous(device_), recurrent_state.state);
  recurrent_state.state = std::move(evaluated.state);
  values_ = evaluated.values.to(torch::kCPU).contiguous();
  return {values_.data_ptr<float>(), static_cast<std::size_t>(values_.numel())};
}

Policy::Look Policy::look(std::span<const std::span<const std::byte>> observations,
                          const nn::Intervention& intervention, const RecurrentState* recurrent_state) {
  const torch::NoGradGuard no_grad;
  Look look{{}, nn::Probe(intervention), {}};
  const auto seen = batch(observations);
  const bool remembers = recurrent() && recurrent_state != nullptr;
  nn::PolicyOutput evaluated;
  if (remembers) {
    evaluated = network_->step(seen, recurrent_state->previous(device_), recurrent_state->state, &look.probe);
    look.state = std::move(evaluated.state);
  } else {
    evaluated.values = network_->forward(seen, &look.probe);
  }
  const auto values = evaluated.values.to(torch::kCPU).contiguous();
  look.values.assign(values.data_ptr<float>(), values.data_ptr<float>() + values.numel());
  look.probe.to_cpu();
  return look;
}

int greedy(std::span<const float> values) {
  return static_cast<int>(std::max_element(values.begin(), values.end()) - values.begin());
}

}  // namespace qarium::agent
