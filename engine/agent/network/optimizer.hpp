#pragma once
#include <torch/torch.h>

#include <string>

#include "engine/config/hyperparameters.hpp"
#include "engine/nn/flat_parameters.hpp"

namespace qarium::agent {

/// Steps flat parameters in one pass: Adam, RAdam, RMSprop or centred RMSprop, both with momentum where it is wanted,
/// as the hyperparameters say at that moment. Changing the kind starts its moments anew. First the gradient's
/// components are clipped to max_grad_value, then all of it to max_grad_norm. Weight decay is decoupled from the
/// gradient (Loshchilov 2019): weights lose the share learning_rate * weight_decay; biases, norms and initial states,
/// do not.
class Optimizer {
 public:
  explicit Optimizer(nn::FlatParameters& parameters);

  /// Returns the gradient's 2-norm before it is clipped to max_grad_norm. Where that is not finite nothing is changed.
  double step(nn::FlatParameters& parameters, const config::Hyperparameters& hyperparameters);

  /// First and second moment, laid out as the parameters, and Adam's step count: for checkpoints and rebuilds.
  torch::Tensor& mean() { return mean_; }
  torch::Tensor& square() { return square_; }
  /// Of RMSprop with momentum: what its last step was, over the learning rate.
  bool has_velocity() const { return velocity_.defined(); }
  torch::Tensor& velocity();
  std::int64_t steps() const { return steps_; }
  void restore(const std::string& kind, std::int64_t steps);
  const std::string& kind() const { return kind_; }

 private:
  void step_on_cpu(nn::FlatParameters& parameters, const config::Hyperparameters& h, double scale);
  void step_on_device(nn::FlatParameters& parameters, const config::Hyperparameters& h, double scale);

  torch::Tensor mean_;
  torch::Tensor square_;
  torch::Tensor velocity_;
  std::string kind_;
  std::int64_t steps_ = 0;
};

/// target += tau (online - target), in one pass.
void update_target(nn::FlatParameters& target, nn::FlatParameters& online, double tau);

}  // namespace qarium::agent
