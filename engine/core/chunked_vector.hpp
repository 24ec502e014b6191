#pragma once
#include <cstddef>
#include <memory>
#include <vector>

namespace qarium::core {

/// A vector that grows by chunks of the same size: its elements never move, so that no push costs more than a chunk.
template <class T, std::size_t kChunk = 512>
class ChunkedVector {
 public:
  void push_back(const T& value) {
    if (size_ == kChunk * chunks_.size()) chunks_.push_back(std::make_unique<T[]>(kChunk));
    ++size_;
    back() = value;
  }

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T& operator[](std::size_t at) { return chunks_[at / kChunk][at % kChunk]; }
  const T& operator[](std::size_t at) const { return chunks_[at / kChunk][at % kChunk]; }
  const T& front() const { return (*this)[0]; }
  T& back() { return (*this)[size_ - 1]; }
  const T& back() const { return (*this)[size_ - 1]; }
  /// What it holds of the heap.
  std::size_t bytes() const { return kChunk * sizeof(T) * chunks_.size() + sizeof(chunks_[0]) * chunks_.capacity(); }

 private:
  std::vector<std::unique_ptr<T[]>> chunks_;
  std::size_t size_ = 0;
};

}  // namespace qarium::core
