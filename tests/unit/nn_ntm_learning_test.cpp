// What the NTM begins with, and that learning on the fused kernels goes as on the plain twin.
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "engine/nn/ops/ntm_first_state.hpp"
#include "tests/catch.hpp"
#include "tests/unit/gradient_check.hpp"
#include "tests/unit/memory_samples.hpp"

namespace qarium::nn_ntm_learning_test {

using torch::Tensor;

namespace {

constexpr std::int64_t kBits = 4;
constexpr std::int64_t kLength = 5;
constexpr std::int64_t kSteps = 2 * kLength + 1;
constexpr std::int64_t kBatch = 8;

nn::NtmShape shape_of(bool lstm) {
  nn::NtmShape shape{kBits + 1, 20, 12, 8};
  shape.lstm = lstm;
  return shape;
}

Tensor parameter(at::IntArrayRef sizes, std::uint32_t index, double scale) {
  return (tests::normal_tensor(sizes.vec(), index) * scale).requires_grad_();
}

/// An NTM that learns to copy; which sequence it runs is told.
struct Copier {
  nn::NtmShape shape;
  std::uint32_t seed;
  nn::NtmWeights weights;
  nn::NtmBeginning beginning;
  Tensor bits_weight, bits_bias;

  Copier(bool lstm, std::uint32_t number)
      : shape(shape_of(lstm)),
        seed(1000 * number),
        weights{parameter({shape.controller_rows(), shape.controller_columns()}, seed + 1, 0.15),
                parameter({shape.controller_rows()}, seed + 2, 0.1),
                parameter({shape.head_rows(), shape.units}, seed + 3, 0.15),
                parameter({shape.head_rows()}, seed + 4, 0.1)},
        beginning{parameter({shape.heads(), shape.slots}, seed + 5, 0.5),
                  parameter({shape.read_heads, shape.width}, seed + 6, 0.1),
                  parameter({2, shape.units}, seed + 7, 0.1)},
        bits_weight(parameter({kBits, shape.output_width()}, seed + 8, 0.15)),
        bits_bias(parameter({kBits}, seed + 9, 0.1)) {}

  std::vector<Tensor> parameters() const {
    std::vector<Tensor> all = {
        weights.controller_weight, weights.controller_bias, weights.head_weight, weights.head_bias,
        beginning.weights,         beginning.reads,         bits_weight,         bits_bias};
    if (shape.lstm) all.push_back(beginning.cell);
    return all;
  }

  /// The loss of each of so many updates.
  std::vector<double> learn(int updates, const auto& sequence) const {
    torch::optim::Adam adam(parameters(), torch::optim::AdamOptions(3e-3));
    std::vector<double> losses;
    for (int i = 0; i < updates; ++i) {
      const auto bits = (tests::normal_tensor({kLength, kBatch, kBits}, seed + 100 + static_cast<std::uint32_t>(i)) > 0)
                            .to(torch::kFloat);
      auto inputs = torch::zeros({kSteps, kBatch, kBits + 1});
      inputs.narrow(0, 0, kLength).narrow(2, 0, kBits).copy_(bits);
      inputs[kLength].select(1, kBits).fill_(1);
      const auto first = nn::ntm_first_state(shape, beginning, 1e-6, kBatch);
      const auto remembered = sequence(shape, inputs, weights, first).outputs;
      const auto logits = torch::linear(remembered.narrow(0, kLength + 1, kLength), bits_weight, bits_bias);
      const auto loss = torch::binary_cross_entropy_with_logits(logits, bits);
      adam.zero_grad();
      loss.backward();
      adam.step();
      losses.push_back(loss.template item<double>());
    }
    return losses;
  }
};

double mean(const std::vector<double>& values, std::size_t first, std::size_t count) {
  double sum = 0;
  for (std::size_t i = first; i < first + count; ++i)
    sum += values[i];
  return sum / static_cast<double>(count);
}

/// Of the samples, unbiased.
double variance(const std::vector<double>& values) {
  const double middle = mean(values, 0, values.size());
  double sum = 0;
  for (const double value : values)
    sum += (value - middle) * (value - middle);
  return sum / static_cast<double>(values.size() - 1);
}

}  // namespace

TEST_CASE("learning on the fused NTM goes as on the plain twin", "[nn][long]") {
  constexpr int kUpdates = 400;
  constexpr int kSeeds = 4;
  const auto fused = [](const auto& shape, const auto& inputs, const auto& weights, const auto& first) {
    return nn::ntm_sequence(shape, inputs, weights, first);
  };
  const auto plain = [](const auto& shape, const auto& inputs, const auto& weights, const auto& first) {
    return nn::ntm_sequence_plain(shape, inputs, weights, first);
  };
  for (const bool lstm : {false, true}) {
    INFO((lstm ? "lstm" : "feedforward") << " controller");
    std::vector<double> of_fused, of_plain;
    for (std::uint32_t seed = 0; seed < kSeeds; ++seed) {
      const auto found = Copier(lstm, seed).learn(kUpdates, fused);
      const auto expected = Copier(lstm, seed).learn(kUpdates, plain);
      double apart = 0;
      for (std::size_t i = 0; i < 50; ++i)
        apart = std::max(apart, std::abs(found[i] - expected[i]) / expected[i]);
      CHECK(apart < 1e-4);
      of_fused.push_back(mean(found, kUpdates - 50, 50));
      of_plain.push_back(mean(expected, kUpdates - 50, 50));
      CHECK(of_fused.back() < 0.8 * mean(found, 0, 20));
    }
    // Rounding grows with every update, so that in the end the two are as far apart as two seeds are.
    const auto noise = std::sqrt((variance(of_fused) + variance(of_plain)) / kSeeds);
    CHECK(std::abs(mean(of_fused, 0, kSeeds) - mean(of_plain, 0, kSeeds)) < 3 * noise);
  }
}

TEST_CASE("what an NTM begins with is the same in each sequence of a batch, and learned from all of them", "[nn]") {
  for (const bool lstm : {false, true}) {
    for (const std::int64_t batch : {1, 3}) {
      INFO((lstm ? "lstm" : "feedforward") << ", batch " << batch);
      const auto shape = shape_of(lstm);
      const auto leaf = [](at::IntArrayRef sizes, std::uint32_t index) {
        return tests::normal_tensor(sizes.vec(), index).to(torch::kDouble).requires_grad_();
      };
      const nn::NtmBeginning beginning{leaf({shape.heads(), shape.slots}, 11),
                                       leaf({shape.read_heads, shape.width}, 12),
                                       lstm ? leaf({2, shape.units}, 13) : Tensor()};
      const auto first = nn::ntm_first_state(shape, beginning, 0.5, batch);
      CHECK(first.memory.eq(0.5).all().item<bool>());
      CHECK(first.memory.sizes().vec() == std::vector<std::int64_t>{batch, shape.slots, shape.width});
      const auto weights = torch::softmax(beginning.weights, 1);
      for (std::int64_t b = 0; b < batch; ++b) {
        CHECK(first.read_weights[b].equal(weights.narrow(0, 0, shape.read_heads)));
        CHECK(first.write_weights[b].equal(weights.narrow(0, shape.read_heads, shape.write_heads)));
        CHECK(first.reads[b].equal(beginning.reads));
        CHECK(first.h[b].equal(lstm ? beginning.cell[0] : torch::zeros({shape.units}, torch::kDouble)));
        CHECK(first.c[b].equal(lstm ? beginning.cell[1] : torch::zeros({shape.units}, torch::kDouble)));
      }
      std::vector<std::pair<std::string, Tensor>> leaves = {{"weights", beginning.weights}, {"reads", beginning.reads}};
      if (lstm) leaves.emplace_back("cell", beginning.cell);
      tests::check_gradients(
          leaves,
          [&] {
            const auto state = nn::ntm_first_state(shape, beginning, 0.5, batch);
            std::uint32_t index = 20;
            auto sum = torch::zeros({}, torch::kDouble);
            for (const auto& tensor : {state.read_weights, state.write_weights, state.reads, state.h, state.c})
              sum = sum + (tensor * tests::normal_tensor(tensor.sizes().vec(), index++).to(torch::kDouble)).sum();
            return sum;
          },
          8);
    }
  }
}

TEST_CASE("where only a part of what an NTM begins with is used, the rest gets no gradient", "[nn]") {
  const auto shape = shape_of(true);
  const nn::NtmBeginning beginning{parameter({shape.heads(), shape.slots}, 11, 1),
                                   parameter({shape.read_heads, shape.width}, 12, 1),
                                   parameter({2, shape.units}, 13, 1)};
  nn::ntm_first_state(shape, beginning, 0, 2).h.sum().backward();
  CHECK(beginning.cell.grad()[0].eq(2).all().item<bool>());
  CHECK(beginning.cell.grad()[1].eq(0).all().item<bool>());
  CHECK(beginning.reads.grad().eq(0).all().item<bool>());
  CHECK(beginning.weights.grad().eq(0).all().item<bool>());
}

}  // namespace qarium::nn_ntm_learning_test
