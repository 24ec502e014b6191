#include "engine/nn/fused/passes.hpp"
#include "engine/nn/fused/torch_stage.hpp"

namespace qarium::nn {
namespace {

class TorchPasses final : public Passes {
 public:
  TorchPasses(std::shared_ptr<Network> network, torch::Device device) : network_(std::move(network)), device_(device) {}

  std::span<const float> forward(std::span<float> observations, std::int64_t n, bool learn) override {
    const torch::AutoGradMode gradient(learn);
    return keep(network_->forward(observed(observations, n)));
  }

  StepValues step(std::span<float> observations, const Previous& previous, const MemoryState& state) override {
    const torch::NoGradGuard no_grad;
    auto answer = network_->step(observed(observations, previous.action.size(0)), here(previous), here(state));
    return {keep(answer.values), std::move(answer.state)};
  }

  std::span<const float> sequence(const SequenceBatch& its, bool learn) override {
    const torch::AutoGradMode gradient(learn);
    auto shape = network_->observation_shape();
    shape.insert(shape.begin(), {its.steps, its.batch});
    const auto observations = observed(its.observations, its.steps * its.batch).view(shape);
    const BurnIn burn_in{its.burn_in.steps, here(its.burn_in.begins)};
    return keep(network_->sequence(observations, here(its.previous), here(its.state), burn_in).values);
  }

  void backward(std::span<float> slope) override {
    values_.backward(torch::from_blob(slope.data(), values_.sizes(), torch::kFloat).to(device_));
    values_ = torch::Tensor();
  }

 private:
  torch::Tensor here(const torch::Tensor& tensor) const { return tensor.defined() ? tensor.to(device_) : tensor; }
  Previous here(const Previous& previous) const { return {here(previous.action), here(previous.reward)}; }
  MemoryState here(const MemoryState& state) const {
    MemoryState moved;
    for (const auto& tensor : state)
      moved.push_back(here(tensor));
    return moved;
  }

  torch::Tensor observed(std::span<float> observations, std::int64_t n) const {
    return tensor_over(observations.data(), n, network_->observation_shape()).to(device_);
  }

  std::span<const float> keep(const torch::Tensor& values) {
    values_ = values;
    plain_ = values.detach().to(torch::kCPU).contiguous();
    return {plain_.data_ptr<float>(), static_cast<std::size_t>(plain_.numel())};
  }

  std::shared_ptr<Network> network_;
  torch::Device device_;
  torch::Tensor values_;
  torch::Tensor plain_;
};

}  // namespace

std::unique_ptr<Passes> torch_passes(std::shared_ptr<Network> network, torch::Device device) {
  return std::make_unique<TorchPasses>(std::move(network), device);
}

}  // namespace qarium::nn
