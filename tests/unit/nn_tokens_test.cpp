// Things as tokens: rows of a matrix with absent ones, and observations of several parts, through every stage.
#include <torch/torch.h>

#include <string>
#include <vector>

#include "engine/agent/network/network_policy.hpp"
#include "engine/core/error.hpp"
#include "engine/inspect/empty_cells.hpp"
#include "engine/nn/initialisation.hpp"
#include "engine/nn/layout/part_layout.hpp"
#include "tests/catch.hpp"
#include "tests/unit/gradient_check.hpp"
#include "tests/unit/learning.hpp"
#include "tests/unit/reference_tensors.hpp"

namespace qarium::nn_tokens_test {

using tests::largest_difference;
using torch::Tensor;

namespace {

const std::vector<std::string> kKinds = {"additive", "dot", "scaled_dot", "multi_head", "transformer", "hierarchical"};
const std::vector<std::string> kQueries = {"learned", "memory", "action", "self", "first"};
constexpr std::int64_t kRows = 5;
constexpr std::int64_t kFeatures = 3;

env::EnvironmentSpec crowd() {
  env::EnvironmentSpec spec;
  spec.id = "crowd";
  spec.observation_space.shape = {kRows, kFeatures};
  spec.action_space.names = {"a", "b", "c"};
  return spec;
}

/// A map of 3 x 2 cells with two channels of names, a symbol of four, three numbers, and words.
env::EnvironmentSpec dict() {
  env::EnvironmentSpec spec;
  spec.id = "dict";
  auto& space = spec.observation_space;
  space.parts = {{"image", env::PartKind::Numbers, 0, {2, 3, 2}, true},
                 {"direction", env::PartKind::Symbol, 12, {4}, true},
                 {"speed", env::PartKind::Numbers, 16, {3}, false},
                 {"mission", env::PartKind::Words, 19, {6}, true}};
  space.shape = {25};
  space.low.assign(25, 0);
  space.high.assign(25, 1);
  std::fill_n(space.high.begin(), 12, 10.0F);
  spec.action_space.names = {"a", "b", "c"};
  return spec;
}

config::Hyperparameters small(const std::string& encoder, const std::string& attention, const std::string& query,
                              const std::string& memory) {
  config::Hyperparameters h;
  h.encoder.kind = encoder;
  h.encoder.width = 6;
  h.encoder.layers = 2;
  h.attention.kind = attention;
  h.attention.query = query;
  h.attention.width = 12;
  h.attention.heads = 3;
  h.attention.positions = "none";
  h.attention.region = 2;
  h.attention.blocks = 2;
  h.attention.feedforward = 10;
  h.memory.kind = memory;
  h.memory.hidden = 6;
  h.memory.length = 4;
  h.head.width = 8;
  return h;
}

/// Rows of which some are absent: those of the first observation 1 and 4, all of the second, none of the third.
Tensor crowds(std::uint32_t index = 5) {
  auto x = tests::normal_tensor({3, kRows, kFeatures}, index);
  x[0][1].zero_();
  x[0][4].zero_();
  x[1].zero_();
  return x;
}

Tensor dicts(std::int64_t n) {
  auto x = tests::normal_tensor({n, 25}, 6);
  const auto image = (x.narrow(1, 0, 12).abs() * 4).floor().clamp(0, 10);
  x.narrow(1, 0, 12).copy_(image);
  x.narrow(1, 12, 4).copy_(torch::eye(4).repeat({(n + 3) / 4, 1}).narrow(0, 0, n));
  x.narrow(1, 19, 6).copy_((x.narrow(1, 19, 6) > 0).to(torch::kFloat));
  return x;
}

template <class F>
void for_every_attention(F f) {
  for (const auto& kind : kKinds) {
    for (const auto& query : kQueries) {
      INFO(kind << ", " << query);
      const auto h = small("rows", kind, query, query == "memory" ? "gru" : "none");
      nn::TokenGrid grid;
      grid.rows = kRows;
      grid.parts = {{"row", static_cast<int>(kRows), 1}};
      const auto attention = nn::make_attention(h.attention, {grid, 4, 3, 6});
      nn::initialise(*attention, core::RandomStream(3, core::Purpose::Test, 1));
      f(*attention, kind, query);
    }
  }
}

Tensor some_present() {
  auto present = torch::ones({3, kRows}, torch::kBool);
  present[0][1] = false;
  present[0][4] = false;
  present[1].fill_(false);
  return present;
}

}  // namespace

TEST_CASE("absent tokens weigh exactly nothing and say nothing, whoever asks") {
  for_every_attention([](nn::Attention& attention, const std::string& kind, const std::string& query) {
    const torch::NoGradGuard no_grad;
    const auto present = some_present();
    const auto tokens = tests::normal_tensor({3, kRows, 4}, 20);
    const auto memory = tests::normal_tensor({3, 6}, 21);
    nn::Probe probe;
    const auto out = attention.forward({tokens, present}, memory, &probe);
    const auto weights = probe.attention->weights;
    const auto absent = present.logical_not().view({3, 1, 1, kRows}).expand_as(weights);
    CHECK(weights.masked_select(absent).abs().max().item<float>() == 0);
    CHECK(largest_difference(weights[0].sum(-1), torch::ones_like(weights[0].sum(-1))) < 1e-5);
    CHECK(out.isfinite().all().item<bool>());
    // A wholly absent set.
    CHECK(out[1].abs().max().item<float>() == 0);
    CHECK(weights[1].abs().max().item<float>() == 0);
    CHECK(probe.attention->entropy.isfinite().all().item<bool>());
    // Whatever stands where nothing is makes no difference.
    auto other = tokens.clone();
    other.masked_fill_(present.logical_not().unsqueeze(2), 7.5);
    CHECK(torch::equal(attention.forward({other, present}, memory, nullptr),
                       attention.forward({tokens, present}, memory, nullptr)));
    // Where all are there the mask is none.
    CHECK(largest_difference(attention.forward({tokens, torch::ones_like(present)}, memory, nullptr),
                             attention.forward(tokens, memory, nullptr)) < 1e-6);
    // Uniform attention is uniform among those that are there.
    nn::Probe uniform{.intervention = {.uniform_attention = true}};
    attention.forward({tokens, present}, memory, &uniform);
    const auto even = uniform.attention->weights;
    CHECK(even.masked_select(absent).abs().max().item<float>() == 0);
    if (!uniform.attention->matrix.defined()) CHECK(std::abs(even[0][0][0][0].item<float>() - 1.0F / 3) < 1e-6F);
    // Without positions tokens are a set; regions and the one that asks have places.
    if (kind == "hierarchical" || query == "first") return;
    const auto order = torch::tensor({3, 0, 4, 1, 2});
    CHECK(largest_difference(
              attention.forward({tokens.index_select(1, order), present.index_select(1, order)}, memory, nullptr),
              out) < 1e-5);
  });
}

TEST_CASE("the others of the first token are a set") {
  const torch::NoGradGuard no_grad;
  for (const std::string kind : {"additive", "dot", "scaled_dot", "multi_head", "transformer"}) {
    INFO(kind);
    const auto h = small("rows", kind, "first", "none");
    nn::Network network(h, crowd());
    const auto x = crowds();
    const auto order = torch::tensor({0, 3, 4, 1, 2});
    CHECK(largest_difference(network.forward(x.index_select(1, order)), network.forward(x)) < 1e-5);
    CHECK(largest_difference(network.forward(x.index_select(1, torch::tensor({2, 0, 1, 3, 4}))), network.forward(x)) >
          1e-4);
  }
}

TEST_CASE("gradients through absent tokens agree with central differences") {
  for_every_attention([](nn::Attention& attention, const std::string&, const std::string&) {
    attention.to(torch::kDouble);
    auto tokens = tests::normal_tensor({3, kRows, 4}, 30).to(torch::kDouble).requires_grad_();
    auto memory = tests::normal_tensor({3, 6}, 31).to(torch::kDouble).requires_grad_();
    const auto direction = tests::normal_tensor({3, 3, 12}, 32).to(torch::kDouble);
    const auto present = some_present();
    const auto loss = [&] {
      const auto out = attention.forward({tokens, present}, memory, nullptr);
      return (out.dim() == 3 ? out * direction : out * direction.select(1, 0)).sum();
    };
    auto leaves = tests::parameters_of(attention);
    leaves.emplace_back("tokens", tokens);
    tests::check_gradients(leaves, loss, 3);
    CHECK(tokens.grad()[1].abs().max().item<double>() == 0);
    CHECK(tokens.grad()[0][4].abs().max().item<double>() == 0);
    for (const auto& [name, leaf] : leaves) {
      INFO(name);
      if (leaf.grad().defined()) CHECK(leaf.grad().isfinite().all().item<bool>());
    }
  });
}

TEST_CASE("rows: each row a token by the same layers, zeros where none is") {
  for (const bool standardise : {false, true}) {
    auto h = small("rows", "none", "learned", "none");
    h.encoder.standardise = standardise;
    const auto encoder = nn::make_encoder(h.encoder, {crowd().observation_space, true});
    nn::initialise(*encoder, core::RandomStream(1, core::Purpose::Test, 3));
    CHECK(encoder->output_shape() == std::vector<std::int64_t>{kRows, 6});
    CHECK(encoder->grid().tokens() == kRows);
    CHECK(encoder->grid().positions()[3].row == 3);
    const auto x = crowds();
    const auto tokens = encoder->tokens(x);
    CHECK(tokens.present.equal(some_present()));
    CHECK(tokens.values[1].abs().max().item<float>() == 0);
    CHECK(tokens.values[0][4].abs().max().item<float>() == 0);
    CHECK(tokens.values.isfinite().all().item<bool>());
    if (standardise) {
      // How large the numbers are makes no difference, nor where they begin.
      const auto moved = torch::where(tokens.present.unsqueeze(2), 40 * x + 300, x);
      CHECK(largest_difference(encoder->forward(moved), tokens.values) < 1e-3);
    } else {
      const auto named = encoder->named_parameters();
      auto row = torch::relu(torch::mv(named["linear0.weight"], x[2][3]) + named["linear0.bias"]);
      row = torch::relu(torch::mv(named["linear1.weight"], row) + named["linear1.bias"]);
      CHECK(largest_difference(tokens.values[2][3], row) < 1e-6);
    }
    encoder->to(torch::kDouble);
    const auto in_double = x.to(torch::kDouble);
    const auto direction = tests::normal_tensor({3, kRows, 6}, 33).to(torch::kDouble);
    tests::check_gradients(
        tests::parameters_of(*encoder), [&] { return (encoder->forward(in_double) * direction).sum(); }, 4);
  }
  const auto refused = [](std::vector<std::int64_t> shape) {
    env::Box space;
    space.shape = std::move(shape);
    config::EncoderOptions options;
    options.kind = "rows";
    CHECK_THROWS_AS(nn::make_encoder(options, {space, true}), core::UserError);
  };
  refused({4});
}

TEST_CASE("multi: each part gives its tokens by its kind, and says whose they are") {
  auto h = small("multi", "none", "learned", "none");
  const auto spec = dict();
  for (const std::string cells : {"names", "numbers"}) {
    INFO(cells);
    h.encoder.cells = cells;
    const auto encoder = nn::make_encoder(h.encoder, {spec.observation_space, true});
    nn::initialise(*encoder, core::RandomStream(1, core::Purpose::Test, 3));
    CHECK(encoder->output_shape() == std::vector<std::int64_t>{9, 6});
    const auto grid = encoder->grid();
    REQUIRE(grid.parts.size() == 4);
    CHECK((grid.parts[0].rows == 3 && grid.parts[0].columns == 2));
    CHECK(grid.tokens() == 9);
    CHECK(grid.positions()[5].row == 2);
    const auto x = dicts(4);
    const auto tokens = encoder->tokens(x);
    CHECK(!tokens.present.defined());
    // A part's numbers reach its own tokens alone: the image's cells one each, in all channels.
    const auto changed = [&](std::int64_t number) {
      auto other = x.clone();
      other.select(1, number) += 1;
      return (encoder->forward(other) - tokens.values).abs().amax({0, 2}).gt(0);
    };
    const auto only = [](std::int64_t token) {
      auto all = torch::zeros({9}, torch::kBool);
      all[token] = true;
      return all;
    };
    CHECK(changed(3).equal(only(3)));
    CHECK(changed(6 + 3).equal(only(3)));
    CHECK(changed(12).equal(only(6)));
    CHECK(changed(18).equal(only(7)));
    CHECK(changed(24).equal(only(8)));
    // What is emptied for the faithfulness test are the same numbers.
    const auto emptied = inspect::cells_of_tokens(spec.observation_space, grid);
    CHECK(emptied[3] == std::vector<int>{3, 9});
    CHECK(emptied[7] == std::vector<int>{16, 17, 18});
    encoder->to(torch::kDouble);
    const auto in_double = x.to(torch::kDouble);
    const auto direction = tests::normal_tensor({4, 9, 6}, 34).to(torch::kDouble);
    tests::check_gradients(
        tests::parameters_of(*encoder), [&] { return (encoder->forward(in_double) * direction).sum(); }, 5);
  }
}

TEST_CASE("multi: an observation without parts is one, a large picture has coarse tokens") {
  config::EncoderOptions options;
  options.kind = "multi";
  options.width = 6;
  env::Box vector;
  vector.shape = {7};
  CHECK(nn::make_encoder(options, {vector, true})->output_shape() == std::vector<std::int64_t>{1, 6});
  env::Box picture;
  picture.shape = {3, 84, 50};
  picture.type = env::ScalarType::Uint8;
  picture.low = {0};
  picture.high = {255};
  const auto layouts = nn::part_layouts(options, picture);
  REQUIRE(layouts.size() == 1);
  CHECK(layouts[0].kind == nn::PartLayout::Kind::NumberCells);
  CHECK(layouts[0].side == 6);
  const auto encoder = nn::make_encoder(options, {picture, true});
  CHECK(encoder->output_shape() == std::vector<std::int64_t>{14 * 9, 6});
  auto black = torch::zeros({1, 3, 84, 50});
  auto lit = black.clone();
  lit[0][1][83][49] = 255;
  const auto difference = (encoder->forward(lit) - encoder->forward(black)).abs().amax({0, 2});
  CHECK(difference.gt(0).sum().item<std::int64_t>() <= 1);
  CHECK(difference.narrow(0, 0, 14 * 9 - 1).max().item<float>() == 0);
}

TEST_CASE("things as tokens go through every stage: steps, sequences, and written out as in Torch's operations") {
  const auto compare = [](const config::Hyperparameters& h, const env::EnvironmentSpec& spec, const Tensor& seen) {
    agent::NetworkPolicy fused(h, spec, torch::kCPU);
    agent::NetworkPolicy plain(h, spec, torch::kCPU);
    plain.use_fused(false);
    const auto n = seen.size(0);
    auto numbers = std::vector<float>(seen.data_ptr<float>(), seen.data_ptr<float>() + seen.numel());
    const auto tensor = [&](std::span<const float> values) {
      return torch::tensor(std::vector<float>(values.begin(), values.end()));
    };
    const auto run = [&](agent::NetworkPolicy& policy) {
      if (h.memory.kind == "none") return tensor(policy.passes().forward(numbers, n, true));
      const nn::Previous before{torch::full({n / 3, 3}, 1, torch::kLong), torch::ones({n / 3, 3})};
      return tensor(policy.passes().sequence(
          {n / 3, 3, numbers, before, policy.network().initial_state(3), {1, torch::tensor({true, false, true})}},
          true));
    };
    const auto a = run(fused);
    const auto b = run(plain);
    CHECK(a.isfinite().all().item<bool>());
    CHECK(largest_difference(a, b) < 1e-5);
    for (auto* policy : {&fused, &plain}) {
      const auto down = tests::normal_tensor({a.numel()}, 8);
      std::vector<float> slope(down.data_ptr<float>(), down.data_ptr<float>() + down.numel());
      policy->parameters().zero_gradients();
      policy->passes().backward(slope);
    }
    const auto& gradient = plain.parameters().gradients();
    CHECK(gradient.isfinite().all().item<bool>());
    CHECK(gradient.abs().max().item<float>() > 0);
    CHECK(largest_difference(fused.parameters().gradients(), gradient) <
          1e-4 * std::max(1.0F, gradient.abs().max().item<float>()));
    if (h.memory.kind == "none") return;
    // The sequence is its steps.
    const torch::NoGradGuard no_grad;
    auto& network = plain.network();
    auto state = network.initial_state(3);
    const auto steps = seen.view([&] {
      auto sizes = seen.sizes().vec();
      sizes[0] = 3;
      sizes.insert(sizes.begin(), n / 3);
      return sizes;
    }());
    const nn::Previous one{torch::full({3}, 1, torch::kLong), torch::ones({3})};
    const auto wanted = b.view({n / 3, 3, -1});
    for (std::int64_t t = 0; t < n / 3; ++t) {
      auto out = network.step(steps[t], one, state);
      CHECK(largest_difference(out.values, wanted[t]) < 1e-4);
      state = std::move(out.state);
    }
  };
  const auto rows = torch::cat({crowds(5), crowds(9).flip(0)});
  for (const auto& kind : kKinds) {
    for (const auto& query : kQueries) {
      for (const std::string memory : {"none", "gru", "temporal"}) {
        if (query == "memory" && memory == "none") continue;
        INFO("rows, " << kind << ", " << query << ", " << memory);
        compare(small("rows", kind, query, memory), crowd(), rows);
      }
    }
    INFO("multi, " << kind);
    auto h = small("multi", kind, "learned", "lstm");
    h.attention.positions = kind == "dot" ? "learned" : "sinusoidal";
    compare(h, dict(), dicts(6));
  }
  for (const auto& memory : config::parameter("memory.kind").choices) {
    INFO(memory);
    auto h = small("rows", "none", "learned", std::string(memory));
    compare(h, crowd(), rows);
    h.attention.kind = "multi_head";
    h.attention.query = "first";
    compare(h, crowd(), rows);
    h = small("multi", "none", "learned", std::string(memory));
    compare(h, dict(), dicts(6));
  }
}

}  // namespace qarium::nn_tokens_test
