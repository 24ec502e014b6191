#include "engine/nn/fusion/fusion.hpp"

#include "engine/nn/registry.hpp"

namespace qarium::nn {
namespace {

using torch::Tensor;

class Concat final : public Fusion {
 public:
  Concat(std::int64_t attended, std::int64_t remembered) : width_(attended + remembered) {}
  Tensor forward(const Tensor& attended, const Tensor& remembered, Probe* /*probe*/) override {
    return remembered.size(-1) == 0 ? attended : torch::cat({attended, remembered}, -1);
  }
  std::vector<std::int64_t> output_shape() const override { return {width_}; }

 private:
  std::int64_t width_;
};

class Residual final : public Fusion {
 public:
  Residual(std::int64_t attended, std::int64_t remembered) : width_(attended), remembered_(remembered) {
    if (remembered > 0) project_ = register_module("project", torch::nn::Linear(remembered, attended));
  }
  Tensor forward(const Tensor& attended, const Tensor& remembered, Probe* /*probe*/) override {
    return project_.is_empty() ? attended : attended + project_(remembered);
  }
  std::vector<std::int64_t> output_shape() const override { return {width_}; }
  std::vector<std::string> layers() const override {
    if (project_.is_empty()) return {};
    return {"linear " + std::to_string(remembered_) + " -> " + std::to_string(width_) + ", added"};
  }

 private:
  std::int64_t width_;
  std::int64_t remembered_;
  torch::nn::Linear project_{nullptr};
};

class Gated final : public Fusion {
 public:
  Gated(std::int64_t attended, std::int64_t remembered) : width_(attended), remembered_(remembered) {
    if (remembered == 0) return;
    project_ = register_module("project", torch::nn::Linear(remembered, attended));
    gate_ = register_module("gate", torch::nn::Linear(attended + remembered, attended));
  }
  Tensor forward(const Tensor& attended, const Tensor& remembered, Probe* probe) override {
    if (project_.is_empty()) return attended;
    const auto gate = torch::sigmoid(gate_(torch::cat({attended, remembered}, -1)));
    if (probe != nullptr) probe->fusion_gate = gate;
    return torch::lerp(project_(remembered), attended, gate);
  }
  std::vector<std::int64_t> output_shape() const override { return {width_}; }
  std::vector<std::string> layers() const override {
    if (project_.is_empty()) return {};
    const auto width = std::to_string(width_);
    return {"linear " + std::to_string(remembered_) + " -> " + width,
            "gate, linear " + std::to_string(width_ + remembered_) + " -> " + width + ", sigmoid"};
  }

 private:
  std::int64_t width_;
  std::int64_t remembered_;
  torch::nn::Linear project_{nullptr};
  torch::nn::Linear gate_{nullptr};
};

template <class Block>
std::shared_ptr<Fusion> make(std::int64_t attended, std::int64_t remembered) {
  return std::make_shared<Block>(attended, remembered);
}

constexpr Kind<std::shared_ptr<Fusion> (*)(std::int64_t, std::int64_t)> kFusionKinds[] = {
    {"concat", make<Concat>},
    {"residual", make<Residual>},
    {"gated", make<Gated>},
};

}  // namespace

std::shared_ptr<Fusion> make_fusion(const config::FusionOptions& options, std::int64_t attended,
                                    std::int64_t remembered) {
  return find_kind(kFusionKinds, "fusion.kind", options.kind)(attended, remembered);
}

}  // namespace qarium::nn
