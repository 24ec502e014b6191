#include "engine/agent/network/network_policy.hpp"

#include <algorithm>
#include <cstring>

#include "engine/agent/network/weights.hpp"
#include "engine/agent/random_streams.hpp"
#include "engine/nn/initialisation.hpp"
#include "engine/nn/ops/flat_kernels.hpp"
#include "engine/nn/report/attention_view.hpp"
#include "engine/nn/report/critic_view.hpp"
#include "engine/nn/report/memory_view.hpp"
#include "engine/nn/report/numbers.hpp"
#include "engine/nn/runtime.hpp"

namespace qarium::agent {
namespace {

std::shared_ptr<nn::Network> make_network(const config::Hyperparameters& hyperparameters,
                                          const env::EnvironmentSpec& spec, std::uint32_t rebuild) {
  auto network = std::make_shared<nn::Network>(hyperparameters, spec);
  const bool sparse = nn::style_of(hyperparameters).streaming;
  for (const auto stage : core::kStages) {
    const auto index = 64 * rebuild + static_cast<std::uint32_t>(stage);
    const auto stream = run_stream(hyperparameters, core::Purpose::Initialisation, index);
    (sparse ? nn::initialise_sparsely : nn::initialise)(network->block(stage), stream);
  }
  return network;
}

}  // namespace

nn::Previous previous_of(const RecurrentState& state, torch::Device device) {
  return {torch::tensor(state.actions, torch::kLong).to(device),
          torch::tensor(state.rewards, torch::kFloat).to(device)};
}

NetworkPolicy::NetworkPolicy(const config::Hyperparameters& hyperparameters, const env::EnvironmentSpec& spec,
                             torch::Device device, std::uint32_t rebuild)
    : hyperparameters_(hyperparameters),
      spec_(spec),
      actions_(spec.action_space.n()),
      device_(device),
      network_(make_network(hyperparameters, spec, rebuild)),
      parameters_(*network_, device) {
  use_fused(hyperparameters_.fused);
}

void NetworkPolicy::use_fused(bool fused) {
  hyperparameters_.fused = fused;
  network_->use_fused(fused);
  // A critic with attention is written out for the CPU, where its value stream is.
  const bool critic_in_torch =
      network_->head().critic() != nullptr && (device_.is_cuda() || !network_->head().fused_critic());
  if (!fused || critic_in_torch) {
    passes_ = nn::torch_passes(network_, device_);
  } else {
    // What is drawn anew for every pass cannot be captured once.
    const auto layers = config::layers_of(hyperparameters_);
    const bool random =
        layers.noisy || layers.dropout > 0 || network_->head().returns().kind == nn::Returns::Kind::Implicit;
    if (!device_.is_cuda()) {
      passes_ = nn::fused_passes(network_);
    } else {
      passes_ = random ? nn::torch_passes(network_, device_) : nn::cuda_passes(network_, device_);
    }
  }
}

void NetworkPolicy::gather(Observations observations, std::vector<float>& numbers) const {
  numbers_of(observations, numbers);
  const auto mean = network_->observation_mean();
  if (!mean.defined()) return;
  const auto its_mean = mean.to(torch::kCPU);
  const auto its_scale = network_->observation_scale().to(torch::kCPU);
  const auto* less = its_mean.data_ptr<float>();
  const auto* times = its_scale.data_ptr<float>();
  const auto size = static_cast<std::size_t>(mean.numel());
  for (std::size_t i = 0; i < numbers.size(); ++i)
    numbers[i] = (numbers[i] - less[i % size]) * times[i % size];
}

void NetworkPolicy::numbers_of(Observations observations, std::vector<float>& numbers) const {
  const auto& space = spec_.observation_space;
  const auto size = static_cast<std::size_t>(space.size());
  numbers.resize(observations.size() * size);
  auto* out = numbers.data();
  for (const auto observation : observations) {
    if (space.type == env::ScalarType::Float32) {
      std::memcpy(out, observation.data(), observation.size());
    } else {
      nn::numbers_of_bytes(observation.data(), out, space.size());
    }
    out += size;
  }
}

torch::Tensor NetworkPolicy::batch(Observations observations) const {
  std::vector<float> numbers;
  gather(observations, numbers);
  auto shape = spec_.observation_space.shape;
  shape.insert(shape.begin(), static_cast<std::int64_t>(observations.size()));
  return torch::from_blob(numbers.data(), shape, torch::kFloat).clone().to(device_);
}

PolicyOutput NetworkPolicy::output(std::span<const float> outputs) {
  const auto actions = static_cast<std::size_t>(actions_);
  const auto& returns = network_->head().returns();
  if (returns.distributional()) {
    const auto rows = outputs.size() / static_cast<std::size_t>(network_->outputs());
    returns.means(outputs, rows, actions, preferences_);
    numbers_ = outputs;
    return {preferences_, {}};
  }
  if (network_->outputs() == actions_) return {outputs, {}};
  const auto width = actions + 1;  // logits, and V(s) behind them
  const auto n = outputs.size() / width;
  preferences_.resize(n * actions);
  state_values_.resize(n);
  for (std::size_t i = 0; i < n; ++i) {
    std::ranges::copy(outputs.subspan(i * width, actions),
                      preferences_.begin() + static_cast<std::ptrdiff_t>(i * actions));
    state_values_[i] = outputs[i * width + actions];
  }
  return {preferences_, state_values_};
}

std::optional<protocol::ReturnDistribution> NetworkPolicy::return_distribution(std::size_t row) const {
  const auto& returns = network_->head().returns();
  if (!returns.distributional() || numbers_.empty()) return {};
  const auto width = static_cast<std::size_t>(network_->outputs());
  const auto its = numbers_.subspan(row * width, width);
  return protocol::ReturnDistribution{.categorical = returns.kind == nn::Returns::Kind::Categorical,
                                      .actions = actions_,
                                      .v_min = returns.v_min,
                                      .v_max = returns.v_max,
                                      .numbers = returns.shown(its, static_cast<std::size_t>(actions_))};
}

PolicyOutput NetworkPolicy::output(const torch::Tensor& outputs) {
  outputs_ = outputs.to(torch::kCPU).contiguous();
  return output({outputs_.data_ptr<float>(), static_cast<std::size_t>(outputs_.numel())});
}

std::shared_ptr<const StateLayout> NetworkPolicy::layout() {
  if (layout_ || !recurrent()) return layout_;
  auto made = std::make_shared<StateLayout>();
  const auto names = network_->state_names();
  const auto state = network_->initial_state(1);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto size = static_cast<std::size_t>(state[i].numel());
    made->parts.push_back({names[i], state[i].sizes().slice(1).vec(), made->row, size});
    made->row += size;
  }
  layout_ = std::move(made);
  return layout_;
}

void NetworkPolicy::take(const nn::MemoryState& from, RecurrentState& state) const {
  for (std::size_t i = 0; i < from.size(); ++i) {
    const auto plain = from[i].to(torch::kCPU).contiguous();
    std::memcpy(state.part(i).data(), plain.data_ptr<float>(), state.part(i).size_bytes());
  }
}

nn::MemoryState NetworkPolicy::views_of(const RecurrentState& state) {
  nn::MemoryState views;
  if (!state.layout) return views;
  for (std::size_t i = 0; i < state.layout->parts.size(); ++i) {
    auto shape = state.layout->parts[i].shape;
    shape.insert(shape.begin(), static_cast<std::int64_t>(state.size()));
    // Torch has no constant tensors; a network does not write into the state that it is given.
    views.push_back(torch::from_blob(const_cast<float*>(state.part(i).data()), shape, torch::kFloat));
  }
  return views;
}

nn::MemoryState NetworkPolicy::tensors_of(const RecurrentState& state) const {
  auto tensors = views_of(state);
  for (auto& tensor : tensors)
    tensor = tensor.to(device_);
  return tensors;
}

RecurrentState NetworkPolicy::begin(std::size_t n) {
  const torch::NoGradGuard no_grad;
  auto state = RecurrentState::make(layout(), n);
  if (recurrent()) take(network_->initial_state(static_cast<std::int64_t>(n)), state);
  return state;
}

PolicyOutput NetworkPolicy::evaluate(Observations observations) {
  gather(observations, seen_);
  return output(passes_->forward(seen_, static_cast<std::int64_t>(observations.size()), false));
}

PolicyOutput NetworkPolicy::evaluate(Observations observations, RecurrentState& state) {
  if (!recurrent()) return evaluate(observations);
  gather(observations, seen_);
  const auto answer = passes_->step(seen_, previous_of(state, torch::kCPU), views_of(state));
  take(answer.state, state);
  return output(answer.values);
}

PolicyOutput NetworkPolicy::evaluate(Observations observations, RecurrentState& state,
                                     const nn::Intervention& intervention) {
  const torch::NoGradGuard no_grad;
  nn::Probe probe{intervention, {}, {}, {}, {}, {}};
  if (!recurrent()) return output(network_->forward(batch(observations), &probe));
  const auto answer = network_->step(batch(observations), previous_of(state, device_), tensors_of(state), &probe);
  take(answer.state, state);
  return output(answer.values);
}

std::vector<Inspection> NetworkPolicy::inspect(Observations observations, const RecurrentState* state,
                                               const nn::Intervention& intervention, bool with_matrix) {
  const torch::NoGradGuard no_grad;
  nn::Probe probe{intervention, {}, {}, {}, {}, {}};
  const auto n = observations.size();
  nn::MemoryState before;
  nn::PolicyOutput answer;
  auto after = state == nullptr ? begin(n) : *state;
  const auto seen = batch(observations);
  if (recurrent()) {
    before = tensors_of(state == nullptr ? after : *state);
    answer = network_->step(seen, previous_of(after, device_), before, &probe);
    before.resize(network_->memory().state_names().size());
  } else {
    answer.values = network_->forward(seen, &probe);
  }
  const auto answers = output(answer.values);
  std::vector<Inspection> inspections(n);
  for (std::size_t i = 0; i < n; ++i) {
    auto& its = inspections[i];
    const auto row = static_cast<std::int64_t>(i);
    const auto actions = static_cast<std::size_t>(actions_);
    const auto preferences = answers.preferences.subspan(i * actions, actions);
    its.preferences.assign(preferences.begin(), preferences.end());
    if (!answers.state_values.empty()) its.state_value = answers.state_values[i];
    if (probe.attention) its.attention = nn::attention_view(probe, row, network_->grid(), with_matrix);
    if (probe.critic) its.critic = nn::critic_view(*probe.critic, row);
    if (!network_->remembers()) continue;
    its.memory = std::make_shared<protocol::MemoryView>(
        nn::memory_view(hyperparameters_.memory, network_->memory(), probe.memory, row, before, answer.state));
    its.memory_input = nn::numbers(probe.memory_input[row]);
  }
  if (recurrent()) take(answer.state, after);
  for (std::size_t i = 0; i < n; ++i)
    inspections[i].after = after.rows({static_cast<std::int64_t>(i)});
  return inspections;
}

void NetworkPolicy::copy_parameters(std::span<float> out) {
  const auto plain = parameters_.values().detach().to(torch::kCPU).contiguous();
  std::memcpy(out.data(), plain.data_ptr<float>(), out.size_bytes());
}

void NetworkPolicy::set_parameters(std::span<const float> values) {
  const torch::NoGradGuard no_grad;
  parameters_.values().copy_(
      torch::from_blob(const_cast<float*>(values.data()), {static_cast<std::int64_t>(values.size())}, torch::kFloat));
}

void NetworkPolicy::restore(const core::Archive& archive) {
  restore_flat(archive, parameters_.slices(), "", parameters_.values());
}

void NetworkPolicy::redraw(core::Stage stage, core::RandomStream stream) {
  nn::initialise(network_->block(stage), stream);
}

std::unique_ptr<Policy> NetworkPolicy::clone() {
  auto copy = std::make_unique<NetworkPolicy>(hyperparameters_, spec_, torch::kCPU);
  const torch::NoGradGuard no_grad;
  copy->parameters().values().copy_(parameters_.values());
  return copy;
}

void NetworkPolicy::prepare_thread() const {
  nn::prepare_thread(1);
}

}  // namespace qarium::agent
