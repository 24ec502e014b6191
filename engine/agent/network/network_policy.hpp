#pragma once
#include <memory>
#include <span>
#include <vector>

#include "engine/agent/policy.hpp"
#include "engine/config/hyperparameters.hpp"
#include "engine/env/environment.hpp"
#include "engine/nn/flat_parameters.hpp"
#include "engine/nn/fused/passes.hpp"
#include "engine/nn/network.hpp"

namespace qarium::agent {

class Optimizer;

/// The five stages as a policy: a network with its flat parameters that takes observations as they are stored.
class NetworkPolicy final : public Policy {
 public:
  /// Weights are drawn from the stream (seed, Initialisation, 64 rebuild + block).
  NetworkPolicy(const config::Hyperparameters& hyperparameters, const env::EnvironmentSpec& spec, torch::Device device,
                std::uint32_t rebuild = 0);

  int actions() const override { return actions_; }
  bool recurrent() const override { return network_->recurrent(); }
  RecurrentState begin(std::size_t n) override;
  PolicyOutput evaluate(Observations observations) override;
  PolicyOutput evaluate(Observations observations, RecurrentState& state) override;
  PolicyOutput evaluate(Observations observations, RecurrentState& state,
                        const nn::Intervention& intervention) override;
  std::vector<Inspection> inspect(Observations observations, const RecurrentState* state,
                                  const nn::Intervention& intervention = {}, bool with_matrix = false) override;
  std::optional<protocol::ReturnDistribution> return_distribution(std::size_t row) const override;
  nn::TokenGrid token_grid() const override { return network_->grid(); }
  protocol::NetworkView describe() override { return network_->view(); }
  std::size_t parameter_count() const override { return static_cast<std::size_t>(parameters_.size()); }
  void copy_parameters(std::span<float> out) override;
  void set_parameters(std::span<const float> values) override;
  void restore(const core::Archive& archive) override;
  void redraw(core::Stage stage, core::RandomStream stream) override;
  std::unique_ptr<Policy> clone() override;
  void prepare_thread() const override;

  std::vector<protocol::LayerActivity> layer_activity(Observations observations) {
    return network_->layer_activity(batch(observations));
  }

  /// Sizes of the parameters and of their last gradient, by stage.
  std::vector<protocol::BlockNorms> block_norms();
  /// Draws units anew that are dormant for these observations, and clears the optimizer's moments of what was written.
  std::int64_t recycle_dormant(Observations observations, Optimizer& optimizer, core::RandomStream stream);

  /// Copies `observations` into a float batch on the device.
  torch::Tensor batch(Observations observations) const;
  /// As numbers [n, ...], as they are.
  void numbers_of(Observations observations, std::vector<float>& numbers) const;
  /// As numbers that `passes` take: normalised, where the network does that.
  void gather(Observations observations, std::vector<float>& numbers) const;
  nn::Passes& passes() { return *passes_; }
  /// Whether the network runs fused where it can, which is on the CPU.
  void use_fused(bool fused);
  /// The state as the network takes it: views of `state` on the CPU, copies elsewhere. It must outlive them.
  nn::MemoryState tensors_of(const RecurrentState& state) const;
  nn::Network& network() { return *network_; }
  nn::FlatParameters& parameters() { return parameters_; }
  const nn::FlatParameters& parameters() const { return parameters_; }
  torch::Device device() const { return device_; }

 private:
  /// The state's parts as tensors over its own numbers.
  static nn::MemoryState views_of(const RecurrentState& state);
  /// Of what the Head gave for some observations.
  PolicyOutput output(std::span<const float> outputs);
  PolicyOutput output(const torch::Tensor& outputs);
  void take(const nn::MemoryState& from, RecurrentState& state) const;
  std::shared_ptr<const StateLayout> layout();

  config::Hyperparameters hyperparameters_;
  env::EnvironmentSpec spec_;
  int actions_;
  torch::Device device_;
  std::shared_ptr<nn::Network> network_;
  nn::FlatParameters parameters_;
  std::unique_ptr<nn::Passes> passes_;
  std::vector<float> seen_;                    ///< the batch of the last answer
  std::shared_ptr<const StateLayout> layout_;  ///< once it was asked for
  torch::Tensor outputs_;
  std::span<const float> numbers_;   ///< what the Head gave for the last answer, where returns are distributions
  std::vector<float> preferences_;   ///< of the last answer with a critic or of distributions
  std::vector<float> state_values_;  ///< of the same
};

/// The previous actions and rewards [n] as the network takes them.
nn::Previous previous_of(const RecurrentState& state, torch::Device device);

}  // namespace qarium::agent
