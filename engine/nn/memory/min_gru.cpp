#include <cmath>

#include "engine/nn/initialisation.hpp"
#include "engine/nn/memory/chrono.hpp"
#include "engine/nn/memory/fused_scan.hpp"
#include "engine/nn/memory/memory.hpp"

namespace qarium::nn {
namespace {

using torch::Tensor;

/// minGRU (Feng 2024, arXiv 2410.01201, section 3.1): a GRU whose gate and candidate look at the input alone, so that
/// all steps of a sequence are one product and what is left is a scan:
///     z = sigmoid(W_z x + b_z),  n = W_h x + b_h,  h' = (1 - z) h + z n
/// Reports z, h, and the half-life ln 2 / -ln(1 - z) that each unit has at this step.
class MinGru final : public Memory, public CustomInitialisation {
 public:
  MinGru(const config::MemoryOptions& options, std::int64_t width)
      : width_(width),
        hidden_(options.hidden),
        chrono_length_(options.chrono_length),
        input_(register_module("input", torch::nn::Linear(width, 2 * hidden_))) {}

  std::vector<std::int64_t> output_shape() const override { return {hidden_}; }
  std::vector<std::string> layers() const override {
    return {std::to_string(width_) + " -> " + std::to_string(hidden_) + " units"};
  }
  std::vector<std::string> state_names() const override { return {"h"}; }
  MemoryState initial_state(std::int64_t batch) override {
    return {torch::zeros({batch, hidden_}, input_->weight.options().requires_grad(false))};
  }
  void initialise_own(core::RandomStream& stream) override {
    initialise_chrono_min_gru(input_->bias, chrono_length_, stream);
  }

  MemoryOutput step(const Tensor& input, const MemoryState& state, Probe* probe) override {
    const auto [z, n] = gate_and_candidate(input);
    const auto h = torch::lerp(state[0], n, z);
    if (probe != nullptr) {
      const auto half_life = std::log(2.0) / -torch::log1p(-z.clamp_max(1 - 1e-6)).clamp_max(-1e-12);
      probe->memory = UnitsReport{{"update"}, z.unsqueeze(1), h, {}, half_life};
    }
    if (frozen(probe)) return {h, state};
    return {h, {h}};
  }

  MemoryOutput sequence(const Tensor& inputs, const MemoryState& state) override {
    const auto [z, n] = gate_and_candidate(inputs);
    auto h = state[0];
    std::vector<Tensor> outputs;
    outputs.reserve(static_cast<std::size_t>(inputs.size(0)));
    for (std::int64_t t = 0; t < inputs.size(0); ++t)
      outputs.push_back(h = torch::lerp(h, n[t], z[t]));
    return {torch::stack(outputs), {h}};
  }

  std::unique_ptr<FusedMemory> fused_memory() override { return fused_min_gru(input_); }

 private:
  std::pair<Tensor, Tensor> gate_and_candidate(const Tensor& input) {
    const auto sums = input_(input).chunk(2, -1);
    return {sums[0].sigmoid(), sums[1]};
  }

  std::int64_t width_;
  std::int64_t hidden_;
  std::int64_t chrono_length_;
  torch::nn::Linear input_;
};

}  // namespace

std::shared_ptr<Memory> make_min_gru(const config::MemoryOptions& options, std::int64_t width,
                                     std::int64_t /*attended*/) {
  return std::make_shared<MinGru>(options, width);
}

}  // namespace qarium::nn
