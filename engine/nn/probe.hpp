#pragma once
#include <optional>

#include "engine/nn/intervention.hpp"
#include "engine/nn/report/reports.hpp"

namespace qarium::nn {

/// Carries what is intervened in into a network, and what its blocks report out of it. Acting and learning pass none,
/// so they are never inspected. One forward pass fills one probe.
struct Probe {
  Intervention intervention;
  std::optional<AttentionReport> attention;
  torch::Tensor memory_input;  ///< [B, I] what the memory is given
  MemoryReport memory;
  torch::Tensor fusion_gate;  ///< [B, D]
  std::optional<CriticReport> critic;
};

}  // namespace qarium::nn
