#include "engine/nn/attention/query.hpp"

namespace qarium::nn {

Query::Query(std::string_view kind, std::int64_t width, std::int64_t actions, std::int64_t memory_output)
    : count_(kind == "action" ? actions : 1),
      width_(kind == "memory" ? memory_output : width),
      of_first_(kind == "first") {
  if (kind != "memory" && !of_first_) vectors_ = register_module("vectors", torch::nn::Embedding(count_, width_));
}

torch::Tensor Query::forward(const torch::Tensor& memory_output, const torch::Tensor& first) {
  if (of_first_) return first;
  return vectors_.is_empty() ? memory_output.unsqueeze(1) : vectors_->weight.unsqueeze(0);
}

}  // namespace qarium::nn
