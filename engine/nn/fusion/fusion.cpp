#include "engine/nn/fusion/fusion.hpp"

#include "engine/nn/registry.hpp"

namespace qarium::nn {
namespace {

/// [attended, remembered]
class Concat final : public Fusion {
 public:
  Concat(std::int64_t attended, std::int64_t remembered) : width_(attended + remembered) {}
  torch::Tensor forward(const torch::Tensor& attended, const torch::Tensor& remembered, Probe* /*probe*/) override {
    return remembered.size(1) == 0 ? attended : torch::cat({attended, remembered}, 1);
  }
  std::vector<std::int64_t> output_shape() const override { return {width_}; }

 private:
  std::int64_t width_;
};

std::shared_ptr<Fusion> make_concat(const core::FusionOptions& /*options*/, std::int64_t attended,
                                    std::int64_t remembered) {
  return std::make_shared<Concat>(attended, remembered);
}

constexpr Kind<std::shared_ptr<Fusion> (*)(const core::FusionOptions&, std::int64_t, std::int64_t)> kKinds[] = {
    {"concat", make_concat},
};

}  // namespace

std::shared_ptr<Fusion> make_fusion(const core::FusionOptions& options, std::int64_t attended,
                                    std::int64_t remembered) {
  return find_kind(kKinds, "fusion.kind", options.kind)(options, attended, remembered);
}

}  // namespace qarium::nn
