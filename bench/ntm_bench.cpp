// Forward and backward through a sequence of the Neural Turing Machine's copy task (Graves, Wayne, Danihelka 2014,
// section 4.1): 8 bits and 2 flags, length 20, so 41 steps; memory 128 x 20, an LSTM of 100 units, one read and one
// write head. The fused sequence beside its plain twin, interleaved in one run on one thread.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "engine/nn/ops/ntm_op.hpp"
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

struct Sequence {
  nn::NtmWeights weights;
  nn::NtmState state;
  Tensor inputs, direction;

  explicit Sequence(std::int64_t batch) {
    const auto parameter = [](at::IntArrayRef sizes, double scale) {
      return (torch::randn(sizes) * scale).requires_grad_();
    };
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
    direction = torch::randn({kSteps, batch, kShape.remembered()});
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

Times measure(std::int64_t batch, int calls) {
  Sequence sequence(batch);
  const auto fused_call = [&] { sequence.run(nn::ntm_sequence); };
  const auto plain_call = [&] { sequence.run(nn::ntm_sequence_plain); };
  fused_call();
  plain_call();
  std::vector<double> fused, plain;
  for (int round = 0; round < kRounds; ++round) {
    fused.push_back(microseconds_per_call(calls * 8, fused_call));
    plain.push_back(microseconds_per_call(calls, plain_call));
  }
  return {median(fused), median(plain)};
}

/// One step for acting with one environment.
Times measure_step() {
  const torch::NoGradGuard no_grad;
  Sequence sequence(1);
  const auto input = sequence.inputs[0];
  std::vector<double> fused, plain;
  const auto act = [&](const auto& step) {
    auto state = sequence.state;
    return microseconds_per_call(200, [&] { state = step(state).state; });
  };
  for (int round = 0; round < kRounds; ++round) {
    fused.push_back(act([&](const nn::NtmState& s) { return nn::ntm_step(kShape, input, sequence.weights, s); }));
    plain.push_back(act([&](const nn::NtmState& s) { return nn::ntm_step_plain(kShape, input, sequence.weights, s); }));
  }
  return {median(fused), median(plain)};
}

std::string json(const char* name, const Times& times) {
  char text[200];
  std::snprintf(text, sizeof text, "\"%s\": {\"fused_us\": %.1f, \"plain_us\": %.1f, \"ratio\": %.2f}", name,
                times.fused, times.plain, times.plain / times.fused);
  return text;
}

}  // namespace

int main() {
  nn::prepare_thread(1);
  torch::manual_seed(1);
  const auto one = json("batch_1", measure(1, 4));
  const auto many = json("batch_32", measure(std::getenv("B") ? std::atol(std::getenv("B")) : 32, 1));
  const auto step = json("step", measure_step());
  std::printf("{\"bench\": \"ntm_copy\", \"instructions\": \"%s\", %s, %s, %s}\n", nn::instruction_set().c_str(),
              one.c_str(), many.c_str(), step.c_str());
  return 0;
}
