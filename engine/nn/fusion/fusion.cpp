#include "engine/nn/fusion/fusion.hpp"

#include "engine/nn/fusion/fused_fusion.hpp"
#include "engine/nn/registry.hpp"

namespace qarium::nn {
namespace {

using torch::Tensor;

class Concat final : public Fusion {
 public:
  Concat(std::int64_t attended, std::int64_t memory) : width_(attended + memory) {}
  Tensor forward(const Tensor& attended, const Tensor& memory, Probe* /*probe*/) override {
    return memory.size(-1) == 0 ? attended : torch::cat({attended, memory}, -1);
  }
  std::vector<std::int64_t> output_shape() const override { return {width_}; }
  std::unique_ptr<FusedStage> fused() override { return std::make_unique<FusedPassThrough>(); }

 private:
  std::int64_t width_;
};

class Residual final : public Fusion {
 public:
  Residual(std::int64_t attended, std::int64_t memory) : width_(attended), memory_width_(memory) {
    if (memory > 0) project_ = register_module("project", torch::nn::Linear(memory, attended));
  }
  Tensor forward(const Tensor& attended, const Tensor& memory, Probe* /*probe*/) override {
    return project_.is_empty() ? attended : attended + project_(memory);
  }
  std::vector<std::int64_t> output_shape() const override { return {width_}; }
  std::vector<std::string> layers() const override {
    if (project_.is_empty()) return {};
    return {"linear " + std::to_string(memory_width_) + " -> " + std::to_string(width_) + ", added"};
  }
  std::unique_ptr<FusedStage> fused() override {
    if (project_.is_empty()) return std::make_unique<FusedPassThrough>();
    return fused_residual(project_, width_, memory_width_);
  }

 private:
  std::int64_t width_;
  std::int64_t memory_width_;
  torch::nn::Linear project_{nullptr};
};

class Gated final : public Fusion {
 public:
  Gated(std::int64_t attended, std::int64_t memory) : width_(attended), memory_width_(memory) {
    if (memory == 0) return;
    project_ = register_module("project", torch::nn::Linear(memory, attended));
    gate_ = register_module("gate", torch::nn::Linear(attended + memory, attended));
  }
  Tensor forward(const Tensor& attended, const Tensor& memory, Probe* probe) override {
    if (project_.is_empty()) return attended;
    const auto gate = torch::sigmoid(gate_(torch::cat({attended, memory}, -1)));
    if (probe != nullptr) probe->fusion_gate = gate;
    return torch::lerp(project_(memory), attended, gate);
  }
  std::vector<std::int64_t> output_shape() const override { return {width_}; }
  std::vector<std::string> layers() const override {
    if (project_.is_empty()) return {};
    const auto width = std::to_string(width_);
    return {"linear " + std::to_string(memory_width_) + " -> " + width,
            "gate, linear " + std::to_string(width_ + memory_width_) + " -> " + width + ", sigmoid"};
  }
  std::unique_ptr<FusedStage> fused() override {
    if (project_.is_empty()) return std::make_unique<FusedPassThrough>();
    return fused_gated(project_, gate_, width_, memory_width_);
  }

 private:
  std::int64_t width_;
  std::int64_t memory_width_;
  torch::nn::Linear project_{nullptr};
  torch::nn::Linear gate_{nullptr};
};

#define QARIUM_KIND(name, make) {#name, make},
constexpr Kind<MakeFusion*> kFusionKinds[] = {
#include "engine/nn/fusion/kinds.inc"
};

}  // namespace

std::shared_ptr<Fusion> make_concat(std::int64_t attended, std::int64_t memory) {
  return std::make_shared<Concat>(attended, memory);
}

std::shared_ptr<Fusion> make_residual(std::int64_t attended, std::int64_t memory) {
  return std::make_shared<Residual>(attended, memory);
}

std::shared_ptr<Fusion> make_gated(std::int64_t attended, std::int64_t memory) {
  return std::make_shared<Gated>(attended, memory);
}

std::shared_ptr<Fusion> make_fusion(const config::FusionOptions& options, std::int64_t attended, std::int64_t memory) {
  return find_kind(kFusionKinds, "fusion.kind", options.kind)(attended, memory);
}

}  // namespace qarium::nn
