// The five stages in a row: shapes, counts, and values against the same layers written out by hand.
#include <torch/torch.h>

#include <cstdint>
#include <string>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/env/registry.hpp"
#include "engine/nn/initialisation.hpp"
#include "engine/nn/network.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning.hpp"

namespace qarium::nn_network_test {

using Shape = std::vector<std::int64_t>;

namespace {

env::Box box(const Shape& shape) {
  env::Box space;
  space.shape = shape;
  return space;
}

torch::Tensor observations(const env::EnvironmentSpec& spec, std::int64_t batch) {
  Shape shape = {batch};
  shape.insert(shape.end(), spec.observation_space.shape.begin(), spec.observation_space.shape.end());
  return tests::normal_tensor(shape, 5);
}

config::Hyperparameters for_environment(const std::string& id) {
  config::Hyperparameters h;
  h.environment.id = id;
  if (id.starts_with("MinAtar/")) h.encoder.kind = "grid_conv";
  return h;
}

/// Linear layers with ReLU between them, from the named parameters `prefix`0, `prefix`1, ...
torch::Tensor stream_by_hand(nn::Network& network, const std::string& prefix, std::int64_t layers, torch::Tensor x) {
  const auto named = network.named_parameters();
  for (std::int64_t i = 0; i < layers; ++i) {
    const auto name = prefix + std::to_string(i);
    if (i > 0) x = torch::relu(x);
    x = torch::matmul(x, named[name + ".weight"].t()) + named[name + ".bias"];
  }
  return x;
}

}  // namespace

TEST_CASE("every preset's network gives the numbers of each action, and a critic's V(s) behind them") {
  for (const auto& preset : config::presets()) {
    for (const bool dueling : {false, true}) {
      INFO(preset.name << (dueling ? ", dueling" : ""));
      auto h = preset.hyperparameters;
      h.head.dueling = dueling;
      const auto spec = tests::spec_of(h);
      nn::Network network(h, spec);
      const auto input = observations(spec, 3);
      const auto before = input.clone();
      const auto values = network.forward(input);
      const auto of_action = nn::returns_of(h, spec).numbers;
      CHECK(values.sizes().vec() == Shape{3, spec.action_space.n() * of_action + (config::has_critic(h) ? 1 : 0)});
      CHECK(values.scalar_type() == torch::kFloat);
      CHECK(torch::equal(input, before));
      nn::Probe probe;
      const auto probed = network.forward(input, &probe);
      // A memory's fused step agrees with the twin that reports to 1e-5; everything else is the same computation.
      CHECK((network.recurrent() ? torch::allclose(probed, values, 1e-5, 1e-5) : torch::equal(probed, values)));
      // A batch is judged row by row.
      CHECK(torch::allclose(network.forward(input.narrow(0, 1, 1)), values.narrow(0, 1, 1), 1e-5, 1e-6));
    }
  }
}

TEST_CASE("every environment has an encoder that reads it, and every kind of the table is known") {
  for (const auto id : env::ids()) {
    INFO(id);
    const auto h = for_environment(std::string(id));
    const auto spec = tests::spec_of(h);
    nn::Network network(h, spec);
    CHECK(network.forward(observations(spec, 2)).sizes().vec() == Shape{2, spec.action_space.n()});
  }

  const Shape frame = {4, 84, 84};
  for (const auto choice : config::parameter("encoder.kind").choices) {
    config::EncoderOptions options;
    options.kind = choice;
    auto space = box(choice == "symbol" ? Shape{4, 84} : frame);
    space.type = env::ScalarType::Uint8;
    space.low = {0};
    space.high = {9};
    CHECK_NOTHROW(nn::make_encoder(options, {space, false}));
  }
  for (const auto choice : config::parameter("attention.kind").choices) {
    CHECK_NOTHROW(nn::make_attention({std::string(choice)}, {nn::TokenGrid{1, 1, 3}, 4}));
  }
  for (const auto choice : config::parameter("memory.kind").choices)
    CHECK_NOTHROW(nn::make_memory({std::string(choice)}, 4));
  for (const auto choice : config::parameter("fusion.kind").choices)
    CHECK_NOTHROW(nn::make_fusion({std::string(choice)}, 4, 3));
  CHECK_THROWS_WITH(nn::make_attention({"dot-ish"}, {nn::TokenGrid{1, 1, 3}, 4}),
                    ContainsSubstring("attention.kind") && ContainsSubstring("'dot-ish'") && ContainsSubstring("none"));
  CHECK_THROWS_AS(nn::make_memory({"lstmm"}, 4), core::UserError);
  CHECK_THROWS_AS(nn::make_fusion({"sum"}, 4, 3), core::UserError);
}

TEST_CASE("encoders give tokens with positions, as many and as wide as they say") {
  struct Case {
    std::string kind;
    Shape observation;
    bool attended;
    Shape tokens;
    nn::TokenPosition first;
    nn::TokenPosition last;
  };
  const std::vector<Case> cases = {
      {"mlp", {4}, false, {1, 24}, {}, {}},
      {"mlp", {2, 3, 5}, false, {1, 24}, {}, {}},
      {"grid_conv", {4, 10, 10}, false, {64, 7}, {0, 1, 1}, {0, 8, 8}},
      {"grid_conv", {4, 10, 10}, true, {100, 7}, {0, 0, 0}, {0, 9, 9}},
      {"grid_conv", {1, 3, 5}, false, {3, 7}, {0, 1, 1}, {0, 1, 3}},
      {"nature_conv", {4, 84, 84}, false, {49, 64}, {0, 17.5F, 17.5F}, {0, 65.5F, 65.5F}},
      {"nature_conv", {4, 84, 84}, true, {196, 64}, {0, 17.5F, 17.5F}, {3, 65.5F, 65.5F}},
  };
  for (const auto& [kind, observation, attended, tokens, first, last] : cases) {
    INFO(kind << (attended ? ", attended" : ""));
    config::EncoderOptions options;
    options.kind = kind;
    options.width = 24;
    options.layers = 2;
    options.channels = 7;
    options.frames = attended ? "separate" : "stacked";
    const auto encoder = nn::make_encoder(options, {box(observation), attended});
    CHECK(encoder->output_shape() == tokens);
    CHECK_FALSE(encoder->layers().empty());
    const auto positions = encoder->grid().positions();
    REQUIRE(static_cast<std::int64_t>(positions.size()) == tokens[0]);
    CHECK((positions.front().row == first.row && positions.front().column == first.column));
    CHECK((positions.back().row == last.row && positions.back().column == last.column));
    CHECK(positions.back().frame == last.frame);
    Shape input = {2};
    input.insert(input.end(), observation.begin(), observation.end());
    CHECK(encoder->forward(tests::normal_tensor(input, 6)).sizes().vec() == Shape{2, tokens[0], tokens[1]});
  }
}

TEST_CASE("encoders that cannot read an observation say so") {
  config::EncoderOptions options;
  const auto refused = [&](const std::string& kind, const Shape& shape) {
    options.kind = kind;
    CHECK_THROWS_AS(nn::make_encoder(options, {box(shape), false}), core::UserError);
    CHECK_THROWS_WITH(nn::make_encoder(options, {box(shape), false}), ContainsSubstring("encoder.kind"));
  };
  refused("grid_conv", {4});
  refused("grid_conv", {4, 2, 10});
  refused("nature_conv", {4, 10, 10});
  refused("nature_conv", {84, 84});
  refused("resnet", {4, 84, 84});
  auto h = config::preset("cartpole").hyperparameters;
  h.encoder.kind = "grid_conv";
  CHECK_THROWS_AS(nn::Network(h, tests::spec_of(h)), core::UserError);
}

TEST_CASE("grid_conv is a 3x3 convolution whose tokens run row by row") {
  config::EncoderOptions options;
  options.kind = "grid_conv";
  options.channels = 5;
  const auto input = tests::normal_tensor({2, 4, 10, 10}, 7);
  for (const bool attended : {false, true}) {
    const auto encoder = nn::make_encoder(options, {box({4, 10, 10}), attended});
    nn::initialise(*encoder, core::RandomStream(1, core::Purpose::Test, 3));
    const auto named = encoder->named_parameters();
    const auto maps = torch::relu(torch::conv2d(input, named["conv.weight"], named["conv.bias"], 1, attended ? 1 : 0));
    const auto tokens = encoder->forward(input);
    const auto columns = maps.size(3);
    for (const auto& [row, column] : {std::pair{0, 0}, std::pair{2, 5}, std::pair{7, 7}}) {
      CHECK(
          torch::allclose(tokens.select(1, row * columns + column), maps.select(3, column).select(2, row), 1e-5, 1e-6));
    }
  }
}

TEST_CASE("nature_conv scales bytes to 0 .. 1 before its three convolutions") {
  config::EncoderOptions options;
  options.kind = "nature_conv";
  const auto encoder = nn::make_encoder(options, {box({4, 84, 84}), false});
  const auto input = tests::normal_tensor({1, 4, 84, 84}, 8).abs() * 100;
  const auto named = encoder->named_parameters();
  const auto layer = [&](const torch::Tensor& x, const std::string& name, std::int64_t stride) {
    return torch::relu(torch::conv2d(x, named[name + ".weight"], named[name + ".bias"], stride));
  };
  const auto maps = layer(layer(layer(input / 255, "conv1", 4), "conv2", 2), "conv3", 1);
  CHECK(torch::allclose(encoder->forward(input), maps.flatten(2).transpose(1, 2), 1e-4, 1e-6));
}

TEST_CASE("nature_conv with separate frames gives each frame the tokens that it has alone") {
  config::EncoderOptions options;
  options.kind = "nature_conv";
  options.frames = "separate";
  const auto encoder = nn::make_encoder(options, {box({3, 84, 84}), true});
  const auto input = tests::normal_tensor({2, 3, 84, 84}, 8).abs() * 100;
  const auto tokens = encoder->forward(input);
  REQUIRE(tokens.sizes().vec() == Shape{2, 147, 64});
  const auto alone = nn::make_encoder(options, {box({1, 84, 84}), true});
  const torch::NoGradGuard no_grad;
  for (const auto& parameter : encoder->named_parameters())
    alone->named_parameters()[parameter.key()].copy_(parameter.value());
  for (std::int64_t frame = 0; frame < 3; ++frame) {
    CHECK(torch::allclose(alone->forward(input.narrow(1, frame, 1)), tokens.narrow(1, 49 * frame, 49), 1e-5, 1e-6));
  }
}

TEST_CASE("an mlp with a head is what its layers say, for any number of them") {
  for (const auto& [encoder_layers, head_layers] : {std::pair{1, 1}, std::pair{3, 0}, std::pair{2, 2}}) {
    INFO(encoder_layers << " and " << head_layers);
    auto h = for_environment("CartPole-v1");
    h.encoder.layers = encoder_layers;
    h.head.layers = head_layers;
    const auto spec = tests::spec_of(h);
    nn::Network network(h, spec);
    const auto input = observations(spec, 5);
    const auto token = torch::relu(stream_by_hand(network, "encoder.linear", encoder_layers, input));
    const auto values = stream_by_hand(network, "head.q.", head_layers + 1, token);
    CHECK(torch::allclose(network.forward(input), values, 1e-5, 1e-6));
  }
}

TEST_CASE("a dueling head's mean over the actions is the state's value") {
  for (const std::int64_t layers : {0, 1, 2}) {
    config::HeadOptions options;
    options.dueling = true;
    options.width = 20;
    options.layers = layers;
    auto h = for_environment("CartPole-v1");
    h.environment.id = "Acrobot-v1";
    h.head = options;
    nn::Network network(h, tests::spec_of(h));
    const auto input = observations(tests::spec_of(h), 5);
    const auto token = torch::relu(stream_by_hand(network, "encoder.linear", 1, input));
    const auto advantage = stream_by_hand(network, "head.advantage.", layers + 1, token);
    const auto value = stream_by_hand(network, "head.value.", layers + 1, token);
    const auto q = network.forward(input);
    CHECK(torch::allclose(q, value + advantage - advantage.mean(1, true), 1e-5, 1e-6));
    CHECK((q - value).mean(1).abs().max().item<float>() < 1e-6);
    CHECK(advantage.mean(1).abs().max().item<float>() > 1e-3);
  }
}

TEST_CASE("the network's description counts what is there") {
  auto h = config::preset("breakout-dqn").hyperparameters;
  h.head.dueling = true;
  nn::Network network(h, tests::spec_of(h));
  const auto view = network.view();
  CHECK(view.observation == Shape{4, 10, 10});
  CHECK(view.actions == 6);
  REQUIRE(view.blocks.size() == 5);
  const std::vector<std::string> kinds = {"grid_conv", "none", "none", "concat", "dueling"};
  const std::vector<Shape> outputs = {{64, 16}, {1024}, {0}, {1024}, {6}};
  const std::int64_t conv = 4 * 16 * 9 + 16;
  const std::int64_t head = 2 * (1024 * 128 + 128) + 128 * 6 + 6 + 128 + 1;
  const std::vector<std::int64_t> counts = {conv, 0, 0, 0, head};
  for (std::size_t i = 0; i < 5; ++i) {
    INFO(i);
    CHECK(view.blocks[i].stage == core::kStages[i]);
    CHECK(view.blocks[i].kind == kinds[i]);
    CHECK(view.blocks[i].output == outputs[i]);
    CHECK(view.blocks[i].parameters == counts[i]);
  }
  CHECK(view.parameters == conv + head);
  CHECK(view.blocks[0].layers == std::vector<std::string>{"conv 3x3, 4 -> 16, relu"});
  CHECK(view.blocks[4].layers.size() == 3);

  nn::Network plain(config::preset("cartpole").hyperparameters,
                    tests::spec_of(config::preset("cartpole").hyperparameters));
  CHECK(plain.view().blocks[0].layers == std::vector<std::string>{"linear 4 -> 256, relu"});
  CHECK(plain.view().blocks[4].kind == "mlp");
  CHECK(plain.view().parameters == 4 * 256 + 256 + 256 * 256 + 256 + 256 * 2 + 2);
}

}  // namespace qarium::nn_network_test
