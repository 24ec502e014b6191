#pragma once
#include <torch/torch.h>

#include <map>
#include <string>
#include <utility>

#include "engine/nn/intervention.hpp"

namespace qarium::nn {

/// What the stages report to whoever inspects them: named arrays, detached. Acting and learning pass none, and so are
/// never inspected.
///
///   attention.weights   [B, H, Q, N]  of each head, query and token; where tokens ask one another, carried back from
///                                     the readout through them (attention rollout, Abnar and Zuidema 2020)
///   attention.entropy   [B, H, Q]     of those, in nats
///   attention.matrix    [B, H, N, N]  what token i takes from token j, where tokens ask one another (the last block's)
///   attention.readout   [B, Q, N]     what the readout takes from each token, where tokens ask one another
///   memory.input        [B, I]        what the memory is given
///   memory.*                          what each kind of memory says in its file
///   fusion.gate         [B, D]
class Probe {
 public:
  Probe() = default;
  explicit Probe(Intervention intervention) : intervention_(std::move(intervention)) {}

  void report(const std::string& name, const torch::Tensor& value) { arrays_[name] = value.detach(); }
  /// Undefined where nothing of this name was reported.
  torch::Tensor operator[](const std::string& name) const {
    const auto found = arrays_.find(name);
    return found == arrays_.end() ? torch::Tensor() : found->second;
  }
  const std::map<std::string, torch::Tensor>& arrays() const { return arrays_; }
  void to_cpu() {
    for (auto& [name, value] : arrays_)
      value = value.to(torch::kCPU);
  }
  const Intervention& intervention() const { return intervention_; }

 private:
  Intervention intervention_;
  std::map<std::string, torch::Tensor> arrays_;
};

}  // namespace qarium::nn
