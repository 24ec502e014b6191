#include "engine/nn/initialisation.hpp"
#include "engine/nn/memory/chrono.hpp"
#include "engine/nn/memory/fused_ntm.hpp"
#include "engine/nn/memory/memory.hpp"
#include "engine/nn/ops/ntm_first_state.hpp"

namespace qarium::nn {
namespace {

using torch::Tensor;

constexpr double kInitialMemory = 1e-6;  // Collier and Beel 2018: converges fastest

NtmShape shape_of(const config::MemoryOptions& options, std::int64_t width) {
  NtmShape shape;
  shape.inputs = width;
  shape.units = options.hidden;
  shape.slots = options.slots;
  shape.width = options.width;
  shape.read_heads = options.read_heads;
  shape.write_heads = options.write_heads;
  shape.shift_range = options.shift_range;
  shape.lstm = options.controller == "lstm";
  shape.order = options.order == "read_write" ? NtmOrder::ReadWrite : NtmOrder::WriteRead;
  return shape;
}

/// The Neural Turing Machine (Graves, Wayne, Danihelka 2014), on the fused kernels of ops/ntm_op. State: memory, read
/// weights, write weights, reads, h, c. The first weights are the softmax of a learned vector, the first reads, h and c
/// are learned. Gives the controller's output and the new reads side by side.
///
/// Reports `memory.matrix` [B, S, W] before the step, `memory.read_weights` [B, R, S], `memory.write_weights` [B, K,
/// S], `memory.reads` [B, R, W], `memory.adds` and `memory.erases` [B, K, W], and the addressing chain of all heads,
/// read heads first: `memory.previous`, `.similarity`, `.content`, `.interpolated`, `.shifted`, `.sharpened` [B, H, S],
/// `.beta`, `.g`, `.gamma` [B, H], `.s` [B, H, 2 shift_range + 1], `.key` [B, H, W].
class Ntm final : public Memory, public CustomInitialisation {
 public:
  Ntm(const config::MemoryOptions& options, std::int64_t width)
      : shape_(shape_of(options, width)), chrono_length_(options.chrono_length) {
    const auto& s = shape_;
    const auto reads = s.read_heads * s.width;
    controller_ = register_module(
        "controller", torch::nn::Linear(s.inputs + reads + (s.lstm ? s.units : 0), s.lstm ? 4 * s.units : s.units));
    heads_ = register_module("heads", torch::nn::Linear(s.units, s.head_rows()));
    first_weights_ = register_module("first_weights", torch::nn::Embedding(s.read_heads + s.write_heads, s.slots));
    first_reads_ = register_module("first_reads", torch::nn::Embedding(s.read_heads, s.width));
    if (s.lstm) first_cell_ = register_module("first_cell", torch::nn::Embedding(2, s.units));
  }

  MemoryState initial_state(std::int64_t batch) override {
    return unpack(ntm_first_state(
        shape_, {first_weights_->weight, first_reads_->weight, shape_.lstm ? first_cell_->weight : Tensor()},
        kInitialMemory, batch));
  }

  std::vector<std::string> state_names() const override {
    return {"memory", "read_weights", "write_weights", "reads", "h", "c"};
  }

  void initialise_own(core::RandomStream& stream) override {
    if (shape_.lstm) initialise_chrono_lstm(controller_->bias, chrono_length_, stream);
  }

  MemoryOutput step(const Tensor& input, const MemoryState& state, Probe* probe) override {
    if (probe != nullptr) return inspected_step(input, state, *probe);
    if (torch::GradMode::is_enabled()) {
      auto memory_output = sequence(input.unsqueeze(0), state);
      memory_output.output = memory_output.output.squeeze(0);
      return memory_output;
    }
    return unpack(ntm_step(shape_, input, weights(), pack(state), &scratch_));
  }

  MemoryOutput sequence(const Tensor& inputs, const MemoryState& state) override {
    if (!uses_fused()) return unpack(ntm_sequence_plain(shape_, inputs, weights(), pack(state), nullptr));
    return unpack(ntm_sequence(shape_, inputs, weights(), pack(state), nullptr, &scratch_));
  }

  /// The kernels have the order of the paper alone.
  std::unique_ptr<FusedMemory> fused_memory() override {
    return shape_.order == NtmOrder::ReadWrite ? fused_ntm(shape_, controller_, heads_) : nullptr;
  }

  std::vector<std::int64_t> output_shape() const override { return {shape_.units + shape_.read_heads * shape_.width}; }
  std::vector<std::string> layers() const override {
    const auto& s = shape_;
    return {std::string(s.lstm ? "lstm" : "feedforward") + " controller, " + std::to_string(s.inputs) + " -> " +
                std::to_string(s.units) + " units",
            "memory " + std::to_string(s.slots) + " x " + std::to_string(s.width) + ", " +
                std::to_string(s.read_heads) + " read, " + std::to_string(s.write_heads) + " write head" +
                (s.write_heads == 1 ? "" : "s")};
  }

 private:
  NtmWeights weights() const { return {controller_->weight, controller_->bias, heads_->weight, heads_->bias}; }
  static NtmState pack(const MemoryState& s) { return {s[0], s[1], s[2], s[3], s[4], s[5]}; }
  static MemoryState unpack(const NtmState& s) {
    return {s.memory, s.read_weights, s.write_weights, s.reads, s.h, s.c};
  }
  static MemoryOutput unpack(const NtmResult& result) { return {result.outputs, unpack(result.state)}; }

  MemoryOutput inspected_step(const Tensor& input, const MemoryState& state, Probe& probe) {
    NtmAddressing chain;
    auto memory_output = unpack(ntm_step_plain(shape_, input, weights(), pack(state), &chain, &probe.intervention));
    if (!probe.intervention.silenced_reads.empty()) {
      auto& reads = memory_output.state[3];
      reads = silenced(reads, probe.intervention);
      memory_output.output = torch::cat({memory_output.state[4], reads.flatten(1)}, 1);
    }
    NtmReport report;
    report.matrix = memory_output.state[0];
    report.read_weights = memory_output.state[1];
    report.write_weights = memory_output.state[2];
    report.reads = memory_output.state[3];
    report.previous = chain.previous;
    report.similarity = chain.similarity;
    report.content = chain.content;
    report.interpolated = chain.interpolated;
    report.shifted = chain.shifted;
    report.sharpened = chain.sharpened;
    report.key = chain.key;
    report.beta = chain.beta;
    report.g = chain.g;
    report.gamma = chain.gamma;
    report.shift = chain.s;
    report.erase = chain.erase;
    report.add = chain.add;
    probe.memory = std::move(report);
    return memory_output;
  }

  NtmShape shape_;
  std::int64_t chrono_length_;
  ScratchPool scratch_;
  torch::nn::Linear controller_{nullptr};
  torch::nn::Linear heads_{nullptr};
  torch::nn::Embedding first_weights_{nullptr};
  torch::nn::Embedding first_reads_{nullptr};
  torch::nn::Embedding first_cell_{nullptr};
};

}  // namespace

std::shared_ptr<Memory> make_ntm(const config::MemoryOptions& options, std::int64_t width, std::int64_t /*attended*/) {
  return std::make_shared<Ntm>(options, width);
}

}  // namespace qarium::nn
