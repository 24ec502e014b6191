#include "engine/agent/recurrent_state.hpp"

#include <cstring>

namespace qarium::agent {

void RecurrentState::begin(std::size_t row, const RecurrentState& beginning) {
  const torch::NoGradGuard no_grad;
  for (std::size_t i = 0; i < state.size(); ++i)
    state[i][static_cast<std::int64_t>(row)].copy_(beginning.state[i][0]);
  acted(row, -1, 0);
}

RecurrentState RecurrentState::rows(const std::vector<std::int64_t>& which) const {
  RecurrentState some;
  for (const auto& tensor : state)
    some.state.push_back(tensor.index_select(0, torch::tensor(which, torch::kLong).to(tensor.device())));
  for (const auto row : which) {
    some.actions.push_back(actions[static_cast<std::size_t>(row)]);
    some.rewards.push_back(rewards[static_cast<std::size_t>(row)]);
  }
  return some;
}

nn::Previous RecurrentState::previous(torch::Device device) const {
  return {torch::tensor(actions, torch::kLong).to(device), torch::tensor(rewards, torch::kFloat).to(device)};
}

std::vector<float> RecurrentState::state_row(std::size_t row) const {
  std::int64_t size = 0;
  for (const auto& tensor : state)
    size += tensor.numel() / tensor.size(0);
  std::vector<float> values;
  values.reserve(static_cast<std::size_t>(size));
  for (const auto& tensor : state) {
    const auto its = tensor[static_cast<std::int64_t>(row)].to(torch::kCPU).contiguous();
    values.insert(values.end(), its.data_ptr<float>(), its.data_ptr<float>() + its.numel());
  }
  return values;
}

void RecurrentState::set_state_row(std::size_t row, std::span<const float> values) {
  const torch::NoGradGuard no_grad;
  for (auto& tensor : state) {
    auto its = tensor[static_cast<std::int64_t>(row)];
    const auto n = static_cast<std::size_t>(its.numel());
    auto plain = torch::empty(its.sizes(), torch::kFloat);
    std::memcpy(plain.data_ptr<float>(), values.data(), n * sizeof(float));
    its.copy_(plain);
    values = values.subspan(n);
  }
}

std::size_t RecurrentState::bytes() const {
  std::size_t bytes = actions.capacity() * sizeof(std::int64_t) + rewards.capacity() * sizeof(float);
  for (const auto& tensor : state)
    bytes += static_cast<std::size_t>(tensor.numel()) * sizeof(float);
  return bytes;
}

}  // namespace qarium::agent
