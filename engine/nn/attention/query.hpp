#pragma once
#include <torch/torch.h>

#include <cstdint>
#include <string_view>

namespace qarium::nn {

/// Where attention's query comes from (METHODS section 1): `learned` and `self` give one parameter vector, `action` one
/// for each action, `memory` the memory's last output as it is (top-down: Sorokin 2015, Mott 2019), `first` the first
/// token (Leurent and Mercat 2019, where it is the own vehicle).
class Query final : public torch::nn::Module {
 public:
  Query(std::string_view kind, std::int64_t width, std::int64_t actions, std::int64_t memory_output);
  /// `memory_output` [B, M] is read where the memory asks -> [B, 1, M], `first` [B, 1, E] where the first token does;
  /// else the result is [1, Q, E].
  torch::Tensor forward(const torch::Tensor& memory_output, const torch::Tensor& first = {});
  bool of_first() const { return of_first_; }
  /// [Q, E] where they are learned, else undefined.
  torch::Tensor vectors() const { return vectors_.is_empty() ? torch::Tensor() : vectors_->weight; }
  /// Q
  std::int64_t count() const { return count_; }
  std::int64_t width() const { return width_; }

 private:
  std::int64_t count_;
  std::int64_t width_;
  bool of_first_;
  torch::nn::Embedding vectors_{nullptr};
};

}  // namespace qarium::nn
