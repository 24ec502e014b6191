// How a network is: effective rank, dormant units, and drawing them anew (ReDo).
#include <torch/torch.h>

#include <cmath>
#include <vector>

#include "engine/agent/network/network_policy.hpp"
#include "engine/agent/network/optimizer.hpp"
#include "engine/nn/report/dormant_units.hpp"
#include "engine/nn/report/layer_activity.hpp"
#include "engine/train/learning_commands.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning.hpp"

namespace qarium::nn_health_test {

using torch::Tensor;

namespace {

config::Hyperparameters grid(bool attended = false) {
  auto h = config::preset("breakout-dqn").hyperparameters;
  h.encoder.channels = 6;
  h.head.width = 10;
  h.head.layers = 2;
  h.head.dueling = true;
  h.buffer_size = 600;
  h.learning_starts = 100;
  h.eval_freq = 0;
  if (attended) h.attention.kind = "dot";
  return h;
}

/// Lets a unit of a layer answer nothing.
void silence(agent::NetworkPolicy& policy, const std::string& layer, std::int64_t unit) {
  const torch::NoGradGuard no_grad;
  auto named = policy.network().named_parameters();
  named[layer + ".weight"][unit].fill_(-0.01);
  named[layer + ".bias"][unit].fill_(-5);
}

std::vector<std::vector<std::byte>> frames(std::size_t n, std::size_t bytes) {
  core::RandomStream stream(4, core::Purpose::Test, 0);
  std::vector<std::vector<std::byte>> all(n, std::vector<std::byte>(bytes));
  for (auto& frame : all)
    for (auto& cell : frame)
      cell = static_cast<std::byte>(stream.uniform() < 0.1 ? 1 : 0);
  return all;
}

}  // namespace

TEST_CASE("the effective rank is that of the singular values", "[nn]") {
  CHECK(nn::effective_rank(torch::eye(100)) == 99);
  CHECK(nn::effective_rank(torch::ones({50, 20})) == 1);
  CHECK(nn::effective_rank(torch::zeros({5, 4})) == 0);
  const auto values = torch::tensor({90.0, 9.5, 0.4, 0.1});
  CHECK(nn::effective_rank(torch::diag(values)) == 2);
}

TEST_CASE("a unit is dormant by its share of its layer's mean, not by its size", "[nn]") {
  const auto output = torch::tensor({{1.0, 0.02, 0.0, 1.0}, {1.0, 0.0, 0.0, 3.0}});
  CHECK(nn::dormant_units(output) == std::vector<std::int64_t>{1, 2});
  CHECK(nn::dormant_units(1e-6 * output) == std::vector<std::int64_t>{1, 2});
  const auto activity = nn::layer_activity(core::Stage::Head, "layer 1", output);
  CHECK(activity.dormant == 2);
  CHECK(activity.dead == 1);
  CHECK(activity.states == 2);
  CHECK(activity.effective_rank == 2);
}

TEST_CASE("ReDo draws dormant units anew, changes no value, and clears the moments of what it wrote", "[nn]") {
  const auto h = grid();
  agent::NetworkPolicy policy(h, tests::spec_of(h), torch::kCPU);
  agent::Optimizer optimizer(policy.parameters());
  {  // every unit answers every state, but for those that are silenced
    const torch::NoGradGuard no_grad;
    for (auto& its : policy.network().named_parameters())
      its.key().ends_with("bias") ? its.value().fill_(1.5) : its.value().mul_(0.05);
  }
  policy.parameters().gradients().copy_(tests::normal_tensor({policy.parameters().size()}, 2));
  optimizer.step(policy.parameters(), h);
  silence(policy, "encoder.conv", 2);
  silence(policy, "head.advantage.0", 3);
  silence(policy, "head.value.1", 7);
  const auto seen = frames(32, tests::spec_of(h).observation_space.bytes());
  const std::vector<std::span<const std::byte>> observations(seen.begin(), seen.end());
  const auto values_of = [&] {
    const auto its = policy.evaluate(observations).preferences;
    return std::vector<float>(its.begin(), its.end());
  };
  std::int64_t dormant = 0;
  for (const auto& layer : policy.layer_activity(observations))
    dormant += layer.dormant;
  REQUIRE(dormant == 3);
  const auto before = values_of();
  CHECK(policy.recycle_dormant(observations, optimizer, core::RandomStream(1, core::Purpose::Noise, 9)) == dormant);
  const auto after = values_of();
  for (std::size_t i = 0; i < before.size(); ++i)
    CHECK(after[i] == Approx(before[i]).margin(1e-5));

  auto named = policy.network().named_parameters();
  const auto tokens = policy.network().encoder().output_shape()[0];
  const auto bound = 1 / std::sqrt(4.0 * 9);
  CHECK(named["encoder.conv.weight"][2].abs().max().item<double>() <= bound);
  CHECK(named["encoder.conv.weight"][2].abs().mean().item<double>() > 0.2 * bound);
  CHECK(named["encoder.conv.bias"][2].item<float>() == 0);
  for (const char* reader : {"head.advantage.0.weight", "head.value.0.weight"}) {
    // Row 3 of the advantage's was drawn anew itself, afterwards.
    const auto columns = named[reader].view({10, tokens, 6}).select(2, 2).narrow(0, 4, 6);
    CHECK(columns.abs().max().item<float>() == 0);
  }
  CHECK(named["head.value.2.weight"].select(1, 7).abs().max().item<float>() == 0);
  CHECK(named["head.value.2.weight"].select(1, 6).abs().max().item<float>() > 0);

  for (const auto& slice : policy.parameters().slices()) {
    if (slice.name != "head.value.2.weight") continue;
    const auto moments = optimizer.square().narrow(0, slice.offset, 10);
    CHECK(moments[7].item<float>() == 0);
    CHECK(moments[6].item<float>() > 0);
  }
}

TEST_CASE("where attention stands between them the encoder's units stay as they are, the head's do not", "[nn]") {
  auto h = grid(true);
  for (const bool components : {false, true}) {
    if (components) {  // an encoder that says nothing of its weights
      h.environment.id = "CartPole-v1";
      h.encoder.kind = "mlp";
      h.encoder.width = 6;
    }
    INFO(h.encoder.kind);
    agent::NetworkPolicy policy(h, tests::spec_of(h), torch::kCPU);
    agent::Optimizer optimizer(policy.parameters());
    const std::string encoder = components ? "encoder.components" : "encoder.conv";
    silence(policy, encoder, 2);
    silence(policy, "head.advantage.0", 3);
    const auto seen = frames(8, tests::spec_of(h).observation_space.bytes());
    const std::vector<std::span<const std::byte>> observations(seen.begin(), seen.end());
    CHECK(policy.recycle_dormant(observations, optimizer, core::RandomStream(1, core::Purpose::Noise, 9)) > 0);
    const auto named = policy.network().named_parameters();
    CHECK(named[encoder + ".bias"][2].item<float>() == -5);
    CHECK(named["head.advantage.0.bias"][3].item<float>() == 0);
    for (const auto& layer : policy.layer_activity(observations))
      CHECK(layer.recyclable == (layer.stage == core::Stage::Head));
  }
}

TEST_CASE("a normalised unit that is drawn anew answers again; a noisy layer is left alone", "[nn]") {
  auto h = grid();
  h.layers.layer_norm = true;
  agent::NetworkPolicy policy(h, tests::spec_of(h), torch::kCPU);
  agent::Optimizer optimizer(policy.parameters());
  {  // its gain keeps it below zero, whatever comes in
    const torch::NoGradGuard no_grad;
    auto named = policy.network().named_parameters();
    named["head.value.norm0.weight"][4].fill_(0);
    named["head.value.norm0.bias"][4].fill_(-1);
  }
  const auto seen = frames(32, tests::spec_of(h).observation_space.bytes());
  const std::vector<std::span<const std::byte>> observations(seen.begin(), seen.end());
  const auto recycle = [&](agent::NetworkPolicy& its, agent::Optimizer& of) {
    return its.recycle_dormant(observations, of, core::RandomStream(1, core::Purpose::Noise, 9));
  };
  CHECK(recycle(policy, optimizer) > 0);
  CHECK(policy.network().named_parameters()["head.value.norm0.weight"][4].item<float>() == 1);
  CHECK(policy.network().named_parameters()["head.value.norm0.bias"][4].item<float>() == 0);

  h.layers.layer_norm = false;
  h.layers.noisy = true;
  agent::NetworkPolicy noisy(h, tests::spec_of(h), torch::kCPU);
  agent::Optimizer noisy_optimizer(noisy.parameters());
  silence(noisy, "head.value.0", 4);
  recycle(noisy, noisy_optimizer);
  CHECK(noisy.network().named_parameters()["head.value.0.bias"][4].item<float>() == -5);
}

TEST_CASE("ReDo is a command, and the same at the same moment", "[nn]") {
  const auto run = [](bool recycle) {
    train::TrainLoop loop(grid(), "cpu", nullptr);
    while (loop.position().updates < 20)
      loop.tick();
    silence(tests::dqn_of(loop).dqn().online(), "encoder.conv", 1);
    if (recycle) {
      const auto words = train::apply(protocol::RecycleDormant{}, loop);
      CHECK_THAT(words, ContainsSubstring("drawn anew"));
    }
    while (loop.position().updates < 40)
      loop.tick();
    return tests::dqn_of(loop).dqn().online().parameters().values().clone();
  };
  const auto first = run(true);
  CHECK(tests::equal_bits(first, run(true)));
  CHECK_FALSE(torch::equal(first, run(false)));
}

}  // namespace qarium::nn_health_test
