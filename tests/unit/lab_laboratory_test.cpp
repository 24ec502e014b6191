// The laboratory: it learns, the same seed learns the same, and judging changes nothing.
#include <torch/torch.h>

#include <cmath>
#include <string>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/lab/bit_loss.hpp"
#include "engine/lab/laboratory.hpp"
#include "engine/lab/settings.hpp"
#include "engine/nn/runtime.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning.hpp"

namespace qarium::lab_laboratory_test {

using protocol::TraceRole;

namespace {

protocol::LaboratoryOptions small_copy(const std::string& memory = "ntm") {
  auto options = lab::options_of({.memory = memory});
  options.bits = 4;
  options.max_length = 5;
  auto& h = options.hyperparameters;
  h.batch_size = 1;
  h.memory.hidden = 32;
  h.memory.slots = 16;
  h.memory.width = 8;
  return options;
}

void learn(lab::Laboratory& laboratory, std::int64_t sequences) {
  nn::prepare_thread(1);
  while (laboratory.sequences() < sequences)
    laboratory.tick();
}

}  // namespace

TEST_CASE("a small Neural Turing Machine learns to copy") {
  auto options = small_copy();
  options.hyperparameters.memory.controller = "feedforward";
  options.hyperparameters.learning_rate = 3e-3;
  lab::Laboratory laboratory(options);
  const double before = laboratory.wrong_bits(200);
  CHECK(std::abs(before - 6) < 1.5);  // half the bits of 3 vectors
  for (std::int64_t sequences = 500; sequences <= 15'000 && !laboratory.solved(); sequences += 500)
    learn(laboratory, sequences);
  CHECK(laboratory.wrong_bits(200) < 0.1);
  CHECK(laboratory.bits_per_sequence() < 0.1);
}

TEST_CASE("the same options give the same parameters, judged in between or not") {
  for (const std::string memory : {"ntm", "lstm", "dnc"}) {
    CAPTURE(memory);
    auto options = small_copy(memory);
    options.hyperparameters.batch_size = 2;
    lab::Laboratory one(options);
    lab::Laboratory other(options);
    learn(one, 20);
    learn(other, 10);
    const auto wrong = other.wrong_bits(3, 7);
    CHECK(other.wrong_bits(3, 7) == wrong);
    CHECK(other.wrong_bits(20) == other.wrong_bits(20));
    learn(other, 20);
    CHECK(tests::equal_bits(one.parameters().values(), other.parameters().values()));
    options.hyperparameters.seed = 2;
    lab::Laboratory third(options);
    learn(third, 20);
    CHECK_FALSE(tests::equal_bits(one.parameters().values(), third.parameters().values()));
  }
}

TEST_CASE("points are means over a hundred sequences") {
  auto options = small_copy();
  options.sequences = 500;
  options.hyperparameters.batch_size = 3;
  lab::Laboratory laboratory(options);
  CHECK(laboratory.bits_per_sequence() < 0);
  while (!laboratory.finished())
    laboratory.tick();
  CHECK(laboratory.sequences() == 501);
  CHECK(laboratory.updates() == 167);
  REQUIRE(laboratory.points().size() == 5);
  double sum = 0;
  for (std::size_t i = 0; i < 5; ++i) {
    const auto& point = laboratory.points()[i];
    CHECK(point.sequences == static_cast<std::int64_t>(100 * (i + 1)));
    CHECK(point.bits_per_sequence <= 20);
    sum += point.bits_per_sequence;
  }
  CHECK(std::abs(laboratory.points()[0].loss - std::log(2.0)) < 0.1);
  CHECK(std::abs(laboratory.bits_per_sequence() - sum / 5) < 0.1);  // of the last 500 of 501
  CHECK_FALSE(laboratory.solved());
}

TEST_CASE("a sample is what the network answers, step by step, with every kind of memory") {
  for (const std::string memory : {"lstm", "gru", "ntm", "dnc", "mann", "memory_bank", "temporal", "transformer"}) {
    CAPTURE(memory);
    lab::Laboratory laboratory(small_copy(memory));
    learn(laboratory, 50);
    const auto parameters = laboratory.parameters().values().clone();
    const auto sample = laboratory.sample(7, 3);
    CHECK(sample.sequences == 50);
    CHECK(sample.length == 7);
    CHECK(sample.number == 3);
    REQUIRE(sample.steps == 15);
    CHECK(sample.inputs == 5);
    CHECK(sample.outputs == 4);
    REQUIRE(sample.input.size() == 15 * 5);
    REQUIRE(sample.target.size() == 15 * 4);
    REQUIRE(sample.answer.size() == 15 * 4);
    REQUIRE(sample.scored.size() == 15);
    REQUIRE(sample.memory.size() == 15);
    CHECK(sample.episode.columns == 15);
    std::int64_t wrong = 0;
    for (std::size_t t = 0; t < 15; ++t) {
      CHECK(sample.scored[t] == (t > 7));
      for (std::size_t i = 0; i < 4; ++i) {
        const bool said = sample.answer[4 * t + i] > 0.5F;
        if (sample.scored[t] && said != (sample.target[4 * t + i] == 1)) ++wrong;
      }
    }
    CHECK(sample.wrong_bits == wrong);
    const auto* inputs = sample.episode.find(TraceRole::Input);
    REQUIRE(inputs != nullptr);
    CHECK(inputs->values == sample.input);
    const auto* outputs = sample.episode.find(TraceRole::Output);
    REQUIRE(outputs != nullptr);
    CHECK(outputs->values == sample.answer);
    CHECK(laboratory.sample(7, 3).answer == sample.answer);
    CHECK(laboratory.sample(7, 4).input != sample.input);
    CHECK(tests::equal_bits(parameters, laboratory.parameters().values()));
  }
}

TEST_CASE("the memory's picture of a sample fits the sequence's own answer") {
  const auto options = small_copy();
  lab::Laboratory laboratory(options);
  learn(laboratory, 200);
  const auto sample = laboratory.sample(4, 1);
  CHECK(sample.memory[0].kind == "ntm");
  CHECK(sample.memory[0].slots == 16);
  const auto* weights = sample.episode.find(TraceRole::WriteWeights, 0);
  REQUIRE(weights != nullptr);
  REQUIRE(weights->rows == 16);
  for (int t = 0; t < sample.steps; ++t) {
    double sum = 0;
    for (int slot = 0; slot < 16; ++slot)
      sum += weights->values[static_cast<std::size_t>(16 * t + slot)];
    CHECK(std::abs(sum - 1) < 1e-4);
  }
  for (std::size_t t = 1; t < sample.memory.size(); ++t)
    CHECK(sample.memory[t].before == sample.memory[t - 1].after);
}

TEST_CASE("options that cannot work are refused by name") {
  const auto refused = [](auto change, const std::string& why) {
    auto options = small_copy();
    change(options);
    CHECK_THROWS_WITH(lab::Laboratory(options), ContainsSubstring(why));
    CHECK_THROWS_AS(lab::Laboratory(options), core::UserError);
  };
  refused([](auto& o) { o.task = "copi"; }, "copi");
  refused([](auto& o) { o.sequences = 0; }, "sequences = 0");
  refused([](auto& o) { o.decay = -0.1; }, "decay = -0.1");
  refused([](auto& o) { o.hyperparameters.memory.kind = "none"; }, "memory.kind = none");
  refused([](auto& o) { o.hyperparameters.memory.kind = "tape"; }, "tape");
  refused(
      [](auto& o) {
        o.hyperparameters.memory.kind = "transformer";
        o.hyperparameters.memory.heads = 5;
      },
      "memory.heads = 5");
  lab::Laboratory laboratory(small_copy());
  CHECK_THROWS_AS(laboratory.sample(0, 0), core::UserError);
  CHECK_THROWS_AS(laboratory.wrong_bits(100'000, 1), core::UserError);
}

TEST_CASE("the learning rate falls to 0 over the last sequences") {
  auto options = small_copy();
  options.sequences = 40;
  options.decay = 0.5;
  lab::Laboratory falling(options);
  options.decay = 0;
  lab::Laboratory constant(options);
  learn(falling, 20);
  learn(constant, 20);
  CHECK(tests::equal_bits(falling.parameters().values(), constant.parameters().values()));
  const auto step = [](lab::Laboratory& laboratory, std::int64_t sequences) {
    const auto before = laboratory.parameters().values().clone();
    learn(laboratory, sequences);
    return (laboratory.parameters().values() - before).norm().item<double>();
  };
  const double first = step(falling, 21);
  CHECK(first == Approx(step(constant, 21)));  // the whole rate still
  learn(falling, 39);
  learn(constant, 39);
  CHECK(step(falling, 40) < 0.2 * step(constant, 40));  // a twentieth of the rate
  const auto done = falling.parameters().values().clone();
  learn(falling, 42);
  CHECK(tests::equal_bits(falling.parameters().values(), done));
}

TEST_CASE("the loss of bits is Torch's own, with its gradient", "[lab]") {
  torch::manual_seed(3);
  const auto logits = (torch::randn({5, 3, 4}) * 6).requires_grad_();
  const auto target = (torch::rand({5, 3, 4}) > 0.5).to(torch::kFloat);
  const auto expected = torch::binary_cross_entropy_with_logits(logits, target);
  expected.backward();
  const auto loss = lab::bit_loss(logits, target);
  CHECK(loss.value == Approx(expected.item<double>()).epsilon(1e-6));
  CHECK(torch::allclose(loss.gradient, logits.grad(), 1e-5, 1e-8));
  const auto wrong = (logits > 0).ne(target > 0.5).sum(at::IntArrayRef{0, 2});
  for (std::int64_t b = 0; b < 3; ++b)
    CHECK(loss.wrong[static_cast<std::size_t>(b)] == wrong[b].item<std::int64_t>());
}

}  // namespace qarium::lab_laboratory_test
