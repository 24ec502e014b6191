#pragma once
#include <torch/torch.h>

#include <string>
#include <variant>
#include <vector>

namespace qarium::nn {

/// What blocks report to whoever inspects them: a struct for each kind of report. B batch, H heads, Q queries, N
/// tokens, S slots, W slot width, C steps of a window. What a block has not is undefined.

struct AttentionReport {
  torch::Tensor weights;  ///< [B, H, Q, N] of each head, query and token; where tokens ask one another, carried back
                          ///< from the readout through them (attention rollout, Abnar and Zuidema 2020)
  torch::Tensor entropy;  ///< [B, H, Q] of those, in nats
  torch::Tensor matrix;   ///< [B, H, N, N] what token i takes from token j, where tokens ask one another (last block)
  torch::Tensor rollout;  ///< [B, H, N, N] what token i is made of after all blocks, where tokens ask one another
  torch::Tensor readout;  ///< [B, Q, N] what the readout takes from each token, where tokens ask one another
};

/// lstm, gru, min_gru, lru.
struct UnitsReport {
  std::vector<std::string> gate_names;
  torch::Tensor gates;      ///< [B, gates, units] by name; undefined where there are none
  torch::Tensor hidden;     ///< [B, units]
  torch::Tensor cell;       ///< [B, units], LSTM only
  torch::Tensor half_life;  ///< [B, units] in steps, lru and min_gru only
};

/// A memory of slots after the step.
struct SlotsReport {
  torch::Tensor matrix;         ///< [B, S, W]
  torch::Tensor read_weights;   ///< [B, read heads, S]
  torch::Tensor write_weights;  ///< [B, write heads, S]
  torch::Tensor reads;          ///< [B, read heads, W]
};

/// The addressing chain (METHODS section 3), read heads before write heads.
struct NtmReport : SlotsReport {
  torch::Tensor previous, similarity, content, interpolated, shifted, sharpened;  ///< [B, H, S]
  torch::Tensor key;                                                              ///< [B, H, W]
  torch::Tensor beta, g, gamma;                                                   ///< [B, H]
  torch::Tensor shift;                                                            ///< [B, H, 2 r + 1]
  torch::Tensor erase, add;                                                       ///< [B, write heads, W]
};

struct DncReport : SlotsReport {
  torch::Tensor usage, allocation, precedence;  ///< [B, S]
  torch::Tensor link;                           ///< [B, S, S]
  torch::Tensor write_content;                  ///< [B, 1, S]
  torch::Tensor content, forward, backward;     ///< [B, read heads, S]
  torch::Tensor read_modes;                     ///< [B, read heads, 3] backward, content, forward
  torch::Tensor free_gates, read_strengths;     ///< [B, read heads]
  torch::Tensor write_gate, allocation_gate, write_strength;
};

struct MannReport : SlotsReport {
  torch::Tensor usage, least_used;  ///< [B, S]
  torch::Tensor write_gates;        ///< [B, heads]
};

/// A memory that looks back over its last steps: memory_bank, temporal, transformer.
struct WindowReport {
  torch::Tensor weights;  ///< [B, H, C] that the present step gives to each of them
  torch::Tensor ages;     ///< [B, C] steps ago; -1 where nothing stands
};

/// A critic that weighs the values of the last K states, oldest first, the present one last.
struct CriticReport {
  torch::Tensor weights;       ///< [B, K] alpha
  torch::Tensor state_values;  ///< [B, K] v of each state
  torch::Tensor known;         ///< [B, K] bool: whether the episode has it
};

using MemoryReport = std::variant<std::monostate, UnitsReport, NtmReport, DncReport, MannReport, WindowReport>;

}  // namespace qarium::nn
