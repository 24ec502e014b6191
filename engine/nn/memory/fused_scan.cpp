#include "engine/nn/memory/fused_scan.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/nn/fused/fused_layers.hpp"
#include "engine/nn/ops/scan_kernels.hpp"

namespace qarium::nn {
namespace {

using kernels::ScanExtent;

/// The last of T rows of states, as a state.
MemoryState last_of(const float* states, std::int64_t steps, std::int64_t batch, std::int64_t width) {
  auto last = torch::empty({batch, width}, torch::kFloat);
  std::copy_n(states + (steps - 1) * batch * width, batch * width, last.data_ptr<float>());
  return {last};
}

/// The gradient of a state, to be overwritten.
float* overwritten(torch::Tensor& gradient, const torch::Tensor& like) {
  gradient = gradient.defined() ? gradient.contiguous() : torch::zeros_like(like);
  return gradient.data_ptr<float>();
}

/// What the way back of a stretch reads. Layers keep what they read themselves: there is one of them a stretch.
template <class Layers>
struct ScanStretch {
  ScanExtent extent;
  torch::Tensor h;  ///< before it
  Layers layers;
};

class FusedMinGru final : public FusedMemory {
 public:
  explicit FusedMinGru(const torch::nn::Linear& input) : input_(input, false) {}

  MemoryState forward(const float* inputs, std::int64_t steps, std::int64_t batch, const MemoryState& first,
                      float* outputs, bool learn, Arena& arena) override {
    const auto units = input_.out() / 2;
    ScanStretch<Layers> its{{steps, batch, units}, first[0].contiguous(), {input_, nullptr, outputs}};
    its.layers.sums = its.layers.input.forward(inputs, steps * batch, arena);
    kernels::min_gru_scan(its.extent, its.layers.sums, its.h.data_ptr<float>(), outputs);
    if (learn) stretches_.push_back(its);
    return last_of(outputs, steps, batch, units);
  }

  void backward(const float* outputs_gradient, float* inputs_gradient, MemoryState& state, Arena& arena) override {
    auto its = stretches_.back();
    stretches_.pop_back();
    const auto rows = its.extent.steps * its.extent.batch;
    float* sums_gradient = arena.take(rows * 2 * its.extent.units);
    kernels::min_gru_scan_backward(its.extent, its.layers.sums, its.h.data_ptr<float>(), its.layers.outputs,
                                   outputs_gradient, overwritten(state[0], its.h), sums_gradient);
    const float* gradient = its.layers.input.backward(sums_gradient, true, arena);
    std::copy_n(gradient, rows * input_.in(), inputs_gradient);
  }

  void begin() override { stretches_.clear(); }

 private:
  struct Layers {
    FusedLinear input;
    float* sums;  ///< [T, B, 2 H], z and the candidate
    const float* outputs;
  };

  FusedLinear input_;
  std::vector<ScanStretch<Layers>> stretches_;
};

class FusedLru final : public FusedMemory {
 public:
  explicit FusedLru(const LruParameters& parameters)
      : layers_{FusedLinear(parameters.input->weight, {}, false),
                FusedLinear(parameters.output, false),
                FusedLinear(parameters.direct->weight, {}, false),
                FusedLinear(parameters.gate, false),
                nullptr,
                nullptr,
                nullptr,
                nullptr},
        nu_log_(parameters.nu_log),
        theta_log_(parameters.theta_log),
        gamma_log_(parameters.gamma_log),
        units_(parameters.nu_log.numel()) {}

  MemoryState forward(const float* inputs, std::int64_t steps, std::int64_t batch, const MemoryState& first,
                      float* outputs, bool learn, Arena& arena) override {
    const auto rows = steps * batch;
    ScanStretch<Layers> its{{steps, batch, units_}, first[0].contiguous(), layers_};
    auto& made = its.layers;
    made.eigenvalues = arena.take(3 * units_);
    compute_eigenvalues(made.eigenvalues);
    made.inputs = made.input.forward(inputs, rows, arena);
    made.states = arena.take(rows * 2 * units_);
    kernels::lru_scan(its.extent, eigenvalues(made), made.inputs, its.h.data_ptr<float>(), made.states);
    float* mixed = made.output.forward(made.states, rows, arena);
    kernels::add(made.direct.forward(inputs, rows, arena), mixed, rows * units_);
    made.gates = made.gate.forward(mixed, rows, arena);
    kernels::gated_residual(rows, units_, mixed, made.gates, outputs);
    auto last = last_of(made.states, steps, batch, 2 * units_);
    if (learn) stretches_.push_back(its);
    return last;
  }

  void backward(const float* outputs_gradient, float* inputs_gradient, MemoryState& state, Arena& arena) override {
    auto its = stretches_.back();
    stretches_.pop_back();
    auto& made = its.layers;
    const auto rows = its.extent.steps * its.extent.batch;
    float* h_gradient = overwritten(state[0], its.h);
    float* mixed_gradient = arena.take(rows * units_);
    std::fill_n(mixed_gradient, rows * units_, 0.0F);
    if (outputs_gradient != nullptr) {
      std::copy_n(outputs_gradient, rows * units_, mixed_gradient);
      float* gates_gradient = arena.take(rows * 2 * units_);
      kernels::gated_residual_backward(rows, units_, made.gates, outputs_gradient, gates_gradient);
      kernels::add(made.gate.backward(gates_gradient, true, arena), mixed_gradient, rows * units_);
    }
    const float* through = made.direct.backward(mixed_gradient, true, arena);
    std::copy_n(through, rows * layers_.direct.in(), inputs_gradient);
    const float* states_gradient = made.output.backward(mixed_gradient, true, arena);
    float* of_inputs = arena.take(rows * 2 * units_);
    float* of_eigenvalues = arena.take(3 * units_);
    std::fill_n(of_eigenvalues, 3 * units_, 0.0F);
    kernels::lru_scan_backward(its.extent, eigenvalues(made), made.inputs, its.h.data_ptr<float>(), made.states,
                               states_gradient, h_gradient,
                               {of_eigenvalues, of_eigenvalues + units_, of_eigenvalues + 2 * units_}, of_inputs);
    add_eigenvalue_gradients(made.eigenvalues, of_eigenvalues);
    kernels::add(made.input.backward(of_inputs, true, arena), inputs_gradient, rows * layers_.input.in());
  }

  void begin() override { stretches_.clear(); }

 private:
  struct Layers {
    FusedLinear input, output, direct, gate;
    float* eigenvalues;  ///< [3, H]: real and imaginary parts, and gamma
    float* inputs;       ///< [T, B, 2 H]
    float* states;       ///< [T, B, 2 H]
    float* gates;        ///< [T, B, 2 H]
  };

  kernels::Eigenvalues eigenvalues(const Layers& made) const {
    return {made.eigenvalues, made.eigenvalues + units_, made.eigenvalues + 2 * units_};
  }

  void compute_eigenvalues(float* out) const {
    for (std::int64_t i = 0; i < units_; ++i) {
      const float magnitude = std::exp(-std::exp(nu_log_.value[i]));
      const float phase = std::exp(theta_log_.value[i]);
      out[i] = magnitude * std::cos(phase);
      out[units_ + i] = magnitude * std::sin(phase);
      out[2 * units_ + i] = std::exp(gamma_log_.value[i]);
    }
  }

  void add_eigenvalue_gradients(const float* values, const float* gradient) const {
    for (std::int64_t i = 0; i < units_; ++i) {
      const float real = values[i];
      const float imaginary = values[units_ + i];
      const float of_real = gradient[i];
      const float of_imaginary = gradient[units_ + i];
      nu_log_.gradient[i] -= (real * of_real + imaginary * of_imaginary) * std::exp(nu_log_.value[i]);
      theta_log_.gradient[i] += (real * of_imaginary - imaginary * of_real) * std::exp(theta_log_.value[i]);
      gamma_log_.gradient[i] += gradient[2 * units_ + i] * values[2 * units_ + i];
    }
  }

  Layers layers_;
  FusedParameter nu_log_;
  FusedParameter theta_log_;
  FusedParameter gamma_log_;
  std::int64_t units_;
  std::vector<ScanStretch<Layers>> stretches_;
};

}  // namespace

std::unique_ptr<FusedMemory> fused_min_gru(const torch::nn::Linear& input) {
  return std::make_unique<FusedMinGru>(input);
}

std::unique_ptr<FusedMemory> fused_lru(const LruParameters& parameters) {
  return std::make_unique<FusedLru>(parameters);
}

}  // namespace qarium::nn
