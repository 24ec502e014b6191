#pragma once
#include <torch/torch.h>

#include <vector>

namespace qarium::nn {

/// Blocks of floats that are used again once nobody holds them: a long sequence's tape has megabytes, and fetching them
/// from the system anew for each update costs more than much of the arithmetic. One thread only.
class ScratchPool {
 public:
  /// At least `floats` long, aligned to 64 bytes, not cleared.
  torch::Tensor take(std::int64_t floats) {
    torch::Tensor* unused = nullptr;
    for (auto& block : kept_) {
      if (block.use_count() != 1) continue;
      if (block.numel() >= floats) return block;
      unused = &block;
    }
    auto fresh = torch::empty({floats}, torch::kFloat);
    if (unused) {
      *unused = fresh;
    } else if (kept_.size() < kMostKept) {
      kept_.push_back(fresh);
    }
    return fresh;
  }

 private:
  static constexpr std::size_t kMostKept = 16;
  std::vector<torch::Tensor> kept_;
};

}  // namespace qarium::nn
