#include "engine/lab/settings.hpp"

namespace qarium::lab {
namespace {

void set_task(core::LaboratoryOptions& options) {
  if (options.task == "repeat_copy") {
    options.max_length = 10;
  } else if (options.task == "associative_recall") {
    options.bits = 6;
    options.min_length = 2;
    options.max_length = 6;
  } else if (options.task == "priority_sort") {
    options.min_length = options.max_length = 20;
  }
  if (options.task != "copy") options.sequences = 100'000;
}

void set_memory(core::LaboratoryOptions& options) {
  auto& memory = options.hyperparameters.memory;
  memory.hidden = memory.kind == "lstm" || memory.kind == "gru" ? 256 : 100;
  memory.slots = memory.kind == "dnc" ? 32 : 128;
  memory.width = 20;
  memory.controller = memory.kind == "ntm" ? "feedforward" : "lstm";
  if (memory.kind == "ntm" && options.task == "repeat_copy") memory.read_heads = 2;
  if (memory.kind == "ntm" && options.task == "priority_sort") {
    memory.hidden = 200;
    memory.read_heads = memory.write_heads = 5;
  }
}

void set_optimizer(core::LaboratoryOptions& options) {
  auto& h = options.hyperparameters;
  h.learning_rate = 1e-3;
  h.max_grad_norm = 10;
  if (h.memory.kind != "ntm") {
    h.batch_size = 16;
    if (h.memory.kind == "dnc") h.learning_rate = 2e-3;
    return;
  }
  h.batch_size = 1;
  if (options.task == "associative_recall") {
    h.max_grad_norm = 0.5;
    return;
  }
  if (options.task == "copy") {
    h.max_grad_norm = 1;
    h.optimizer_eps = 1e-5;
    return;
  }
  if (options.task == "repeat_copy") h.max_grad_norm = 3;
  h.adam_beta2 = 0.99;
  h.optimizer_eps = 1e-6;
}

}  // namespace

core::LaboratoryOptions paper_settings(const std::string& task, const std::string& memory, std::int64_t seed) {
  core::LaboratoryOptions options;
  options.task = task;
  options.hyperparameters.seed = seed;
  options.hyperparameters.memory.kind = memory;
  set_task(options);
  set_memory(options);
  set_optimizer(options);
  return options;
}

}  // namespace qarium::lab
