#include "engine/nn/memory/controller.hpp"
#include "engine/nn/ops/dnc_op.hpp"
#include "engine/nn/ops/plain_math.hpp"

namespace qarium::nn {
namespace {

using torch::Tensor;

/// 1 + log(1 + e^x)
Tensor oneplus(const Tensor& x) {
  return 1 + exact_softplus(x);
}

/// a[phi_j] = (1 - u[phi_j]) prod_{i < j} u[phi_i], phi the slots by ascending usage; those that are equal but for
/// rounding by their number. The order is taken as given: no gradient goes through it. usage [B, S] -> [B, S].
Tensor allocation_of(const Tensor& usage) {
  const double steps = usage.dtype() == torch::kDouble ? dnc::kUsageSteps<double> : dnc::kUsageSteps<float>;
  const auto order = std::get<1>((usage.detach() * steps).round().sort(/*stable=*/true, 1, /*descending=*/false));
  const auto sorted = usage.gather(1, order);
  const auto before =
      torch::cat({torch::ones_like(sorted.narrow(1, 0, 1)), sorted.narrow(1, 0, sorted.size(1) - 1)}, 1).cumprod(1);
  return torch::zeros_like(usage).scatter(1, order, (1 - sorted) * before);
}

/// The Differentiable Neural Computer (Graves et al. 2016, Nature 538, Methods) with one write head. The write
/// addresses M_{t-1}; the reads address and read M_t. State, all zero at first: matrix [B, S, W], usage [B, S], link
/// [B, S, S], precedence [B, S], write weights [B, 1, S], read weights [B, R, S], reads [B, R, W], the controller's.
/// Gives the controller's output and the new reads side by side.
///
/// Reports `memory.matrix` after the write, `memory.usage`, `memory.allocation`, `memory.precedence` [B, S],
/// `memory.link` [B, S, S], `memory.write_weights` [B, 1, S], `memory.read_weights`, `memory.content`,
/// `memory.forward`, `memory.backward` [B, R, S], `memory.write_content` [B, 1, S], `memory.reads` [B, R, W],
/// `memory.read_modes` [B, R, 3] (backward, content, forward), `memory.write_gate`, `memory.allocation_gate` [B, 1],
/// `memory.free_gates`, `memory.read_strengths` [B, R], `memory.write_strength` [B, 1].
class Dnc final : public Memory {
 public:
  Dnc(const config::MemoryOptions& options, std::int64_t width)
      : slots_(options.slots),
        width_(options.width),
        heads_(options.read_heads),
        units_(options.hidden),
        controller_(register_module(
            "controller",
            std::make_shared<Controller>(options.controller, width + heads_ * width_, units_, options.chrono_length))) {
    sizes_ = {heads_ * width_, heads_, width_, 1, width_, width_, heads_, 1, 1, 3 * heads_};
    std::int64_t rows = 0;
    for (const auto size : sizes_)
      rows += size;
    interface_ = register_module("interface", torch::nn::Linear(units_, rows));
    off_diagonal_ = register_buffer("off_diagonal", 1 - torch::eye(slots_));
  }

  MemoryState initial_state(std::int64_t batch) override {
    const auto options = off_diagonal_.options();
    MemoryState state = {torch::zeros({batch, slots_, width_}, options), torch::zeros({batch, slots_}, options),
                         torch::zeros({batch, slots_, slots_}, options), torch::zeros({batch, slots_}, options),
                         torch::zeros({batch, 1, slots_}, options),      torch::zeros({batch, heads_, slots_}, options),
                         torch::zeros({batch, heads_, width_}, options)};
    for (auto& its : controller_->initial_state(batch))
      state.push_back(its);
    return state;
  }

  std::vector<std::string> state_names() const override {
    std::vector<std::string> names = {"memory",        "usage",        "link", "precedence",
                                      "write_weights", "read_weights", "reads"};
    for (auto& its : controller_->state_names())
      names.push_back(its);
    return names;
  }

  MemoryOutput step(const Tensor& input, const MemoryState& state, Probe* probe) override {
    constexpr std::size_t kController = 7;
    const DncState before{state[0], state[1], state[2], state[3], state[4].squeeze(1), state[5], state[6]};
    const auto driven = controller_->step(torch::cat({input, before.reads.flatten(1)}, 1), state, kController);
    const auto interface = interface_(driven.output);
    const bool fused = probe == nullptr && uses_fused() && dnc_step_is_fused(interface);
    const auto after =
        fused ? dnc_step({slots_, width_, heads_}, interface, before) : plain_step(interface, before, probe);
    MemoryOutput memory_output{
        torch::cat({driven.output, after.reads.flatten(1)}, 1),
        {after.memory, after.usage, after.link, after.precedence, after.write.unsqueeze(1), after.read, after.reads}};
    for (const auto& its : driven.state)
      memory_output.state.push_back(its);
    return memory_output;
  }

  std::vector<std::int64_t> output_shape() const override { return {units_ + heads_ * width_}; }
  std::vector<std::string> layers() const override {
    return {controller_->description(), "memory " + std::to_string(slots_) + " x " + std::to_string(width_) +
                                            " with links, " + std::to_string(heads_) + " read, 1 write head"};
  }

 private:
  /// The twin of dnc_step in Torch operations, which can be looked into and intervened in.
  DncState plain_step(const Tensor& interface, const DncState& before, Probe* probe) {
    const auto parts = interface.split_with_sizes(sizes_, 1);
    const auto read_strengths = oneplus(parts[1]);
    const auto write_strength = oneplus(parts[3]);
    const auto free_gates = torch::sigmoid(parts[6]);
    const auto allocation_gate = torch::sigmoid(parts[7]);
    const auto write_gate = torch::sigmoid(parts[8]);
    const auto modes = torch::softmax(parts[9].view({-1, heads_, 3}), -1);

    // Written this way usage stays within 0 and 1 whatever is rounded.
    const auto retention = (1 - free_gates.unsqueeze(2) * before.read).prod(1);
    const auto usage = (before.usage + before.write * (1 - before.usage)) * retention;
    const auto allocation = allocation_of(usage);
    const auto write_content =
        torch::softmax(write_strength * similarities(parts[2].unsqueeze(1), before.memory).squeeze(1), -1);
    const auto wanted = write_gate * (allocation_gate * allocation + (1 - allocation_gate) * write_content);
    const auto write = frozen(probe) ? torch::zeros_like(wanted) : wanted;
    const auto to = write.unsqueeze(2);
    const auto matrix = before.memory * (1 - to * torch::sigmoid(parts[4]).unsqueeze(1)) + to * parts[5].unsqueeze(1);

    const auto link =
        ((1 - to - write.unsqueeze(1)) * before.link + to * before.precedence.unsqueeze(1)) * off_diagonal_;
    const auto precedence = (1 - write.sum(1, true)) * before.precedence + write;
    const auto forward = torch::matmul(before.read, link.transpose(1, 2));
    const auto backward = torch::matmul(before.read, link);
    const auto content =
        torch::softmax(read_strengths.unsqueeze(2) * similarities(parts[0].view({-1, heads_, width_}), matrix), -1);
    const auto read =
        modes.narrow(2, 0, 1) * backward + modes.narrow(2, 1, 1) * content + modes.narrow(2, 2, 1) * forward;
    auto reads = torch::matmul(read, matrix);
    if (probe != nullptr) reads = silenced(reads, probe->intervention);

    if (probe != nullptr) {
      DncReport report;
      report.matrix = matrix;
      report.usage = usage;
      report.allocation = allocation;
      report.precedence = precedence;
      report.link = link;
      report.write_weights = write.unsqueeze(1);
      report.write_content = write_content.unsqueeze(1);
      report.read_weights = read;
      report.content = content;
      report.forward = forward;
      report.backward = backward;
      report.reads = reads;
      report.read_modes = modes;
      report.write_gate = write_gate;
      report.allocation_gate = allocation_gate;
      report.free_gates = free_gates;
      report.read_strengths = read_strengths;
      report.write_strength = write_strength;
      probe->memory = std::move(report);
    }
    return {matrix, usage, link, precedence, write, read, reads};
  }

  std::int64_t slots_;
  std::int64_t width_;
  std::int64_t heads_;
  std::int64_t units_;
  /// Of the interface: read keys, read strengths, write key, write strength, erase, write vector, free gates,
  /// allocation gate, write gate, read modes.
  std::vector<std::int64_t> sizes_;
  std::shared_ptr<Controller> controller_;
  torch::nn::Linear interface_{nullptr};
  Tensor off_diagonal_;
};

}  // namespace

std::shared_ptr<Memory> make_dnc(const config::MemoryOptions& options, std::int64_t width, std::int64_t /*attended*/) {
  return std::make_shared<Dnc>(options, width);
}

}  // namespace qarium::nn
