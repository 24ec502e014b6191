#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "engine/config/hyperparameters.hpp"

namespace qarium::tests {

/// A network by its hyperparameters.
struct FusedCase {
  std::string name;
  config::Hyperparameters h;
};

/// Of odd sizes, which fill no register.
inline config::Hyperparameters small_network(const std::string& environment, const std::string& encoder) {
  config::Hyperparameters h;
  h.environment.id = environment;
  h.encoder.kind = encoder;
  h.encoder.width = 19;
  h.encoder.channels = 5;
  h.head.width = 13;
  h.attention.width = 12;
  h.attention.heads = 3;
  h.memory.hidden = 7;
  h.memory.slots = 6;
  h.memory.width = 5;
  h.memory.length = 4;
  return h;
}

/// Without memory: every encoder, attention, positions and head.
inline std::vector<FusedCase> fused_cases() {
  std::vector<FusedCase> all;
  for (const bool dueling : {false, true}) {
    auto h = small_network("CartPole-v1", "mlp");
    h.head.dueling = dueling;
    h.encoder.layers = 2;
    all.push_back({dueling ? "mlp, dueling" : "mlp", h});
    h = small_network("MinAtar/Breakout-v1", "grid_conv");
    h.head.dueling = dueling;
    h.head.layers = dueling ? 2 : 0;
    all.push_back({dueling ? "grid_conv, dueling" : "grid_conv", h});
  }
  for (const char* distribution : {"categorical", "quantile", "implicit"}) {
    for (const bool dueling : {false, true}) {
      auto h = small_network("MinAtar/Breakout-v1", "grid_conv");
      h.head.distribution = distribution;
      h.head.dueling = dueling;
      h.head.atoms = 11;
      h.head.quantiles = 7;
      h.layers.layer_norm = dueling;
      all.push_back({std::string(distribution) + (dueling ? ", dueling, layer norm" : ""), h});
      h.attention.kind = "dot";
      h.attention.query = "action";
      all.push_back({std::string(distribution) + (dueling ? ", dueling" : "") + ", action", h});
    }
  }
  for (const char* environment : {"CartPole-v1", "MinAtar/Breakout-v1", "gym:ALE/Pong-v5"}) {
    const std::string id = environment;
    auto h = small_network(id, id == "CartPole-v1" ? "mlp" : id == "MinAtar/Breakout-v1" ? "grid_conv" : "nature_conv");
    h.encoder.layers = 2;
    h.head.layers = 2;
    h.layers.layer_norm = true;
    all.push_back({"layer norm, " + h.encoder.kind, h});
    if (id != "CartPole-v1") continue;
    h.attention.kind = "additive";
    all.push_back({"layer norm, components", h});
    h.layers.noisy = true;
    h.layers.dropout = 0.3;
    all.push_back({"noisy, dropout, settled", h});
  }
  for (const char* kind : {"additive", "dot", "scaled_dot", "multi_head", "hierarchical", "transformer"}) {
    for (const char* query : {"learned", "action", "self"}) {
      auto h = small_network("MinAtar/Breakout-v1", "grid_conv");
      h.attention.kind = kind;
      h.attention.query = query;
      h.head.dueling = std::string(query) == "action";
      all.push_back({std::string(kind) + ", " + query, h});
    }
  }
  for (const char* positions : {"none", "sinusoidal"}) {
    auto h = small_network("CartPole-v1", "mlp");
    h.encoder.layers = 2;
    h.attention.kind = "multi_head";
    h.attention.positions = positions;
    all.push_back({std::string("components, positions ") + positions, h});
  }
  for (const std::int64_t frames : {1, 3}) {
    auto h = small_network("gym:ALE/Pong-v5", "nature_conv");
    h.environment.arcade.frame_stack = frames;
    all.push_back({"nature_conv, frames " + std::to_string(frames), h});
    h.encoder.frames = "separate";
    h.attention.kind = "multi_head";
    all.push_back({"nature_conv, frames apart " + std::to_string(frames), h});
  }
  all.push_back({"symbol", small_network("translation", "symbol")});
  for (const char* query : {"learned", "action"}) {
    auto h = small_network("translation", "symbol");
    h.attention.kind = "additive";
    h.attention.query = query;
    all.push_back({std::string("symbol, ") + query, h});
  }
  return all;
}

/// Every memory, and attention that it asks.
inline std::vector<FusedCase> fused_cases_with_memory() {
  std::vector<FusedCase> all;
  for (const char* fusion : {"concat", "residual", "gated"}) {
    auto h = small_network("CartPole-v1", "mlp");
    h.memory.kind = "lstm";
    h.fusion.kind = fusion;
    all.push_back({std::string("lstm, ") + fusion, h});
  }
  for (const char* kind : {"gru", "min_gru", "lru", "ntm", "dnc", "memory_bank", "mann", "temporal", "transformer"}) {
    auto h = small_network("CartPole-v1", "mlp");
    h.memory.kind = kind;
    h.memory.heads = 1;
    all.push_back({kind, h});
  }
  for (const char* query : {"memory", "action", "learned"}) {
    auto h = small_network("MinAtar/Breakout-v1", "grid_conv");
    h.attention.kind = "scaled_dot";
    h.attention.query = query;
    h.memory.kind = "gru";
    h.fusion.kind = "gated";
    all.push_back({std::string("gru, attention asked by ") + query, h});
  }
  auto h = small_network("gym:ALE/Pong-v5", "nature_conv");
  h.environment.arcade.frame_stack = 1;
  h.attention.kind = "additive";
  h.attention.query = "memory";
  h.memory.kind = "lstm";
  all.push_back({"nature_conv, asked by an lstm", h});
  h = small_network("translation", "symbol");
  h.attention.kind = "multi_head";
  h.attention.query = "memory";
  h.memory.kind = "gru";
  all.push_back({"symbol, asked by a gru", h});
  h = small_network("tagging", "symbol");
  h.memory.kind = "lstm";
  all.push_back({"symbol, lstm", h});
  return all;
}

/// Whose V weighs the states of some steps.
inline std::vector<FusedCase> fused_cases_with_critic() {
  std::vector<FusedCase> all;
  for (const std::int64_t window : {1, 2, 4, 9}) {
    for (const char* memory : {"none", "gru"}) {
      auto h = small_network("CartPole-v1", "mlp");
      h.algorithm = "ppo";
      h.critic = "attention";
      h.critic_window = window;
      h.memory.kind = memory;
      h.layers.layer_norm = window == 4;
      all.push_back({std::string("critic of ") + std::to_string(window) + ", " + memory, h});
    }
  }
  for (const char* query : {"action", "memory"}) {
    auto h = small_network("MinAtar/Breakout-v1", "grid_conv");
    h.algorithm = "a2c";
    h.critic = "attention";
    h.critic_window = 3;
    h.attention.kind = "dot";
    h.attention.query = query;
    h.memory.kind = "lstm";
    all.push_back({std::string("critic, attention asked by ") + query, h});
  }
  return all;
}

}  // namespace qarium::tests
