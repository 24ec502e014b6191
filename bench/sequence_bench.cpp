// Forward and backward through a memory's sequence, the fused beside its plain twin, interleaved in one run on one
// thread. The Neural Turing Machine's is its copy task's (Graves, Wayne, Danihelka 2014, section 4.1): 8 bits and 2
// flags, length 20, so 41 steps; memory 128 x 20, an LSTM of 100 units, one read and one write head. LSTM and GRU of 64
// units see 32 sequences of 64 steps, as when a T-maze is learned.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "engine/core/openblas.hpp"
#include "engine/nn/ops/flat_kernels.hpp"
#include "engine/nn/ops/ntm_op.hpp"
#include "engine/nn/ops/recurrent_op.hpp"
#include "engine/nn/runtime.hpp"

namespace {

using namespace qarium;
using torch::Tensor;

constexpr int kRounds = 15;
constexpr std::int64_t kSteps = 41;
constexpr nn::NtmShape kShape{10, 100, 128, 20};

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

double microseconds_per_call(int calls, const auto& call) {
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < calls; ++i)
    call();
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count() / calls;
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

struct Times {
  double fused, plain;
};

/// Medians over the rounds, after one of each that is not counted.
Times interleaved(const auto& time_fused, const auto& time_plain) {
  time_fused();
  time_plain();
  std::vector<double> fused, plain;
  for (int round = 0; round < kRounds; ++round) {
    fused.push_back(time_fused());
    plain.push_back(time_plain());
  }
  return {median(fused), median(plain)};
}

Times measure_ntm(std::int64_t batch, int calls) {
  Sequence sequence(batch);
  nn::ScratchPool pool;
  const auto fused_call = [&] {
    sequence.run([&](const auto&... arguments) { return nn::ntm_sequence(arguments..., &pool); });
  };
  const auto plain_call = [&] { sequence.run(nn::ntm_sequence_plain); };
  return interleaved([&] { return microseconds_per_call(calls * 8, fused_call); },
                     [&] { return microseconds_per_call(calls, plain_call); });
}

/// One step for acting with one environment.
Times measure_ntm_step() {
  const torch::NoGradGuard no_grad;
  Sequence sequence(1);
  nn::ScratchPool pool;
  const auto input = sequence.inputs[0];
  const auto act = [&](const auto& step) {
    auto state = sequence.state;
    return microseconds_per_call(200, [&] { state = step(state).state; });
  };
  return interleaved(
      [&] { return act([&](const auto& s) { return nn::ntm_step(kShape, input, sequence.weights, s, &pool); }); },
      [&] { return act([&](const auto& s) { return nn::ntm_step_plain(kShape, input, sequence.weights, s); }); });
}

Times measure_recurrent(bool lstm) {
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
  return interleaved([&] { return microseconds_per_call(4, [&] { run(true); }); },
                     [&] { return microseconds_per_call(4, [&] { run(false); }); });
}

std::string json(const char* name, const Times& times) {
  char text[200];
  std::snprintf(text, sizeof text, "\"%s\": {\"fused_us\": %.1f, \"plain_us\": %.1f, \"ratio\": %.2f}", name,
                times.fused, times.plain, times.plain / times.fused);
  return text;
}

}  // namespace

int main(int /*count*/, char** arguments) {
  core::restart_with_better_openblas_kernel(arguments);
  nn::prepare_thread(1);
  torch::manual_seed(1);
  const auto one = json("ntm_batch_1", measure_ntm(1, 4));
  const auto many = json("ntm_batch_32", measure_ntm(32, 1));
  const auto step = json("ntm_step", measure_ntm_step());
  const auto lstm = json("lstm", measure_recurrent(true));
  const auto gru = json("gru", measure_recurrent(false));
  std::printf("{\"bench\": \"sequence\", \"instructions\": \"%s\", %s, %s, %s, %s, %s}\n", nn::kernel_instruction_set(),
              one.c_str(), many.c_str(), step.c_str(), lstm.c_str(), gru.c_str());
  return 0;
}
