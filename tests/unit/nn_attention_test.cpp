// Attention against torch.nn on the same weights, against plain loops in double, and what must hold of any weights.
#include <torch/torch.h>

#include <cmath>
#include <string>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/nn/attention/attention.hpp"
#include "engine/nn/attention/masked_softmax.hpp"
#include "engine/nn/attention/regions.hpp"
#include "engine/nn/attention/token_embedding.hpp"
#include "engine/nn/attention/transformer_block.hpp"
#include "engine/nn/initialisation.hpp"
#include "tests/catch.hpp"
#include "tests/unit/gradient_check.hpp"
#include "tests/unit/learning.hpp"
#include "tests/unit/reference_tensors.hpp"

namespace qarium::nn_attention_test {

using tests::adopt;
using tests::largest_difference;
using torch::Tensor;

namespace {

tests::NamedTensors reference() {
  return tests::reference_tensors("attention.txt");
}

void draw(torch::nn::Module& module, std::uint32_t index, double scale) {
  const torch::NoGradGuard no_grad;
  for (auto& parameter : module.parameters())
    parameter.copy_(scale * tests::normal_tensor(parameter.sizes().vec(), index++));
}

config::AttentionOptions options(const std::string& kind, const std::string& query) {
  config::AttentionOptions o;
  o.kind = kind;
  o.query = query;
  o.width = 12;
  o.heads = 3;
  o.positions = "sinusoidal";
  o.region = 2;
  o.blocks = 2;
  o.feedforward = 10;
  return o;
}

/// 2 frames of 3 x 4 tokens, regions of 2 x 2 that do not fit evenly.
nn::AttentionInputs inputs() {
  return {nn::TokenGrid{2, 3, 4}, 5, 3, 6};
}

const std::vector<std::string> kKinds = {"additive", "dot", "scaled_dot", "multi_head", "transformer", "hierarchical"};
const std::vector<std::string> kQueries = {"learned", "memory", "action", "self"};

template <class F>
void for_every_combination(F f) {
  for (const auto& kind : kKinds) {
    for (const auto& query : kQueries) {
      INFO(kind << ", " << query);
      auto attention = nn::make_attention(options(kind, query), inputs());
      nn::initialise(*attention, core::RandomStream(3, core::Purpose::Test, 1));
      f(*attention, query);
    }
  }
}

}  // namespace

TEST_CASE("multi_head agrees with torch.nn.MultiheadAttention, masked too", "[nn]") {
  const auto from = reference();
  const auto queries = GENERATE(nn::Queries::Few, nn::Queries::Many);
  const auto pooling = nn::make_pooling("multi_head", 12, 12, 3, queries);
  REQUIRE(adopt(*pooling, from, "multi_head.") == 8);
  const auto seen = from.at("multi_head.seen").to(torch::kBool).unsqueeze(1);
  for (const std::string name : {"plain", "masked"}) {
    const auto tokens = from.at("multi_head.tokens").clone().requires_grad_();
    const auto attended = pooling->attend(from.at("multi_head.queries"), pooling->prepare(tokens),
                                          name == "masked" ? seen : Tensor(), nullptr);
    attended.output.square().sum().backward();
    CHECK(largest_difference(attended.output, from.at("multi_head." + name + ".output")) < 1e-12);
    CHECK(largest_difference(attended.weights, from.at("multi_head." + name + ".weights")) < 1e-12);
    CHECK(largest_difference(tokens.grad(), from.at("multi_head." + name + ".tokens_gradient")) < 1e-11);
  }
  pooling->to(torch::kFloat);
  const auto tokens = from.at("multi_head.tokens").to(torch::kFloat);
  const auto attended =
      pooling->attend(from.at("multi_head.queries").to(torch::kFloat), pooling->prepare(tokens), {}, nullptr);
  CHECK(largest_difference(attended.output, from.at("multi_head.plain.output")) < 1e-5);
}

TEST_CASE("a transformer block agrees with torch.nn.TransformerEncoderLayer", "[nn]") {
  const auto from = reference();
  nn::TransformerBlock block(12, 3, 20, false);
  REQUIRE(adopt(block, from, "block.") == 16);
  const auto tokens = from.at("block.tokens").clone().requires_grad_();
  const auto attended = block.forward(tokens, {}, nullptr);
  attended.output.square().sum().backward();
  CHECK(largest_difference(attended.output, from.at("block.result")) < 1e-11);
  CHECK(largest_difference(tokens.grad(), from.at("block.tokens_gradient")) < 1e-10);
}

TEST_CASE("every score is what its formula says, by a loop in double", "[nn]") {
  const std::int64_t n = 6;
  const std::int64_t width = 5;
  const auto many = GENERATE(nn::Queries::Few, nn::Queries::Many);
  for (const std::string kind : {"additive", "dot", "scaled_dot"}) {
    INFO(kind);
    const auto pooling = nn::make_pooling(kind, 4, width, 1, many);
    draw(*pooling, 30, 0.7);
    const auto float_tokens = tests::normal_tensor({2, n, width}, 41);
    const auto float_queries = tests::normal_tensor({2, 3, 4}, 42);
    const auto in_float =
        pooling->attend(float_queries, pooling->prepare(float_tokens), {}, nullptr).output.to(torch::kDouble);
    pooling->to(torch::kDouble);
    const auto tokens = float_tokens.to(torch::kDouble);
    const auto queries = float_queries.to(torch::kDouble);
    const auto attended = pooling->attend(queries, pooling->prepare(tokens), {}, nullptr);
    const auto p = pooling->named_parameters();
    for (std::int64_t b = 0; b < 2; ++b) {
      for (std::int64_t a = 0; a < 3; ++a) {
        const auto q = torch::mv(p["query.weight"], queries[b][a]) + p["query.bias"];
        std::vector<double> scores;
        double largest = -1e300;
        for (std::int64_t j = 0; j < n; ++j) {
          const auto k = torch::mv(p["key.weight"], tokens[b][j]);
          double e = 0;
          for (std::int64_t i = 0; i < width; ++i) {
            const double qi = q[i].item<double>();
            const double ki = k[i].item<double>();
            e += kind == "additive" ? p["energy.weight"][0][i].item<double>() * std::tanh(qi + ki) : qi * ki;
          }
          if (kind == "scaled_dot") e /= std::sqrt(static_cast<double>(width));
          scores.push_back(e);
          largest = std::max(largest, e);
        }
        double sum = 0;
        for (auto& e : scores)
          sum += e = std::exp(e - largest);
        auto output = torch::zeros({width}, torch::kDouble);
        for (std::int64_t j = 0; j < n; ++j) {
          const double alpha = scores[static_cast<std::size_t>(j)] / sum;
          CHECK(std::abs(attended.weights[b][0][a][j].item<double>() - alpha) < 1e-10);
          output += alpha * (torch::mv(p["value.weight"], tokens[b][j]) + p["value.bias"]);
        }
        CHECK(largest_difference(attended.output[b][a], output) < 1e-10);
      }
    }
    CHECK(tests::relative_difference(in_float, attended.output, 0.1) < 1e-5);
  }
}

TEST_CASE("hierarchical weights are level 1 times level 2, by a loop", "[nn]") {
  const auto in = inputs();
  auto attention = nn::make_attention(options("hierarchical", "action"), in);
  draw(*attention, 60, 0.5);
  attention->to(torch::kDouble);
  const auto tokens = tests::normal_tensor({1, 24, 5}, 61).to(torch::kDouble);
  nn::Probe probe;
  attention->forward(tokens, {}, &probe);
  const auto weights = probe.attention->weights;
  REQUIRE(weights.sizes().vec() == std::vector<std::int64_t>{1, 1, 3, 24});
  const auto p = attention->named_parameters();
  const auto linear = [&](const std::string& name, const Tensor& x) {
    const auto y = torch::matmul(x, p[name + ".weight"].t());
    const auto* bias = p.find(name + ".bias");
    return bias == nullptr ? y : y + *bias;
  };
  nn::TokenEmbedding embedding(5, 12, in.grid, "sinusoidal", true);
  embedding.to(torch::kDouble);
  {
    const torch::NoGradGuard no_grad;
    for (auto& item : embedding.named_parameters())
      item.value().copy_(p["embedding." + item.key()]);
  }
  const auto x = embedding.forward(tokens)[0];
  const double scale = 1 / std::sqrt(12.0);
  for (std::int64_t a = 0; a < 3; ++a) {
    const auto q = p["query.vectors.weight"][a];
    const auto e1 = torch::mv(linear("readout.key", x), linear("readout.cell_query", q)) * scale;
    std::vector<std::vector<std::int64_t>> regions(8);
    for (std::int64_t j = 0; j < 24; ++j)
      regions[static_cast<std::size_t>(j / 12 * 4 + j % 12 / 4 / 2 * 2 + j % 4 / 2)].push_back(j);
    auto first = torch::zeros({24}, torch::kDouble);
    std::vector<Tensor> e2;
    for (const auto& members : regions) {
      auto summary = torch::zeros({12}, torch::kDouble);
      double sum = 0;
      for (const auto j : members)
        sum += std::exp(e1[j].item<double>());
      for (const auto j : members) {
        first[j] = std::exp(e1[j].item<double>()) / sum;
        summary += first[j] * linear("readout.value", x[j]);
      }
      e2.push_back(linear("readout.region_key", summary).dot(linear("readout.region_query", q)) * scale);
    }
    const auto second = torch::softmax(torch::stack(e2), 0);
    for (std::size_t r = 0; r < regions.size(); ++r) {
      for (const auto j : regions[r]) {
        const double expected = (first[j] * second[static_cast<std::int64_t>(r)]).item<double>();
        CHECK(std::abs(weights[0][0][a][j].item<double>() - expected) < 1e-10);
      }
    }
  }
}

TEST_CASE("gradients of every kind and query agree with central differences", "[nn]") {
  for_every_combination([](nn::Attention& attention, const std::string&) {
    attention.to(torch::kDouble);
    auto tokens = tests::normal_tensor({2, 24, 5}, 70).to(torch::kDouble).requires_grad_();
    auto remembered = tests::normal_tensor({2, 6}, 71).to(torch::kDouble).requires_grad_();
    const auto direction = tests::normal_tensor({2, 3, 12}, 72).to(torch::kDouble);
    const auto loss = [&] {
      const auto out = attention.forward(tokens, remembered, nullptr);
      return (out.dim() == 3 ? out * direction : out * direction.select(1, 0)).sum();
    };
    auto leaves = tests::parameters_of(attention);
    leaves.emplace_back("tokens", tokens);
    tests::check_gradients(leaves, loss, 3);
    for (const auto& [name, leaf] : leaves) {
      INFO(name);
      CHECK(leaf.grad().defined());
    }
  });
}

TEST_CASE("weights are shares, a probe changes nothing, a batch is judged row by row", "[nn]") {
  for_every_combination([](nn::Attention& attention, const std::string& query) {
    const torch::NoGradGuard no_grad;
    const auto tokens = tests::normal_tensor({5, 24, 5}, 80);
    const auto remembered = tests::normal_tensor({5, 6}, 81);
    const auto plain = attention.forward(tokens, remembered, nullptr);
    nn::Probe probe;
    CHECK(largest_difference(attention.forward(tokens, remembered, &probe), plain) <= 1e-6);
    CHECK(largest_difference(attention.forward(tokens.narrow(0, 3, 1), remembered.narrow(0, 3, 1), nullptr),
                             plain.narrow(0, 3, 1)) < 1e-5);
    const std::vector<std::int64_t> shape =
        query == "action" ? std::vector<std::int64_t>{5, 3, 12} : std::vector<std::int64_t>{5, 12};
    CHECK(plain.sizes().vec() == shape);
    const auto weights = probe.attention->weights;
    CHECK(weights.size(3) == 24);
    CHECK(weights.min().item<float>() >= 0);
    CHECK(largest_difference(weights.sum(3), torch::ones({5, weights.size(1), weights.size(2)})) < 1e-5);
    const auto entropy = probe.attention->entropy;
    CHECK(entropy.min().item<float>() >= 0);
    CHECK(entropy.max().item<float>() <= std::log(24.0F) + 1e-5F);
    if (probe.attention->matrix.defined()) {
      CHECK(largest_difference(probe.attention->matrix.sum(3), torch::ones({5, weights.size(1), 24})) < 1e-5);
    }
  });
}

TEST_CASE("uniform attention and silenced heads do what they say", "[nn]") {
  for_every_combination([](nn::Attention& attention, const std::string&) {
    const torch::NoGradGuard no_grad;
    const auto tokens = tests::normal_tensor({2, 24, 5}, 90);
    const auto remembered = tests::normal_tensor({2, 6}, 91);
    const auto plain = attention.forward(tokens, remembered, nullptr);
    nn::Probe uniform{.intervention = {.uniform_attention = true}};
    const auto changed = attention.forward(tokens, remembered, &uniform);
    CHECK(largest_difference(changed, plain) > 1e-5);
    const auto weights = uniform.attention->weights;
    if (!uniform.attention->matrix.defined()) {
      CHECK(largest_difference(weights, torch::full_like(weights, 1.0 / 24)) < 1e-6);
    }
    nn::Probe silenced{.intervention = {.silenced_heads = {0}}};
    CHECK(largest_difference(attention.forward(tokens, remembered, &silenced), plain) > 1e-5);
    CHECK(silenced.attention->weights.select(1, 0).abs().max().item<float>() == 0);
    nn::Probe nothing;
    CHECK(largest_difference(attention.forward(tokens, remembered, &nothing), plain) <= 1e-6);
  });
}

TEST_CASE("masked rows: what is hidden weighs nothing, a row of nothing gives zeros and no NaN", "[nn]") {
  auto scores = tests::normal_tensor({2, 3, 4}, 95).requires_grad_();
  auto mask = torch::ones({2, 3, 4}, torch::kBool);
  mask[0][1].fill_(false);
  mask[1][2][0] = false;
  const auto weights = nn::masked_softmax(scores, mask);
  CHECK(weights[0][1].abs().max().item<float>() == 0);
  CHECK(weights[1][2][0].item<float>() == 0);
  CHECK(std::abs(weights[1][2].sum().item<float>() - 1) < 1e-6F);
  weights.square().sum().backward();
  CHECK(scores.grad().isfinite().all().item<bool>());
  CHECK(scores.grad()[0][1].abs().max().item<float>() == 0);
  // Huge scores do not overflow, and order nothing but the largest.
  const auto huge = nn::masked_softmax(1e30 * tests::normal_tensor({1, 1, 4096}, 96), {});
  CHECK(huge.isfinite().all().item<bool>());
  CHECK(std::abs(huge.sum().item<float>() - 1) < 1e-5F);
}

TEST_CASE("ten thousand tokens and large activations stay finite", "[nn]") {
  const torch::NoGradGuard no_grad;
  for (const std::string kind : {"additive", "dot", "scaled_dot", "multi_head", "hierarchical"}) {
    INFO(kind);
    auto o = options(kind, "learned");
    auto attention = nn::make_attention(o, {nn::TokenGrid{1, 100, 100}, 5, 3, 0});
    nn::initialise(*attention, core::RandomStream(3, core::Purpose::Test, 1));
    CHECK(
        attention->forward(1e4 * tests::normal_tensor({1, 10'000, 5}, 97), {}, nullptr).isfinite().all().item<bool>());
  }
}

TEST_CASE("sinusoidal positions on one, two and three axes", "[nn]") {
  const auto time = torch::arange(0, 50, torch::kFloat).unsqueeze(1);
  const auto one = nn::sinusoidal_positions(time, 8);
  for (const std::int64_t t : {0, 1, 17, 49}) {
    for (std::int64_t pair = 0; pair < 4; ++pair) {
      const double angle = static_cast<double>(t) / std::pow(10'000.0, 2.0 * static_cast<double>(pair) / 8.0);
      CHECK(std::abs(one[t][2 * pair].item<double>() - std::sin(angle)) < 1e-5);
      CHECK(std::abs(one[t][2 * pair + 1].item<double>() - std::cos(angle)) < 1e-5);
    }
  }
  // Two and three axes: each one's share is the encoding of that axis alone; what is left over is zero.
  const auto places = torch::stack({time.squeeze(1), time.squeeze(1).flip(0)}, 1);
  const auto two = nn::sinusoidal_positions(places, 18);
  CHECK(largest_difference(two.narrow(1, 0, 8), one) == 0);
  CHECK(largest_difference(two.narrow(1, 8, 8), one.flip(0)) == 0);
  CHECK(two.narrow(1, 16, 2).abs().max().item<float>() == 0);
  const auto three = nn::sinusoidal_positions(torch::cat({places, 3 * time}, 1), 24);
  CHECK(largest_difference(three.narrow(1, 16, 8), nn::sinusoidal_positions(3 * time, 8)) == 0);
}

TEST_CASE("regions hold every token once", "[nn]") {
  for (const std::int64_t side : {1, 2, 3, 7}) {
    const nn::TokenGrid grid{2, 5, 4};
    const auto regions = nn::cut_into_regions(grid, side);
    CHECK(regions.mask.sum().item<std::int64_t>() == 40);
    const auto members = regions.tokens.masked_select(regions.mask);
    CHECK(std::get<0>(members.sort()).equal(torch::arange(40)));
    CHECK(regions.tokens.flatten().index_select(0, regions.place).equal(torch::arange(40)));
  }
}

TEST_CASE("the GTrXL gate begins close to passing the stream", "[nn]") {
  nn::StreamGate gate(6, true);
  {
    const torch::NoGradGuard no_grad;
    for (auto& item : gate.named_parameters()) {
      if (item.key() != "keep") item.value().zero_();
    }
  }
  const auto stream = tests::normal_tensor({2, 3, 6}, 98);
  const auto expected = stream * (1 - torch::sigmoid(torch::tensor(-2.0)));
  CHECK(largest_difference(gate.forward(stream, tests::normal_tensor({2, 3, 6}, 99)), expected) < 1e-6);
}

}  // namespace qarium::nn_attention_test
