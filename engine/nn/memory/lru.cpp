#include <cmath>
#include <numbers>

#include "engine/core/error.hpp"
#include "engine/nn/initialisation.hpp"
#include "engine/nn/memory/fused_scan.hpp"
#include "engine/nn/memory/memory.hpp"

namespace qarium::nn {
namespace {

using torch::Tensor;

/// Greatest phase of an eigenvalue at first: of slow units (Orvieto 2023, section 3.4 and appendix, long sequences).
constexpr double kGreatestPhase = std::numbers::pi / 10;

/// Linear recurrent unit (Orvieto 2023, arXiv 2303.06349): complex units that each keep the share |lambda| of what they
/// hold and turn it by a phase, with nothing between the steps that is not linear:
///     lambda = exp(-exp(nu) + i exp(theta)),  h' = lambda h + gamma B x,  y = Re(C h) + D x
/// gamma begins at sqrt(1 - |lambda|^2). What is given out is y + a sigmoid(b), (a, b) = W y (a gated linear unit).
/// The state h [B, 2 units] has real parts before imaginary ones. Reports |h| and each unit's half-life
/// ln 2 / -ln|lambda|.
class Lru final : public Memory, public CustomInitialisation {
 public:
  Lru(const config::MemoryOptions& options, std::int64_t width)
      : width_(width),
        hidden_(options.hidden),
        r_min_(options.r_min),
        r_max_(options.r_max),
        input_(register_module("input", torch::nn::Linear(unbiased(width, 2 * hidden_)))),
        output_(register_module("output", torch::nn::Linear(2 * hidden_, hidden_))),
        direct_(register_module("direct", torch::nn::Linear(unbiased(width, hidden_)))),
        gate_(register_module("gate", torch::nn::Linear(hidden_, 2 * hidden_))),
        nu_log_(register_parameter("nu_log", torch::zeros({hidden_}))),
        theta_log_(register_parameter("theta_log", torch::zeros({hidden_}))),
        gamma_log_(register_parameter("gamma_log", torch::zeros({hidden_}))) {}

  std::vector<std::int64_t> output_shape() const override { return {hidden_}; }
  std::vector<std::string> layers() const override {
    const auto units = std::to_string(hidden_);
    return {std::to_string(width_) + " -> " + units + " complex units", units + " -> gated linear unit"};
  }
  std::vector<std::string> state_names() const override { return {"h"}; }
  MemoryState initial_state(std::int64_t batch) override {
    return {torch::zeros({batch, 2 * hidden_}, input_->weight.options().requires_grad(false))};
  }

  /// |lambda| uniform over the ring between r_min and r_max (Orvieto 2023, lemma 3.2), phases uniform.
  void initialise_own(core::RandomStream& stream) override {
    for (std::int64_t i = 0; i < hidden_; ++i) {
      const double square = stream.uniform(r_min_ * r_min_, r_max_ * r_max_);
      const double decay = -0.5 * std::log(std::max(square, 1e-12));
      nu_log_[i] = std::log(decay);
      theta_log_[i] = std::log(std::max(kGreatestPhase * stream.uniform(), 1e-12));
      gamma_log_[i] = 0.5 * std::log1p(-square);
    }
  }

  MemoryOutput step(const Tensor& input, const MemoryState& state, Probe* probe) override {
    const auto h = next(eigenvalues(), input_(input), state[0]);
    const auto output = read(h, input);
    if (probe != nullptr) {
      const auto parts = h.chunk(2, -1);
      const auto half_life = (std::log(2.0) / nu_log_.exp()).expand({input.size(0), hidden_});
      probe->memory = UnitsReport{{}, {}, torch::hypot(parts[0], parts[1]), {}, half_life};
    }
    if (frozen(probe)) return {output, state};
    return {output, {h}};
  }

  MemoryOutput sequence(const Tensor& inputs, const MemoryState& state) override {
    const auto lambda = eigenvalues();
    const auto brought = input_(inputs);
    auto h = state[0];
    std::vector<Tensor> states;
    states.reserve(static_cast<std::size_t>(inputs.size(0)));
    for (std::int64_t t = 0; t < inputs.size(0); ++t)
      states.push_back(h = next(lambda, brought[t], h));
    return {read(torch::stack(states), inputs), {h}};
  }

  std::unique_ptr<FusedMemory> fused_memory() override {
    return fused_lru({input_, output_, direct_, gate_, nu_log_, theta_log_, gamma_log_});
  }

 private:
  struct Lambda {
    Tensor real, imaginary, scale;  ///< [units]
  };
  static torch::nn::LinearOptions unbiased(std::int64_t in, std::int64_t out) {
    return torch::nn::LinearOptions(in, out).bias(false);
  }

  Lambda eigenvalues() const {
    const auto magnitude = torch::exp(-nu_log_.exp());
    const auto phase = theta_log_.exp();
    return {magnitude * phase.cos(), magnitude * phase.sin(), gamma_log_.exp()};
  }
  /// `brought` [B, 2 units]: B x.
  static Tensor next(const Lambda& lambda, const Tensor& brought, const Tensor& h) {
    const auto old = h.chunk(2, -1);
    const auto in = brought.chunk(2, -1);
    return torch::cat({lambda.real * old[0] - lambda.imaginary * old[1] + lambda.scale * in[0],
                       lambda.real * old[1] + lambda.imaginary * old[0] + lambda.scale * in[1]},
                      -1);
  }
  Tensor read(const Tensor& h, const Tensor& input) {
    const auto y = output_(h) + direct_(input);
    return y + torch::glu(gate_(y), -1);
  }

  std::int64_t width_;
  std::int64_t hidden_;
  double r_min_;
  double r_max_;
  torch::nn::Linear input_;
  torch::nn::Linear output_;
  torch::nn::Linear direct_;
  torch::nn::Linear gate_;
  Tensor nu_log_;
  Tensor theta_log_;
  Tensor gamma_log_;
};

}  // namespace

std::shared_ptr<Memory> make_lru(const config::MemoryOptions& options, std::int64_t width, std::int64_t /*attended*/) {
  return std::make_shared<Lru>(options, width);
}

}  // namespace qarium::nn
