#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDAGuard.h>

#include <algorithm>
#include <compare>
#include <cstring>
#include <map>

#include "engine/nn/fused/passes.hpp"

namespace qarium::nn {
namespace {

using torch::Tensor;

/// Shapes for which graphs are kept: as many as one agent asks for, and then some. Each holds its own device memory.
constexpr std::ptrdiff_t kMostGraphs = 32;
/// Passes before the capture, in which libraries choose their kernels and take their workspaces.
constexpr int kWarmUps = 3;

enum class Kind { Forward, Step, Sequence };

/// What decides which kernels run with which sizes.
struct Shape {
  Kind kind = Kind::Forward;
  std::int64_t steps = 1;
  std::int64_t batch = 1;
  std::int64_t burn_in = 0;
  bool begins = false;
  bool learn = false;
  bool learns_state = false;  ///< of that it begins with
  auto operator<=>(const Shape&) const = default;
};

/// A tensor on the device that a graph reads at each replay, filled through pinned memory.
class Inlet {
 public:
  Inlet() = default;
  Inlet(at::IntArrayRef sizes, torch::ScalarType type, torch::Device device)
      : staging_(torch::empty(sizes, torch::TensorOptions(type).pinned_memory(true))),
        tensor_(torch::zeros(sizes, torch::TensorOptions(type).device(device))) {}

  /// Not before the last replay that read it has ended.
  void fill(const void* values) {
    std::memcpy(staging_.data_ptr(), values, staging_.nbytes());
    tensor_.copy_(staging_, true);
  }
  void fill(const Tensor& values) {
    if (values.is_cuda()) {
      tensor_.copy_(values, true);
    } else {
      fill(values.contiguous().data_ptr());
    }
  }
  const Tensor& tensor() const { return tensor_; }

 private:
  Tensor staging_;
  Tensor tensor_;
};

/// Gradients as they were: what a capture adds to them is taken back.
class KeptGradients {
 public:
  explicit KeptGradients(Network& network) {
    for (const auto& parameter : network.parameters()) {
      gradients_.push_back(parameter.grad());
      kept_.push_back(parameter.grad().clone());
    }
  }
  KeptGradients(const KeptGradients&) = delete;
  KeptGradients& operator=(const KeptGradients&) = delete;
  ~KeptGradients() {
    for (std::size_t i = 0; i < kept_.size(); ++i)
      gradients_[i].copy_(kept_[i]);
  }

 private:
  std::vector<Tensor> gradients_;
  std::vector<Tensor> kept_;
};

/// One pass of one shape: forward, and with `learn` back, each a CUDA graph over memory that stays where it is.
class GraphPass {
 public:
  /// `example` has the shape and is what the first passes go over. Throws c10::Error where an operation cannot be
  /// captured.
  GraphPass(Network& network, const Shape& shape, const SequenceBatch& example, torch::Device device)
      : network_(network),
        shape_(shape),
        observations_(observation_sizes(), torch::kFloat, device),
        host_values_(torch::empty({shape.steps * shape.batch, network.outputs()},
                                  torch::TensorOptions(torch::kFloat).pinned_memory(true))) {
    if (shape.kind != Kind::Forward) {
      action_ = Inlet(example.previous.action.sizes(), torch::kLong, device);
      reward_ = Inlet(example.previous.reward.sizes(), torch::kFloat, device);
      if (shape.begins) begins_ = Inlet({shape.batch}, torch::kBool, device);
      for (const auto& tensor : example.state) {
        const bool learned = shape.learns_state && tensor.requires_grad();
        state_.emplace_back(tensor.sizes(), torch::kFloat, device);
        state_gradients_.push_back(learned ? torch::zeros_like(state_.back().tensor()) : Tensor());
      }
    }
    fill(example);
    capture(device);
  }

  /// The values are valid until the next replay.
  StepValues replay(const SequenceBatch& its) {
    fill(its);
    forward_.replay();
    host_values_.copy_(values_, true);
    c10::cuda::getCurrentCUDAStream().synchronize();
    return {{host_values_.data_ptr<float>(), static_cast<std::size_t>(host_values_.numel())}, after_};
  }

  void replay_backward(std::span<float> slope) {
    slope_.fill(slope.data());
    backward_.replay();
    // The state that it began with may itself be learned: its graph lies outside.
    std::vector<Tensor> learned;
    std::vector<Tensor> gradients;
    for (std::size_t i = 0; i < state_gradients_.size(); ++i) {
      if (!state_gradients_[i].defined()) continue;
      learned.push_back(first_state_[i]);
      gradients.push_back(state_gradients_[i]);
    }
    if (!learned.empty()) torch::autograd::backward(learned, gradients);
    first_state_.clear();
  }

 private:
  std::vector<std::int64_t> observation_sizes() const {
    auto sizes = network_.observation_shape();
    sizes.insert(sizes.begin(), shape_.batch);
    if (shape_.kind == Kind::Sequence) sizes.insert(sizes.begin(), shape_.steps);
    return sizes;
  }

  void fill(const SequenceBatch& its) {
    observations_.fill(its.observations.data());
    if (shape_.kind == Kind::Forward) return;
    action_.fill(its.previous.action);
    reward_.fill(its.previous.reward);
    if (shape_.begins) begins_.fill(its.burn_in.begins);
    for (std::size_t i = 0; i < state_.size(); ++i)
      state_[i].fill(its.state[i].detach());
    if (shape_.learn) first_state_ = its.state;
  }

  PolicyOutput compute() {
    const torch::AutoGradMode gradient(shape_.learn);
    if (shape_.kind == Kind::Forward) return {network_.forward(observations_.tensor()), {}};
    const Previous previous{action_.tensor(), reward_.tensor()};
    MemoryState state;
    for (std::size_t i = 0; i < state_.size(); ++i) {
      auto leaf = state_[i].tensor().detach();
      if (state_gradients_[i].defined()) {
        leaf.requires_grad_();
        leaf.mutable_grad() = state_gradients_[i];
      }
      state.push_back(std::move(leaf));
    }
    if (shape_.kind == Kind::Step) return network_.step(observations_.tensor(), previous, state);
    return network_.sequence(observations_.tensor(), previous, state, {shape_.burn_in, begins_.tensor()});
  }

  void back(const Tensor& values) {
    for (auto& gradient : state_gradients_)
      if (gradient.defined()) gradient.zero_();
    values.backward(slope_.tensor());
  }

  void capture(torch::Device device) {
    const auto stream = c10::cuda::getStreamFromPool(false, device.index());
    c10::cuda::getCurrentCUDAStream().synchronize();
    const c10::cuda::CUDAStreamGuard guard(stream);
    std::unique_ptr<KeptGradients> kept;
    if (shape_.learn) kept = std::make_unique<KeptGradients>(network_);
    for (int i = 0; i < kWarmUps; ++i) {
      const auto output = compute();
      if (!shape_.learn) continue;
      if (!slope_.tensor().defined()) slope_ = Inlet(output.values.sizes(), torch::kFloat, device);
      back(output.values);
    }
    stream.synchronize();
    auto output = captured(forward_, {}, [&] { return compute(); });
    if (shape_.learn) {
      captured(backward_, forward_.pool(), [&] {
        back(output.values);
        return PolicyOutput{};
      });
    }
    values_ = output.values.detach().view(host_values_.sizes());
    for (const auto& tensor : output.state)
      after_.push_back(tensor.detach());
    output = {};
    kept.reset();
    stream.synchronize();
  }

  template <class F>
  static PolicyOutput captured(at::cuda::CUDAGraph& graph, at::cuda::MempoolId_t pool, F work) {
    graph.capture_begin(pool);
    try {
      auto output = work();
      graph.capture_end();
      return output;
    } catch (const std::exception&) {
      try {  // the stream must not go on capturing; that its capture is void is known
        graph.capture_end();
      } catch (const std::exception&) {
      }
      throw;
    }
  }

  Network& network_;
  Shape shape_;
  Inlet observations_;
  Inlet action_;
  Inlet reward_;
  Inlet begins_;
  Inlet slope_;
  std::vector<Inlet> state_;
  std::vector<Tensor> state_gradients_;  ///< undefined where the state is not learned
  MemoryState first_state_;              ///< of the last replay, with `learn`
  at::cuda::CUDAGraph forward_;
  at::cuda::CUDAGraph backward_;
  Tensor values_;
  MemoryState after_;
  Tensor host_values_;
};

class GraphPasses final : public Passes {
 public:
  GraphPasses(std::shared_ptr<Network> network, torch::Device device)
      : network_(std::move(network)), device_(device), plain_(torch_passes(network_, device)) {}

  std::span<const float> forward(std::span<float> observations, std::int64_t n, bool learn) override {
    const Shape shape{.kind = Kind::Forward, .batch = n, .learn = learn};
    if (auto* pass = at(shape, {.steps = 1, .batch = n, .observations = observations}))
      return pass->replay({.observations = observations}).values;
    return plain_->forward(observations, n, learn);
  }

  StepValues step(std::span<float> observations, const Previous& previous, const MemoryState& state) override {
    const auto n = previous.action.size(0);
    const SequenceBatch its{.batch = n, .observations = observations, .previous = previous, .state = state};
    if (auto* pass = at({.kind = Kind::Step, .batch = n}, its)) return pass->replay(its);
    return plain_->step(observations, previous, state);
  }

  std::span<const float> sequence(const SequenceBatch& its, bool learn) override {
    const bool learns_state =
        learn && std::ranges::any_of(its.state, [](const Tensor& tensor) { return tensor.requires_grad(); });
    const Shape shape{Kind::Sequence, its.steps,   its.batch, its.burn_in.steps, its.burn_in.begins.defined(),
                      learn,          learns_state};
    if (auto* pass = at(shape, its)) return pass->replay(its).values;
    return plain_->sequence(its, learn);
  }

  void backward(std::span<float> slope) override {
    if (learning_ != nullptr) {
      learning_->replay_backward(slope);
    } else {
      plain_->backward(slope);
    }
  }

 private:
  /// The pass of this shape, or null where there is none: Torch's own operations are for that.
  GraphPass* at(const Shape& shape, const SequenceBatch& example) {
    auto found = passes_.find(shape);
    if (found == passes_.end()) found = passes_.emplace(shape, capture(shape, example)).first;
    if (shape.learn) learning_ = found->second.get();
    return found->second.get();
  }

  std::unique_ptr<GraphPass> capture(const Shape& shape, const SequenceBatch& example) {
    if (std::ranges::count_if(passes_, [](const auto& its) { return its.second != nullptr; }) >= kMostGraphs)
      return nullptr;
    try {
      return std::make_unique<GraphPass>(*network_, shape, example, device_);
    } catch (const c10::Error& error) {
      TORCH_WARN("this pass goes without a CUDA graph: ", error.what_without_backtrace());
      return nullptr;
    }
  }

  std::shared_ptr<Network> network_;
  torch::Device device_;
  std::unique_ptr<Passes> plain_;
  std::map<Shape, std::unique_ptr<GraphPass>> passes_;
  GraphPass* learning_ = nullptr;  ///< of the last pass with `learn`; null: it had no graph
};

}  // namespace

std::unique_ptr<Passes> cuda_passes(std::shared_ptr<Network> network, torch::Device device) {
  return std::make_unique<GraphPasses>(std::move(network), device);
}

}  // namespace qarium::nn
