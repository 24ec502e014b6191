#include "engine/protocol/parameter_exchange.hpp"

#include <cstring>

namespace qarium::protocol {

bool protocol::ParameterExchange::take(Version& version) {
  const std::lock_guard lock(mutex_);
  if (latest_.number <= version.number) return false;
  version = latest_;
  return true;
}

void protocol::ParameterExchange::publish(const config::Hyperparameters& hyperparameters,
                                          const protocol::Position& position, nn::FlatParameters& parameters,
                                          std::vector<std::vector<std::byte>> states) {
  requested_.store(false, std::memory_order_relaxed);
  const auto on_cpu = parameters.values().to(torch::kCPU);
  const std::lock_guard lock(mutex_);
  ++latest_.number;
  latest_.position = position;
  latest_.hyperparameters = hyperparameters;
  latest_.states = std::move(states);
  latest_.values.resize(static_cast<std::size_t>(parameters.size()));
  std::memcpy(latest_.values.data(), on_cpu.data_ptr<float>(), latest_.values.size() * sizeof(float));
  copies_.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace qarium::protocol
