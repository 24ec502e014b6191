#include "engine/nn/memory/ages.hpp"

namespace qarium::nn {

torch::Tensor ages_of(const torch::Tensor& known, std::int64_t newest) {
  const auto places = known.size(1);
  const auto ages = torch::arange(places - 1 + newest, newest - 1, -1, torch::device(known.device()));
  return torch::where(known, ages.to(torch::kFloat), torch::full({}, -1.0F, torch::device(known.device())));
}

}  // namespace qarium::nn
