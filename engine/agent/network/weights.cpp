#include "engine/agent/network/weights.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "engine/core/error.hpp"

namespace qarium::agent {
void save_flat(core::Archive& archive, const torch::Tensor& flat, const std::vector<nn::ParameterSlice>& slices,
               const std::string& prefix) {
  const auto on_cpu = flat.detach().to(torch::kCPU).contiguous();
  const auto* data = on_cpu.data_ptr<float>();
  for (const auto& slice : slices) {
    const auto* begin = data + slice.offset;
    archive.arrays.push_back({prefix + slice.name, slice.shape, {begin, begin + slice.elements()}});
  }
}

void restore_flat(const core::Archive& archive, const std::vector<nn::ParameterSlice>& slices,
                  const std::string& prefix, torch::Tensor& flat) {
  const torch::NoGradGuard no_grad;
  auto values = torch::zeros({flat.numel()}, torch::kFloat);
  for (const auto& slice : slices) {
    const auto& array = archive.need(prefix + slice.name);
    if (array.shape != slice.shape) {
      throw core::UserError("array '" + array.name + "' of the checkpoint has another shape than the network");
    }
    if (!std::ranges::all_of(array.values, [](float value) { return std::isfinite(value); })) {
      throw core::UserError("array '" + array.name +
                            "' of the checkpoint holds what is no finite number: learning had gone wrong, or the file "
                            "is damaged; take another checkpoint");
    }
    std::memcpy(values.data_ptr<float>() + slice.offset, array.values.data(), array.values.size() * sizeof(float));
  }
  flat.copy_(values);
}

}  // namespace qarium::agent
