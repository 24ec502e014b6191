#include "engine/nn/initialisation.hpp"
#include "engine/nn/memory/chrono.hpp"
#include "engine/nn/memory/fused_recurrent.hpp"
#include "engine/nn/memory/memory.hpp"
#include "engine/nn/ops/recurrent_op.hpp"

namespace qarium::nn {
namespace {

using torch::Tensor;

/// What lstm and gru share: weights named and laid out as torch.nn's, and zero initial states.
class Recurrent : public Memory, public CustomInitialisation {
 public:
  Recurrent(const config::MemoryOptions& options, std::int64_t width, std::int64_t gates)
      : width_(width),
        hidden_(options.hidden),
        chrono_length_(options.chrono_length),
        input_(register_module("input", torch::nn::Linear(width, gates * hidden_))),
        recurrent_(register_module("recurrent", torch::nn::Linear(hidden_, gates * hidden_))) {}

  std::vector<std::int64_t> output_shape() const override { return {hidden_}; }
  std::vector<std::string> layers() const override {
    return {std::to_string(width_) + " -> " + std::to_string(hidden_) + " units"};
  }

 protected:
  Tensor zeros(std::int64_t batch) const { return torch::zeros({batch, hidden_}, input_->weight.options()); }
  RecurrentWeights weights() const { return {input_->weight, recurrent_->weight, input_->bias, recurrent_->bias}; }
  std::int64_t width_;
  std::int64_t hidden_;
  std::int64_t chrono_length_;
  torch::nn::Linear input_;
  torch::nn::Linear recurrent_;
};

/// Hochreiter and Schmidhuber 1997, with forget gate, as torch.nn.LSTM: i, f, g, o stacked. Reports the gates
/// `memory.gates` [B, 4, hidden], the cell `memory.cell` and `memory.hidden` [B, hidden].
class Lstm final : public Recurrent {
 public:
  Lstm(const config::MemoryOptions& options, std::int64_t width) : Recurrent(options, width, 4) {}

  MemoryState initial_state(std::int64_t batch) override { return {zeros(batch), zeros(batch)}; }
  std::vector<std::string> state_names() const override { return {"h", "c"}; }
  void initialise_own(core::RandomStream& stream) override {
    initialise_chrono_lstm(input_->bias, chrono_length_, stream);
  }

  MemoryOutput step(const Tensor& input, const MemoryState& state, Probe* probe) override {
    const auto [h, c] = torch::lstm_cell(input, {state[0], state[1]}, input_->weight, recurrent_->weight, input_->bias,
                                         recurrent_->bias);
    if (probe != nullptr) report(*probe, input, state, h, c);
    if (frozen(probe)) return {h, state};
    return {h, {h, c}};
  }

  MemoryOutput sequence(const Tensor& inputs, const MemoryState& state) override {
    const auto [outputs, h, c] =
        (uses_fused() ? lstm_sequence : lstm_sequence_plain)(inputs, weights(), state[0], state[1]);
    return {outputs, {h, c}};
  }

  std::unique_ptr<FusedMemory> fused_memory() override { return fused_lstm(input_, recurrent_); }

 private:
  void report(Probe& probe, const Tensor& input, const MemoryState& state, const Tensor& h, const Tensor& c) {
    const torch::NoGradGuard no_grad;
    const auto gates = (input_(input) + recurrent_(state[0])).view({input.size(0), 4, hidden_});
    probe.memory = UnitsReport{{"input", "forget", "candidate", "output"},
                               torch::stack({gates.select(1, 0).sigmoid(), gates.select(1, 1).sigmoid(),
                                             gates.select(1, 2).tanh(), gates.select(1, 3).sigmoid()},
                                            1),
                               h,
                               c,
                               {}};
  }
};

/// Cho 2014 as torch.nn.GRU: r, z, n stacked. Reports `memory.gates` [B, 3, hidden] and `memory.hidden`.
class Gru final : public Recurrent {
 public:
  Gru(const config::MemoryOptions& options, std::int64_t width) : Recurrent(options, width, 3) {}

  MemoryState initial_state(std::int64_t batch) override { return {zeros(batch)}; }
  std::vector<std::string> state_names() const override { return {"h"}; }
  void initialise_own(core::RandomStream& stream) override {
    initialise_chrono_gru(input_->bias, chrono_length_, stream);
  }

  MemoryOutput step(const Tensor& input, const MemoryState& state, Probe* probe) override {
    const auto h = torch::gru_cell(input, state[0], input_->weight, recurrent_->weight, input_->bias, recurrent_->bias);
    if (probe != nullptr) report(*probe, input, state, h);
    if (frozen(probe)) return {h, state};
    return {h, {h}};
  }

  MemoryOutput sequence(const Tensor& inputs, const MemoryState& state) override {
    const auto [outputs, h, none] = (uses_fused() ? gru_sequence : gru_sequence_plain)(inputs, weights(), state[0]);
    return {outputs, {h}};
  }

  std::unique_ptr<FusedMemory> fused_memory() override { return fused_gru(input_, recurrent_); }

 private:
  void report(Probe& probe, const Tensor& input, const MemoryState& state, const Tensor& h) {
    const torch::NoGradGuard no_grad;
    const auto x = input_(input).view({input.size(0), 3, hidden_});
    const auto u = recurrent_(state[0]).view({input.size(0), 3, hidden_});
    const auto r = torch::sigmoid(x.select(1, 0) + u.select(1, 0));
    const auto z = torch::sigmoid(x.select(1, 1) + u.select(1, 1));
    const auto n = torch::tanh(x.select(1, 2) + r * u.select(1, 2));
    probe.memory = UnitsReport{{"reset", "update", "candidate"}, torch::stack({r, z, n}, 1), h, {}, {}};
  }
};

}  // namespace

std::shared_ptr<Memory> make_lstm(const config::MemoryOptions& options, std::int64_t width, std::int64_t /*attended*/) {
  return std::make_shared<Lstm>(options, width);
}

std::shared_ptr<Memory> make_gru(const config::MemoryOptions& options, std::int64_t width, std::int64_t /*attended*/) {
  return std::make_shared<Gru>(options, width);
}

}  // namespace qarium::nn
