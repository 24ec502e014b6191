#pragma once
#include <algorithm>
#include <cstdint>
#include <memory>
#include <numeric>
#include <vector>

namespace qarium::nn {

/// Room for the arrays of one pass, handed out one after another and taken back all at once. Once it has held the
/// largest pass it allocates no more.
class Arena {
 public:
  /// n floats, aligned to 64 bytes, with values from before. Valid until `clear`.
  float* take(std::int64_t n) {
    const auto size = (n + kAlignment - 1) / kAlignment * kAlignment;
    if (used_ + size > (chunks_.empty() ? 0 : chunks_.back().size)) {
      chunks_.push_back(Chunk(std::max(size, 2 * total())));
      used_ = 0;
    }
    float* taken = chunks_.back().begin() + used_;
    used_ += size;
    return taken;
  }

  void clear() {
    used_ = 0;
    if (chunks_.size() < 2) return;
    const auto size = total();
    chunks_.clear();
    chunks_.push_back(Chunk(size));
  }

 private:
  static constexpr std::int64_t kAlignment = 16;  // floats

  struct Chunk {
    explicit Chunk(std::int64_t floats)
        : size(floats), memory(new float[static_cast<std::size_t>(floats + kAlignment)]) {}
    float* begin() const {
      void* at = memory.get();
      auto room = static_cast<std::size_t>(size + kAlignment) * sizeof(float);
      std::align(kAlignment * sizeof(float), static_cast<std::size_t>(size) * sizeof(float), at, room);
      return static_cast<float*>(at);
    }
    std::int64_t size;
    std::unique_ptr<float[]> memory;
  };

  std::int64_t total() const {
    return std::accumulate(chunks_.begin(), chunks_.end(), std::int64_t{0},
                           [](std::int64_t sum, const Chunk& chunk) { return sum + chunk.size; });
  }

  std::vector<Chunk> chunks_;
  std::int64_t used_ = 0;  ///< of the last
};

}  // namespace qarium::nn
