#include "engine/agent/network/optimizer.hpp"

#include <algorithm>
#include <cmath>

#include "engine/nn/ops/flat_kernels.hpp"

namespace qarium::agent {
namespace {

double gradient_norm(nn::FlatParameters& parameters) {
  const auto& gradients = parameters.gradients();
  if (!gradients.is_cpu()) return gradients.norm().item<double>();
  return std::sqrt(nn::squared_norm(gradients.data_ptr<float>(), parameters.size()));
}

nn::AdamCoefficients adam_coefficients(const config::Hyperparameters& h, std::int64_t steps, double scale) {
  const auto t = static_cast<double>(steps);
  return {static_cast<float>(h.learning_rate / (1 - std::pow(h.adam_beta1, t))),
          static_cast<float>(h.adam_beta1),
          static_cast<float>(h.adam_beta2),
          static_cast<float>(h.optimizer_eps),
          static_cast<float>(1 / std::sqrt(1 - std::pow(h.adam_beta2, t))),
          static_cast<float>(scale)};
}

/// RAdam (Liu 2020, algorithm 2) as PyTorch has it: an Adam whose step is rectified, and momentum alone as long as the
/// variance of its second moment is without bound. PyTorch adds eps before the correction.
nn::AdamCoefficients radam_coefficients(const config::Hyperparameters& h, std::int64_t steps, double scale) {
  auto c = adam_coefficients(h, steps, scale);
  const auto t = static_cast<double>(steps);
  const double decay = std::pow(h.adam_beta2, t);
  const double most = 2 / (1 - h.adam_beta2) - 1;
  const double rho = most - 2 * t * decay / (1 - decay);
  if (rho <= 5) {
    c.inverse_root_correction = 0;
    c.eps = 1;
    return c;
  }
  const double rectified = std::sqrt((rho - 4) * (rho - 2) * most / ((most - 4) * (most - 2) * rho));
  c.step_size *= static_cast<float>(rectified);
  c.eps *= c.inverse_root_correction;
  return c;
}

void decay(nn::FlatParameters& parameters, double share) {
  for (const auto& slice : parameters.slices()) {
    const auto last = slice.name.substr(slice.name.rfind('.') + 1);
    if (slice.shape.size() < 2 || !last.starts_with("weight")) continue;
    parameters.values().narrow(0, slice.offset, slice.elements()).mul_(1 - share);
  }
}

bool is_adam(const config::Hyperparameters& h) {
  return h.optimizer == "adam" || h.optimizer == "radam";
}

nn::AdamCoefficients coefficients(const config::Hyperparameters& h, std::int64_t steps, double scale) {
  return h.optimizer == "radam" ? radam_coefficients(h, steps, scale) : adam_coefficients(h, steps, scale);
}

}  // namespace

Optimizer::Optimizer(nn::FlatParameters& parameters)
    : mean_(torch::zeros_like(parameters.values())), square_(torch::zeros_like(mean_)) {}

torch::Tensor& Optimizer::velocity() {
  if (!velocity_.defined()) velocity_ = torch::zeros_like(square_);
  return velocity_;
}

void Optimizer::restore(const std::string& kind, std::int64_t steps) {
  kind_ = kind;
  steps_ = steps;
}

double Optimizer::step(nn::FlatParameters& parameters, const config::Hyperparameters& h) {
  const torch::NoGradGuard no_grad;
  double norm = gradient_norm(parameters);
  if (!std::isfinite(norm)) return norm;
  if (norm > h.max_grad_value) {  // else no component is beyond it
    parameters.gradients().clamp_(-h.max_grad_value, h.max_grad_value);
    norm = gradient_norm(parameters);
  }
  if (kind_ != h.optimizer) {
    if (!kind_.empty()) {
      mean_.zero_();
      square_.zero_();
      velocity_.reset();
    }
    restore(h.optimizer, 0);
  }
  if (h.rmsprop_momentum == 0) velocity_.reset();
  ++steps_;
  if (h.weight_decay > 0) decay(parameters, h.learning_rate * h.weight_decay);
  const double scale = norm > h.max_grad_norm ? h.max_grad_norm / norm : 1.0;
  if (parameters.values().is_cpu()) {
    step_on_cpu(parameters, h, scale);
  } else {
    step_on_device(parameters, h, scale);
  }
  return norm;
}

void Optimizer::step_on_cpu(nn::FlatParameters& parameters, const config::Hyperparameters& h, double scale) {
  auto* values = parameters.values().data_ptr<float>();
  const auto* gradients = parameters.gradients().data_ptr<float>();
  auto* mean = mean_.data_ptr<float>();
  auto* square = square_.data_ptr<float>();
  const auto n = parameters.size();
  if (is_adam(h)) {
    nn::adam_step(values, gradients, mean, square, n, coefficients(h, steps_, scale));
    return;
  }
  const nn::RmspropCoefficients c{static_cast<float>(h.learning_rate), static_cast<float>(h.rmsprop_alpha),
                                  static_cast<float>(h.rmsprop_momentum), static_cast<float>(h.optimizer_eps),
                                  static_cast<float>(scale)};
  auto* velocity = h.rmsprop_momentum > 0 ? this->velocity().data_ptr<float>() : nullptr;
  if (h.optimizer == "rmsprop") {
    nn::rmsprop_step(values, gradients, square, velocity, n, c);
  } else {
    nn::rmsprop_centered_step(values, gradients, mean, square, velocity, n, c);
  }
}

void Optimizer::step_on_device(nn::FlatParameters& parameters, const config::Hyperparameters& h, double scale) {
  auto gradient = parameters.gradients() * scale;
  if (is_adam(h)) {
    const auto c = coefficients(h, steps_, scale);
    mean_.lerp_(gradient, 1 - h.adam_beta1);
    square_.mul_(h.adam_beta2).addcmul_(gradient, gradient, 1 - h.adam_beta2);
    auto denominator = square_.sqrt().mul_(c.inverse_root_correction).add_(c.eps);
    parameters.values().addcdiv_(mean_, denominator, -c.step_size);
    return;
  }
  square_.mul_(h.rmsprop_alpha).addcmul_(gradient, gradient, 1 - h.rmsprop_alpha);
  auto variance = square_;
  if (h.optimizer == "rmsprop_centered") {
    mean_.lerp_(gradient, 1 - h.rmsprop_alpha);
    variance = (square_ - mean_ * mean_).clamp_min_(0);
  }
  auto step = gradient.div_(variance.sqrt().add_(h.optimizer_eps));
  if (h.rmsprop_momentum > 0) step = velocity().mul_(h.rmsprop_momentum).add_(step);
  parameters.values().sub_(step, h.learning_rate);
}

void update_target(nn::FlatParameters& target, nn::FlatParameters& online, double tau) {
  const torch::NoGradGuard no_grad;
  if (tau >= 1) {
    target.values().copy_(online.values());
  } else if (target.values().is_cpu()) {
    nn::polyak_step(target.values().data_ptr<float>(), online.values().data_ptr<float>(), target.size(),
                    static_cast<float>(tau));
  } else {
    target.values().lerp_(online.values(), tau);
  }
}

}  // namespace qarium::agent
