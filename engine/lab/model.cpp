#include "engine/lab/model.hpp"

#include "engine/core/error.hpp"

namespace qarium::lab {

Model::Model(const config::MemoryOptions& options, std::int64_t inputs, std::int64_t outputs) {
  if (options.kind == "none") {
    throw core::UserError("memory.kind = none remembers nothing: choose a memory, ntm or lstm say");
  }
  memory_ = register_module("memory", nn::make_memory(options, inputs));
  bits_ = register_module("bits", torch::nn::Linear(memory_->output_shape()[0], outputs));
}

torch::Tensor Model::logits(const torch::Tensor& input, std::int64_t first) {
  const auto output = memory_->sequence(input, memory_->initial_state(input.size(1))).output;
  return bits_(output.narrow(0, first, input.size(0) - first));
}

}  // namespace qarium::lab
