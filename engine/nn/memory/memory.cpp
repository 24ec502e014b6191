#include "engine/nn/memory/memory.hpp"

#include "engine/nn/registry.hpp"

namespace qarium::nn {
namespace {

/// Nothing is remembered.
class NoMemory final : public Memory {
 public:
  MemoryState initial_state(std::int64_t /*batch*/) override { return {}; }
  Remembered step(const torch::Tensor& attended, const MemoryState& /*state*/, Probe* /*probe*/) override {
    return {attended.narrow(1, 0, 0), {}};
  }
  std::vector<std::int64_t> output_shape() const override { return {0}; }
};

std::shared_ptr<Memory> make_none(const core::MemoryOptions& /*options*/, std::int64_t /*width*/) {
  return std::make_shared<NoMemory>();
}

constexpr Kind<std::shared_ptr<Memory> (*)(const core::MemoryOptions&, std::int64_t)> kKinds[] = {
    {"none", make_none},
};

}  // namespace

std::shared_ptr<Memory> make_memory(const core::MemoryOptions& options, std::int64_t width) {
  return find_kind(kKinds, "memory.kind", options.kind)(options, width);
}

}  // namespace qarium::nn
