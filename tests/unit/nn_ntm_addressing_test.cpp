#include <torch/torch.h>

#include <cmath>

#include "tests/catch.hpp"
#include "tests/unit/ntm_samples.hpp"

namespace qarium::nn_ntm_addressing_test {

using namespace qarium::tests;
using nn::NtmOrder;
using nn::NtmShape;
using torch::Tensor;

namespace {

/// A machine whose heads do what the biases say, whatever the input: the projection's weight is zero.
struct ToldHeads {
  NtmSample sample;

  explicit ToldHeads(const NtmShape& shape, std::int64_t steps = 1, std::int64_t batch = 1)
      : sample(leaves(NtmSample(shape, steps, batch), torch::kFloat)) {
    sample.weights.head_weight.detach_().zero_();
    sample.weights.head_bias.detach_().zero_();
  }

  /// Entry `index` after the key of every head: 0 beta, 1 g, 2 and on s, last gamma.
  void tell(std::int64_t index, double value) {
    const auto& shape = sample.shape;
    for (std::int64_t head = 0; head < shape.heads(); ++head)
      sample.weights.head_bias[shape.head_row(head) + shape.width + index] = value;
  }
  /// The previous weights as they are, moved by `offset`, not sharpened.
  void tell_shift(std::int64_t offset) {
    const auto& shape = sample.shape;
    tell(1, -100);
    for (std::int64_t o = 0; o < shape.offsets(); ++o)
      tell(2 + o, o - shape.shift_range == offset ? 100 : -100);
    tell(2 + shape.offsets(), -100);
  }
  nn::NtmResult fused() const { return nn::ntm_sequence(sample.shape, sample.inputs, sample.weights, sample.state); }
  nn::NtmResult plain() const {
    return nn::ntm_sequence_plain(sample.shape, sample.inputs, sample.weights, sample.state);
  }
};

void check_weights(const Tensor& weights) {
  CHECK(weights.min().item<double>() >= 0);
  CHECK((weights.sum(-1) - 1).abs().max().item<double>() < 1e-5);
}

bool all_finite(const std::vector<Tensor>& all) {
  for (const auto& tensor : all) {
    if (!tensor.isfinite().all().item<bool>()) return false;
  }
  return true;
}

/// Runs forward and backward; the gradients of everything that a change of it reaches.
std::vector<Tensor> gradients(NtmSample& sample, const nn::NtmResult& result) {
  const auto loss = result.outputs.sum() + result.state.memory.square().sum() + result.state.read_weights[0][0][0] +
                    result.state.write_weights[0][0][0];
  std::vector<Tensor> wanted{sample.inputs,       sample.weights.controller_weight, sample.weights.head_bias,
                             sample.state.memory, sample.state.read_weights,        sample.state.write_weights};
  return torch::autograd::grad({loss}, wanted);
}

}  // namespace

TEST_CASE("the NTM's weights are shares: never negative, one in sum", "[nn]") {
  torch::manual_seed(21);
  const torch::NoGradGuard no_grad;
  for (const auto& c : ntm_cases()) {
    INFO(describe(c.shape, c.steps, c.batch));
    for (const double scale : {0.5, 3.0, 30.0}) {
      const auto sample = leaves(NtmSample(c.shape, c.steps, c.batch, scale), torch::kFloat);
      const auto result = nn::ntm_sequence(c.shape, sample.inputs, sample.weights, sample.state);
      check_weights(result.state.read_weights);
      check_weights(result.state.write_weights);
      CHECK(finite(result));
    }
  }
}

TEST_CASE("a shift by +1 moves the NTM's weight from slot i to slot i + 1, around the end", "[nn]") {
  torch::manual_seed(22);
  const torch::NoGradGuard no_grad;
  for (const std::int64_t slots : {1, 2, 7, 16, 128}) {
    for (const std::int64_t range : {1, 2}) {
      ToldHeads heads(NtmShape{2, 3, slots, 4, 2, 1, range});
      for (std::int64_t offset = -range; offset <= range; ++offset) {
        CAPTURE(slots, range, offset);
        heads.tell_shift(offset);
        const auto& before = heads.sample.state;
        for (const auto& result : {heads.fused(), heads.plain()}) {
          CHECK(result.state.read_weights.allclose(before.read_weights.roll(offset, -1), 1e-5, 1e-7));
          CHECK(result.state.write_weights.allclose(before.write_weights.roll(offset, -1), 1e-5, 1e-7));
        }
      }
    }
  }
}

TEST_CASE("a closed gate with gamma 1 keeps the NTM's weights, an open one forgets them", "[nn]") {
  torch::manual_seed(23);
  const torch::NoGradGuard no_grad;
  ToldHeads heads(NtmShape{2, 3, 9, 4}, 5);
  heads.tell_shift(0);
  CHECK(heads.fused().state.read_weights.allclose(heads.sample.state.read_weights, 1e-5, 1e-7));
  CHECK(heads.plain().state.read_weights.allclose(heads.sample.state.read_weights, 1e-5, 1e-7));

  heads.tell(1, 100);
  auto other = heads;
  other.sample.state.read_weights = torch::softmax(torch::randn({1, 1, 9}), -1);
  CHECK(heads.fused().state.read_weights.allclose(other.fused().state.read_weights, 1e-5, 1e-7));
}

TEST_CASE("a key finds its slot, and gamma sharpens", "[nn]") {
  torch::manual_seed(24);
  const torch::NoGradGuard no_grad;
  ToldHeads heads(NtmShape{2, 3, 12, 6});
  heads.tell_shift(0);
  heads.tell(1, 100);
  heads.tell(0, 60);
  heads.sample.weights.head_bias.narrow(0, 0, 6).copy_(heads.sample.state.memory[0][5] * 0.1);
  auto found = heads.fused();
  CHECK(found.state.read_weights[0][0].argmax().item<std::int64_t>() == 5);
  CHECK(found.outputs[0][0].slice(0, 3).allclose(heads.sample.state.memory[0][5], 1e-2, 1e-2));

  heads.tell(0, 1);
  const auto blunt = heads.fused().state.read_weights;
  heads.tell(2 + heads.sample.shape.offsets(), 5);
  const auto sharp = heads.fused().state.read_weights;
  CHECK(sharp.max().item<float>() > blunt.max().item<float>());
  CHECK(sharp.square().sum().item<float>() > blunt.square().sum().item<float>());
}

TEST_CASE("the NTM stays finite at its extremes", "[nn]") {
  torch::manual_seed(25);
  for (const bool lstm : {true, false}) {
    for (const std::int64_t slots : {1, 7, 128}) {
      for (const double beta : {0.0, 1e4}) {
        for (const bool zero_memory : {true, false}) {
          CAPTURE(lstm, slots, beta, zero_memory);
          auto sample = leaves(NtmSample(NtmShape{3, 6, slots, 5, 2, 2, 1, lstm}, 10, 2), torch::kFloat);
          {
            const torch::NoGradGuard no_grad;
            if (zero_memory) sample.state.memory.zero_();
            for (std::int64_t head = 0; head < 4; ++head)
              sample.weights.head_bias[sample.shape.head_row(head) + 5] = beta;
          }
          const auto fused = nn::ntm_sequence(sample.shape, sample.inputs, sample.weights, sample.state);
          CHECK(finite(fused));
          CHECK(all_finite(gradients(sample, fused)));
          const auto plain = nn::ntm_sequence_plain(sample.shape, sample.inputs, sample.weights, sample.state);
          CHECK(finite(plain));
          CHECK(all_finite(gradients(sample, plain)));
        }
      }
    }
  }
}

TEST_CASE("zero keys, one-hot weights and great gammas leave the NTM's gradients finite", "[nn]") {
  torch::manual_seed(26);
  for (const double gamma : {-100.0, 0.0, 50.0, 1e4}) {
    CAPTURE(gamma);
    ToldHeads heads(NtmShape{2, 3, 20, 4}, 8, 2);
    heads.tell_shift(1);
    heads.tell(2 + heads.sample.shape.offsets(), gamma);
    auto& sample = heads.sample;
    sample.state.memory = torch::zeros({2, 20, 4});
    sample.state.read_weights = torch::zeros({2, 1, 20});
    sample.state.read_weights.select(2, 3).fill_(1);
    sample.state.write_weights = sample.state.read_weights.clone();
    for (auto* tensor : {&sample.state.memory, &sample.state.read_weights, &sample.state.write_weights,
                         &sample.weights.head_bias, &sample.weights.head_weight})
      tensor->requires_grad_();
    for (const auto& result : {heads.fused(), heads.plain()}) {
      CHECK(finite(result));
      CHECK(all_finite(gradients(sample, result)));
    }
  }
}

TEST_CASE("what is not finite does not vanish in the NTM", "[nn]") {
  torch::manual_seed(29);
  const torch::NoGradGuard no_grad;
  for (const bool lstm : {true, false}) {
    for (const double bad : {std::nan(""), HUGE_VAL}) {
      auto sample = leaves(NtmSample(NtmShape{3, 17, 23, 6, 1, 1, 1, lstm}, 4, 2), torch::kFloat);
      sample.weights.controller_weight[3][1] = bad;
      const auto outputs = nn::ntm_sequence(sample.shape, sample.inputs, sample.weights, sample.state).outputs;
      CHECK(outputs.isnan().any(-1).all().item<bool>());
    }
  }
}

TEST_CASE("ten thousand steps of the NTM stay finite", "[nn]") {
  torch::manual_seed(27);
  const torch::NoGradGuard no_grad;
  for (const bool lstm : {true, false}) {
    const auto sample = leaves(NtmSample(NtmShape{3, 10, 23, 6, 1, 1, 1, lstm}, 10'000, 2), torch::kFloat);
    const auto result = nn::ntm_sequence(sample.shape, sample.inputs, sample.weights, sample.state);
    CHECK(finite(result));
    check_weights(result.state.read_weights);
  }
}

TEST_CASE("the NTM's addressing chain is told as it happened", "[nn]") {
  torch::manual_seed(28);
  const torch::NoGradGuard no_grad;
  for (const auto order : {NtmOrder::ReadWrite, NtmOrder::WriteRead}) {
    const NtmShape shape{3, 6, 11, 5, 2, 1, 2, true, order};
    const NtmSample sample(shape, 1, 3);
    nn::NtmAddressing chain;
    const auto step = nn::ntm_step_plain(shape, sample.inputs[0], sample.weights, sample.state, &chain);
    CHECK(chain.previous.equal(torch::cat({sample.state.read_weights, sample.state.write_weights}, 1)));
    CHECK(chain.sharpened.equal(torch::cat({step.state.read_weights, step.state.write_weights}, 1)));
    for (const auto& weights : {chain.content, chain.interpolated, chain.shifted, chain.sharpened}) {
      CHECK(weights.sizes() == at::IntArrayRef{3, 3, 11});
      check_weights(weights);
    }
    const auto g = chain.g.unsqueeze(-1);
    CHECK(chain.interpolated.allclose(g * chain.content + (1 - g) * chain.previous, 1e-5, 1e-7));
    const auto power = chain.shifted.pow(chain.gamma.unsqueeze(-1));
    CHECK(chain.sharpened.allclose(power / power.sum(-1, true), 1e-5, 1e-7));
    CHECK(chain.s.sizes() == at::IntArrayRef{3, 3, 5});
    CHECK(chain.key.sizes() == at::IntArrayRef{3, 3, 5});
    CHECK(chain.erase.sizes() == at::IntArrayRef{3, 1, 5});
    CHECK(chain.add.sizes() == at::IntArrayRef{3, 1, 5});
    CHECK(chain.gamma.min().item<double>() >= 1);
    CHECK(chain.beta.min().item<double>() >= 0);
  }
}

}  // namespace qarium::nn_ntm_addressing_test
