// The texts that PyTorch modules are put together from: one for every kind, none for nothing, and names as the network
// has.
#include <torch/torch.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "engine/agent/network/network_policy.hpp"
#include "engine/agent/network/weights.hpp"
#include "engine/config/kinds.hpp"
#include "engine/exchange/pytorch.hpp"
#include "tests/catch.hpp"

namespace qarium::exchange_pytorch_test {
namespace {

env::EnvironmentSpec spec_for(const std::string& encoder) {
  env::EnvironmentSpec spec;
  spec.id = "some";
  spec.observation_space.shape = {4};
  if (encoder == "grid_conv") spec.observation_space.shape = {2, 7, 9};
  if (encoder == "nature_conv") spec.observation_space.shape = {3, 84, 84};
  if (encoder == "rows") spec.observation_space.shape = {5, 4};
  if (encoder == "symbol") {
    spec.observation_space.type = env::ScalarType::Uint8;
    spec.observation_space.low = {0};
    spec.observation_space.high = {6};
  }
  spec.action_space.names = {"left", "\"right\"\n"};
  return spec;
}

/// The module of the untrained network.
std::string module_of(const config::Hyperparameters& h) {
  const auto spec = spec_for(h.encoder.kind);
  agent::NetworkPolicy policy(h, spec, torch::kCPU);
  core::Archive checkpoint;
  agent::save_flat(checkpoint, policy.parameters().values(), policy.parameters().slices(), "");
  agent::save_flat(checkpoint, policy.parameters().values(), policy.parameters().slices(), "target/");
  const exchange::ExportedNetwork network{h, spec, policy, checkpoint};
  CHECK(exchange::exported_weights(network).arrays.size() == policy.parameters().slices().size());
  return exchange::pytorch_module(network);
}

std::set<std::string> classes_in(const std::string& module) {
  std::set<std::string> classes;
  for (auto at = module.find("\nclass "); at != std::string::npos; at = module.find("\nclass ", at + 1)) {
    const auto name = module.substr(at + 7, module.find_first_of("(:", at) - at - 7);
    CAPTURE(name);
    CHECK(classes.insert(name).second);
  }
  return classes;
}

config::Hyperparameters small() {
  config::Hyperparameters h;
  h.encoder.width = h.attention.width = h.memory.hidden = 8;
  h.attention.heads = h.memory.heads = 2;
  h.memory.slots = h.memory.width = h.memory.length = 4;
  h.head.width = 8;
  return h;
}

void require_whole(const config::Hyperparameters& h) {
  CAPTURE(h.encoder.kind, h.attention.kind, h.attention.query, h.memory.kind, h.memory.score, h.fusion.kind);
  const auto module = module_of(h);
  for (const auto* rest : {"$", "# if ", "# else\n", "# end\n", "# uses", "# parts"})
    CHECK_THAT(module, !ContainsSubstring(rest));
  const auto classes = classes_in(module);
  CHECK(classes.contains("Encoder"));
  CHECK(classes.contains("Attention") == (h.attention.kind != "none"));
  CHECK(classes.contains("Memory") == (h.memory.kind != "none"));
  CHECK(classes.contains("Fusion") == (h.memory.kind != "none"));
  CHECK(classes.contains("Head"));
  CHECK(classes.contains("Network"));
}

}  // namespace

TEST_CASE("every kind of every stage has its text of PyTorch", "[exchange]") {
  for (const auto kind : config::kEncoderKinds) {
    auto h = small();
    h.encoder.kind = kind;
    require_whole(h);
    h.attention.kind = "dot";
    require_whole(h);
  }
  for (const auto kind : config::kAttentionKinds) {
    for (const std::string query : {"learned", "self", "action", "memory", "first"}) {
      for (const std::string positions : {"none", "sinusoidal", "learned"}) {
        for (const std::string encoder : {"grid_conv", "rows", "multi"}) {
          auto h = small();
          h.encoder.kind = encoder;
          h.attention.kind = kind;
          h.attention.query = query;
          h.attention.positions = positions;
          h.attention.gating = positions == "none" ? "gru" : "residual";
          if (query == "memory") h.memory.kind = "gru";
          require_whole(h);
        }
      }
    }
  }
  for (const std::string distribution : {"none", "categorical", "quantile", "implicit"}) {
    for (const bool dueling : {false, true}) {
      auto h = small();
      h.head.distribution = distribution;
      h.head.dueling = h.layers.noisy = h.layers.layer_norm = dueling;
      require_whole(h);
    }
  }
  for (const std::string memory : {"none", "lstm"}) {
    for (const std::string query : {"learned", "action", "memory"}) {
      auto h = small();
      h.algorithm = "ppo";
      h.critic = "attention";
      h.attention.kind = "dot";
      h.attention.query = query;
      h.memory.kind = query == "memory" ? "gru" : memory;
      require_whole(h);
      CHECK(classes_in(module_of(h)).contains("CriticAttention"));
    }
  }
  for (const auto kind : config::kMemoryKinds) {
    for (const auto score : config::kAttentionScores) {
      auto h = small();
      h.memory.kind = kind;
      h.memory.score = score;
      h.memory.controller = score == "dot" ? "feedforward" : "lstm";
      h.memory.order = score == "additive" ? "write_read" : "read_write";
      require_whole(h);
    }
  }
  for (const auto kind : config::kFusionKinds) {
    auto h = small();
    h.memory.kind = "lstm";
    h.fusion.kind = kind;
    h.head.dueling = kind == "gated";
    require_whole(h);
  }
}

TEST_CASE("what a name may hold does no harm to the module's text", "[exchange]") {
  const auto module = module_of(small());
  CHECK_THAT(module, ContainsSubstring("Actions: 0 left, 1 right."));
}

}  // namespace qarium::exchange_pytorch_test
