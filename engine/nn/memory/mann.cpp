#include <algorithm>

#include "engine/nn/memory/controller.hpp"
#include "engine/nn/ops/plain_math.hpp"

namespace qarium::nn {
namespace {

using torch::Tensor;

constexpr double kUsageDecay = 0.95;  // gamma

/// Least recently used access (Santoro et al. 2016, section 3.2) with an LSTM controller. A step writes where it read
/// last or to the least used slots, clears the least used one first, then reads M_t with the same keys. Of slots used
/// equally little the first is the least used. State, all zero at first: matrix [B, S, W], usage [B, S], read weights
/// [B, R, S], reads [B, R, W], h and c. Gives the controller's output and the new reads side by side.
///
/// Reports `memory.matrix` after the write, `memory.usage`, `memory.least_used` [B, S], `memory.read_weights`,
/// `memory.write_weights` [B, R, S], `memory.reads` [B, R, W], `memory.write_gates` [B, R], sigmoid(alpha).
class Mann final : public Memory {
 public:
  Mann(const config::MemoryOptions& options, std::int64_t width)
      : slots_(options.slots),
        width_(options.width),
        heads_(options.read_heads),
        units_(options.hidden),
        controller_(register_module("controller", std::make_shared<Controller>("lstm", width + heads_ * width_, units_,
                                                                               options.chrono_length))),
        interface_(register_module("interface", torch::nn::Linear(units_, heads_ * (width_ + 1)))) {}

  MemoryState initial_state(std::int64_t batch) override {
    const auto options = interface_->weight.options().requires_grad(false);
    MemoryState state = {torch::zeros({batch, slots_, width_}, options), torch::zeros({batch, slots_}, options),
                         torch::zeros({batch, heads_, slots_}, options),
                         torch::zeros({batch, heads_, width_}, options)};
    for (auto& its : controller_->initial_state(batch))
      state.push_back(its);
    return state;
  }

  std::vector<std::string> state_names() const override {
    return {"memory", "usage", "read_weights", "reads", "h", "c"};
  }

  MemoryOutput step(const Tensor& input, const MemoryState& state, Probe* probe) override {
    constexpr std::size_t kController = 4;
    const auto& usage_before = state[1];
    const auto driven = controller_->step(torch::cat({input, state[3].flatten(1)}, 1), state, kController);
    const auto parts = interface_(driven.output).split_with_sizes({heads_ * width_, heads_}, 1);
    const auto keys = parts[0].view({input.size(0), heads_, width_});
    const auto gates = torch::sigmoid(parts[1]);

    // Usage only decides an order, through which no gradient goes.
    const auto order = std::get<1>(usage_before.detach().sort(/*stable=*/true, 1, /*descending=*/false));
    const auto nothing = torch::zeros_like(usage_before);
    const auto least_used = nothing.scatter(1, order.narrow(1, 0, std::min(heads_, slots_)), 1);
    const auto kept = 1 - nothing.scatter(1, order.narrow(1, 0, 1), 1);
    const auto gate = gates.unsqueeze(2);
    const auto write = gate * state[2] + (1 - gate) * least_used.unsqueeze(1);
    const auto matrix =
        frozen(probe) ? state[0] : state[0] * kept.unsqueeze(2) + torch::matmul(write.transpose(1, 2), keys);
    const auto read = torch::softmax(similarities(keys, matrix), -1);
    const auto usage = kUsageDecay * usage_before.detach() + (read + write).detach().sum(1);
    auto reads = torch::matmul(read, matrix);
    if (probe != nullptr) reads = silenced(reads, probe->intervention);

    if (probe != nullptr) {
      MannReport report;
      report.matrix = matrix;
      report.usage = usage;
      report.least_used = least_used;
      report.read_weights = read;
      report.write_weights = write;
      report.reads = reads;
      report.write_gates = gates;
      probe->memory = std::move(report);
    }
    return {torch::cat({driven.output, reads.flatten(1)}, 1),
            {matrix, usage, read, reads, driven.state[0], driven.state[1]}};
  }

  std::vector<std::int64_t> output_shape() const override { return {units_ + heads_ * width_}; }
  std::vector<std::string> layers() const override {
    return {controller_->description(), "memory " + std::to_string(slots_) + " x " + std::to_string(width_) + ", " +
                                            std::to_string(heads_) + " head" + (heads_ == 1 ? "" : "s") +
                                            ", least recently used"};
  }

 private:
  std::int64_t slots_;
  std::int64_t width_;
  std::int64_t heads_;
  std::int64_t units_;
  std::shared_ptr<Controller> controller_;
  torch::nn::Linear interface_;
};

}  // namespace

std::shared_ptr<Memory> make_mann(const config::MemoryOptions& options, std::int64_t width, std::int64_t /*attended*/) {
  return std::make_shared<Mann>(options, width);
}

}  // namespace qarium::nn
