#include "engine/nn/attention/over_time.hpp"

namespace qarium::nn {
namespace {

using torch::Tensor;

/// The same numbers, the last dimension as [rows, columns].
Tensor in_rows(const Tensor& x, std::int64_t rows, std::int64_t columns) {
  auto sizes = x.sizes().vec();
  sizes.back() = rows;
  sizes.push_back(columns);
  return x.reshape(sizes);
}

}  // namespace

Tensor in_reach(std::int64_t steps, std::int64_t length, const torch::Device& device) {
  return torch::ones({steps, length - 1 + steps}, torch::dtype(torch::kBool).device(device)).tril(length - 1).triu();
}

// Rows of K + T, one longer than those of N = K - 1 + T: read as rows of N, each begins one place later than the last.
Tensor by_place(const Tensor& by_age) {
  const auto steps = by_age.size(-2);
  const auto places = by_age.size(-1) + steps - 1;
  const auto padded = torch::constant_pad_nd(by_age, {0, steps}).flatten(-2);
  return in_rows(padded.narrow(-1, 0, steps * places), steps, places);
}

Tensor by_age(const Tensor& by_place, std::int64_t length) {
  const auto steps = by_place.size(-2);
  const auto padded = torch::constant_pad_nd(by_place.flatten(-2), {0, steps});
  return in_rows(padded, steps, length + steps).narrow(-1, 0, length);
}

}  // namespace qarium::nn
