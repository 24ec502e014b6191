// The fused sequences of LSTM and GRU against LibTorch's own.
#include <torch/torch.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "engine/nn/ops/recurrent_op.hpp"
#include "tests/catch.hpp"
#include "tests/unit/memory_samples.hpp"

namespace qarium::nn_recurrent_op_test {

using torch::Tensor;

namespace {

struct Extent {
  std::int64_t steps, batch, inputs, units;
};

/// A cell, where it begins and what it is shown.
struct Sample {
  bool lstm;
  nn::RecurrentWeights weights;
  Tensor h, c, inputs;

  Sample(bool lstm_, const Extent& e)
      : lstm(lstm_),
        weights{leaf({gates() * e.units, e.inputs}, 1, 0.4), leaf({gates() * e.units, e.units}, 2, 0.3),
                leaf({gates() * e.units}, 3, 0.2), leaf({gates() * e.units}, 4, 0.2)},
        h(leaf({e.batch, e.units}, 5, 0.5)),
        c(leaf({e.batch, e.units}, 6, 0.5)),
        inputs(leaf({e.steps, e.batch, e.inputs}, 7, 1.0)) {}

  std::int64_t gates() const { return lstm ? 4 : 3; }
  static Tensor leaf(const std::vector<std::int64_t>& sizes, std::uint32_t index, double scale) {
    return (tests::normal_tensor(sizes, index) * scale).to(torch::kFloat).requires_grad_();
  }
  nn::RecurrentResult run(bool fused) const {
    if (lstm) return (fused ? nn::lstm_sequence : nn::lstm_sequence_plain)(inputs, weights, h, c);
    return (fused ? nn::gru_sequence : nn::gru_sequence_plain)(inputs, weights, h);
  }
  std::vector<Tensor> leaves() const {
    std::vector<Tensor> all = {inputs, weights.input, weights.recurrent, weights.input_bias, weights.recurrent_bias, h};
    if (lstm) all.push_back(c);
    return all;
  }
  /// A loss of what is looked at: the outputs, or only the last state.
  Tensor loss(const nn::RecurrentResult& result, bool of_outputs) const {
    if (of_outputs) return (result.outputs * tests::normal_tensor(result.outputs.sizes().vec(), 8)).sum();
    auto sum = (result.h * tests::normal_tensor(result.h.sizes().vec(), 9)).sum();
    if (lstm) sum = sum + (result.c * tests::normal_tensor(result.c.sizes().vec(), 10)).sum();
    return sum;
  }
  std::vector<Tensor> gradients(bool fused, bool of_outputs) const {
    return torch::autograd::grad({loss(run(fused), of_outputs)}, leaves());
  }
};

double apart(const Tensor& a, const Tensor& b) {
  REQUIRE(a.sizes() == b.sizes());
  return ((a - b).abs().max() / (1e-3 + b.abs().max())).item<double>();
}

}  // namespace

TEST_CASE("fused sequences of LSTM and GRU agree with LibTorch's in values and gradients", "[nn]") {
  for (const bool lstm : {true, false}) {
    for (const auto& extent : {Extent{1, 1, 3, 5}, Extent{7, 3, 4, 17}, Extent{40, 32, 6, 64}, Extent{264, 2, 5, 33}}) {
      CAPTURE(lstm, extent.steps, extent.batch, extent.units);
      const Sample sample(lstm, extent);
      const auto fused = sample.run(true);
      const auto plain = sample.run(false);
      CHECK(apart(fused.outputs, plain.outputs) < 1e-5);
      CHECK(apart(fused.h, plain.h) < 1e-5);
      if (lstm) CHECK(apart(fused.c, plain.c) < 1e-5);
      for (const bool of_outputs : {true, false}) {
        const auto one = sample.gradients(true, of_outputs);
        const auto other = sample.gradients(false, of_outputs);
        for (std::size_t i = 0; i < one.size(); ++i) {
          CAPTURE(of_outputs, i);
          CHECK(apart(one[i], other[i]) < 1e-4);
        }
      }
    }
  }
}

TEST_CASE("a sequence of LSTM or GRU in two parts is the whole", "[nn]") {
  const torch::NoGradGuard no_grad;
  for (const bool lstm : {true, false}) {
    Sample sample(lstm, {20, 3, 4, 24});
    const auto whole = sample.run(true);
    const auto inputs = sample.inputs;
    sample.inputs = inputs.narrow(0, 0, 8);
    const auto first = sample.run(true);
    sample.inputs = inputs.narrow(0, 8, 12);
    sample.h = first.h;
    if (lstm) sample.c = first.c;
    const auto second = sample.run(true);
    CHECK(torch::cat({first.outputs, second.outputs}).equal(whole.outputs));
    CHECK(second.h.equal(whole.h));
  }
}

TEST_CASE("what is not finite stays in its sample of a fused sequence", "[nn]") {
  const torch::NoGradGuard no_grad;
  for (const bool lstm : {true, false}) {
    for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
      CAPTURE(lstm, bad);
      Sample sample(lstm, {6, 3, 4, 24});
      const auto sound = sample.run(true).outputs;
      sample.inputs = sample.inputs.clone();
      sample.inputs[2][1][0] = bad;
      const auto outputs = sample.run(true).outputs;
      CHECK(outputs.narrow(0, 0, 2).equal(sound.narrow(0, 0, 2)));
      CHECK(outputs.narrow(0, 2, 4).select(1, 1).isnan().all().item<bool>());
      for (const std::int64_t other : {0, 2})
        CHECK(outputs.select(1, other).equal(sound.select(1, other)));
    }
  }
}

}  // namespace qarium::nn_recurrent_op_test
