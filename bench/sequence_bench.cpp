// Forward and backward through a memory's sequence, the fused beside its plain twin, interleaved in one run on one
// thread. The Neural Turing Machine's is its copy task's (Graves, Wayne, Danihelka 2014, section 4.1): 8 bits and 2
// flags, length 20, so 41 steps; memory 128 x 20, an LSTM of 100 units, one read and one write head. LSTM and GRU of 64
// units see 32 sequences of 64 steps, as when a T-maze is learned.

#include "bench/interleaved.hpp"
#include "engine/core/openblas.hpp"
#include "engine/nn/ops/ntm_op.hpp"
#include "engine/nn/ops/recurrent_op.hpp"
#include "engine/nn/runtime.hpp"

namespace {

using namespace qarium;
using torch::Tensor;

constexpr int kRounds = 15;
constexpr std::int64_t kSteps = 41;
constexpr nn::NtmShape kShape{10, 100, 128, 20};

void compare(const char* what, const auto& plain, const auto& fused, int calls) {
  bench::interleave(plain, fused, 1, calls);  // not counted
  bench::print(what, "Torch's operations", bench::interleave(plain, fused, kRounds, calls));
}

Tensor parameter(at::IntArrayRef sizes, double scale) {
  return (torch::randn(sizes) * scale).requires_grad_();
}

struct Sequence {
  nn::NtmWeights weights;
  nn::NtmState state;
  Tensor inputs, direction;

  explicit Sequence(std::int64_t batch) {
    weights = {parameter({kShape.controller_rows(), kShape.controller_columns()}, 0.1),
               parameter({kShape.controller_rows()}, 0.1), parameter({kShape.head_rows(), kShape.units}, 0.1),
               parameter({kShape.head_rows()}, 0.1)};
    state = {torch::full({batch, kShape.slots, kShape.width}, 1e-6),
             torch::full({batch, 1, kShape.slots}, 1.0 / kShape.slots),
             torch::full({batch, 1, kShape.slots}, 1.0 / kShape.slots),
             torch::zeros({batch, 1, kShape.width}),
             torch::zeros({batch, kShape.units}),
             torch::zeros({batch, kShape.units})};
    inputs = torch::randint(0, 2, {kSteps, batch, kShape.inputs}).to(torch::kFloat);
    direction = torch::randn({kSteps, batch, kShape.output_width()});
  }

  void run(const auto& sequence) {
    for (auto* tensor :
         {&weights.controller_weight, &weights.controller_bias, &weights.head_weight, &weights.head_bias})
      tensor->mutable_grad() = Tensor();
    sequence(kShape, inputs, weights, state, nullptr).outputs.backward(direction);
  }
};

void measure_ntm(const char* what, std::int64_t batch, int calls) {
  Sequence sequence(batch);
  nn::ScratchPool pool;
  const auto fused = [&] {
    sequence.run([&](const auto&... arguments) { return nn::ntm_sequence(arguments..., &pool); });
  };
  const auto plain = [&] { sequence.run(nn::ntm_sequence_plain); };
  compare(what, plain, fused, calls);
}

/// One step for acting with one environment.
void measure_ntm_step() {
  const torch::NoGradGuard no_grad;
  Sequence sequence(1);
  nn::ScratchPool pool;
  const auto input = sequence.inputs[0];
  auto state = sequence.state;
  const auto fused = [&] { state = nn::ntm_step(kShape, input, sequence.weights, state, &pool).state; };
  const auto plain = [&] { state = nn::ntm_step_plain(kShape, input, sequence.weights, state).state; };
  compare("one step of that NTM", plain, fused, 200);
}

void measure_recurrent(const char* what, bool lstm) {
  constexpr std::int64_t kLength = 64;
  constexpr std::int64_t kBatch = 32;
  constexpr std::int64_t kInputs = 70;
  constexpr std::int64_t kUnits = 64;
  const std::int64_t rows = (lstm ? 4 : 3) * kUnits;
  const nn::RecurrentWeights weights{parameter({rows, kInputs}, 0.1), parameter({rows, kUnits}, 0.1),
                                     parameter({rows}, 0.1), parameter({rows}, 0.1)};
  const auto first = torch::zeros({kBatch, kUnits});
  const auto inputs = parameter({kLength, kBatch, kInputs}, 1);
  const auto direction = torch::randn({kLength, kBatch, kUnits});
  const auto run = [&](bool fused) {
    for (const auto& leaf : {inputs, weights.input, weights.recurrent, weights.input_bias, weights.recurrent_bias})
      leaf.mutable_grad() = Tensor();
    const auto result = lstm ? (fused ? nn::lstm_sequence : nn::lstm_sequence_plain)(inputs, weights, first, first)
                             : (fused ? nn::gru_sequence : nn::gru_sequence_plain)(inputs, weights, first);
    result.outputs.backward(direction);
  };
  compare(what, [&] { run(false); }, [&] { run(true); }, 4);
}

}  // namespace

int main(int /*count*/, char** arguments) {
  core::restart_with_better_openblas_kernel(arguments);
  nn::prepare_thread(1);
  torch::manual_seed(1);
  measure_ntm("NTM over the copy task's 41 steps, a batch of 1", 1, 8);
  measure_ntm("the same, a batch of 32", 32, 1);
  measure_ntm_step();
  measure_recurrent("LSTM of 64 over 64 steps of 32 sequences", true);
  measure_recurrent("GRU of 64 over the same", false);
  return 0;
}
