#include "engine/nn/fused/passes.hpp"

namespace qarium::nn {

std::unique_ptr<Passes> cuda_passes(std::shared_ptr<Network> network, torch::Device device) {
  return torch_passes(std::move(network), device);
}

}  // namespace qarium::nn
