#include "engine/nn/memory/memory.hpp"

#include "engine/nn/fused/fused_memory.hpp"
#include "engine/nn/registry.hpp"

namespace qarium::nn {
namespace {

/// Keeps nothing.
class NoMemory final : public Memory {
 public:
  MemoryState initial_state(std::int64_t /*batch*/) override { return {}; }
  std::vector<std::string> state_names() const override { return {}; }
  MemoryOutput step(const torch::Tensor& input, const MemoryState& /*state*/, Probe* /*probe*/) override {
    return {input.narrow(-1, 0, 0), {}};
  }
  MemoryOutput sequence(const torch::Tensor& inputs, const MemoryState& state) override {
    return step(inputs, state, nullptr);
  }
  std::vector<std::int64_t> output_shape() const override { return {0}; }
};

#define QARIUM_KIND(name, make) {#name, make},
constexpr Kind<MakeMemory*> kMemoryKinds[] = {
#include "engine/nn/memory/kinds.inc"
};

}  // namespace

MemoryOutput Memory::sequence(const torch::Tensor& inputs, const MemoryState& state) {
  std::vector<torch::Tensor> outputs;
  MemoryOutput last{{}, state};
  for (std::int64_t t = 0; t < inputs.size(0); ++t) {
    last = step(inputs[t], last.state, nullptr);
    outputs.push_back(last.output);
  }
  last.output = torch::stack(outputs);
  return last;
}

std::unique_ptr<FusedMemory> Memory::fused_memory() {
  return nullptr;
}

torch::Tensor silenced(const torch::Tensor& reads, const Intervention& intervention) {
  if (intervention.silenced_reads.empty()) return reads;
  auto heard = reads.clone();
  for (std::int64_t head = 0; head < heard.size(1); ++head) {
    if (intervention.silences_read(head)) heard.select(1, head).zero_();
  }
  return heard;
}

std::shared_ptr<Memory> make_no_memory(const config::MemoryOptions& /*options*/, std::int64_t /*width*/,
                                       std::int64_t /*attended*/) {
  return std::make_shared<NoMemory>();
}

std::shared_ptr<Memory> make_memory(const config::MemoryOptions& options, std::int64_t width) {
  return make_memory(options, width, width);
}

std::shared_ptr<Memory> make_memory(const config::MemoryOptions& options, std::int64_t width, std::int64_t attended) {
  return find_kind(kMemoryKinds, "memory.kind", options.kind)(options, width, attended);
}

}  // namespace qarium::nn
