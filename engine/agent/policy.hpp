#pragma once
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "engine/agent/recurrent_state.hpp"
#include "engine/config/hyperparameters.hpp"
#include "engine/env/environment.hpp"
#include "engine/nn/flat_parameters.hpp"
#include "engine/nn/network.hpp"

namespace qarium::agent {

/// A network with its flat parameters that judges observations as they are stored: bytes in, action values out.
/// One thread only.
class Policy {
 public:
  /// Weights are drawn from the stream (seed, Initialisation, 64 rebuild + block).
  Policy(const config::Hyperparameters& hyperparameters, const env::EnvironmentSpec& spec, torch::Device device,
         std::uint32_t rebuild = 0);

  /// Copies `observations` (each spec.observation_space.bytes() long) into a float batch on the device.
  torch::Tensor batch(std::span<const std::span<const std::byte>> observations) const;
  /// Action values [n, A] on the CPU, row by row, without gradient. Valid until the next call.
  std::span<const float> values(std::span<const std::span<const std::byte>> observations);

  /// Whether there is a memory: then a recurrent_state belongs to every judgement.
  bool recurrent() const { return network_->recurrent(); }
  /// What n environments carry that each begin an episode.
  RecurrentState begin(std::size_t n);
  /// The same where an agent remembers: moves the recurrent_state's state on by one step. Rows are those of the
  /// observations.
  std::span<const float> values(std::span<const std::span<const std::byte>> observations,
                                RecurrentState& recurrent_state);

  /// The same with a look inside; `recurrent_state` is not moved, and null where each row begins an episode.
  struct Look {
    std::vector<float> values;  ///< [n, A]
    nn::Probe probe;            ///< on the CPU
    nn::MemoryState state;      ///< after the step, where a recurrent_state was given
  };
  Look look(std::span<const std::span<const std::byte>> observations, const nn::Intervention& intervention = {},
            const RecurrentState* recurrent_state = nullptr);

  nn::Network& network() { return *network_; }
  nn::FlatParameters& parameters() { return parameters_; }
  int actions() const { return actions_; }
  torch::Device device() const { return device_; }

 private:
  env::Box space_;
  int actions_;
  torch::Device device_;
  std::shared_ptr<nn::Network> network_;
  nn::FlatParameters parameters_;
  torch::Tensor values_;
};

/// Index of the largest value; the first of equals.
int greedy(std::span<const float> values);

}  // namespace qarium::agent
