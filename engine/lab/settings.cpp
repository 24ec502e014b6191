#include "engine/lab/settings.hpp"

#include <algorithm>

#include "engine/core/error.hpp"
#include "engine/core/text.hpp"

namespace qarium::lab {
namespace {

using Options = protocol::LaboratoryOptions;

constexpr double kBitsOfASequence = 100;

bool is_gated_unit(const std::string& memory) {
  return memory == "lstm" || memory == "gru";
}

void set_task(Options& options) {
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

void set_memory(config::MemoryOptions& memory) {
  memory.hidden = is_gated_unit(memory.kind) ? 256 : 100;
  memory.slots = memory.kind == "dnc" ? 32 : 128;
  memory.width = 20;
  memory.controller = memory.kind == "ntm" ? "feedforward" : "lstm";
}

void set_heads(config::MemoryOptions& memory, std::int64_t heads, std::int64_t hidden) {
  memory.read_heads = memory.write_heads = heads;
  memory.hidden = hidden;
}

void set_paper(Options& options) {
  auto& h = options.hyperparameters;
  h.optimizer = "rmsprop_centered";
  h.rmsprop_alpha = 0.95;
  h.rmsprop_momentum = 0.9;
  h.optimizer_eps = 1e-2 / kBitsOfASequence;
  h.max_grad_value = 10 / kBitsOfASequence;
  h.max_grad_norm = 1e6;
  h.batch_size = 1;
  const bool gated = is_gated_unit(h.memory.kind);
  const bool slow = options.task == "priority_sort" || (gated && options.task != "associative_recall");
  h.learning_rate = slow ? 3e-5 : 1e-4;
  if (gated && options.task == "repeat_copy") h.memory.hidden = 512;
  if (gated && options.task == "priority_sort") h.memory.hidden = 128;
  if (h.memory.kind != "ntm") return;
  if (options.task == "associative_recall") set_heads(h.memory, 4, 256);
  if (options.task == "priority_sort") set_heads(h.memory, 8, 512);
}

void set_quick(Options& options) {
  auto& h = options.hyperparameters;
  options.decay = 0.4;
  h.learning_rate = 1e-3;
  h.max_grad_norm = 10;
  if (h.memory.kind != "ntm") {
    h.batch_size = 16;
    if (h.memory.kind == "dnc") h.learning_rate = 2e-3;
    return;
  }
  h.batch_size = 1;
  if (options.task == "associative_recall") {
    set_heads(h.memory, 4, 100);
    return;
  }
  if (options.task == "copy") {
    h.max_grad_norm = 1;
    h.optimizer_eps = 1e-5;
    return;
  }
  if (options.task == "repeat_copy") {
    h.memory.read_heads = 2;
    h.max_grad_norm = 3;
  } else if (options.task == "priority_sort") {
    set_heads(h.memory, 5, 200);
  }
  h.adam_beta2 = 0.99;
  h.optimizer_eps = 1e-6;
}

}  // namespace

Options options_of(const protocol::LaboratoryExperiment& experiment) {
  constexpr auto& kPresets = protocol::kLaboratoryPresets;
  if (std::find(kPresets.begin(), kPresets.end(), experiment.preset) == kPresets.end()) {
    throw core::UserError("unknown preset '" + experiment.preset + "' of the laboratory: choose from " +
                          core::join(kPresets));
  }
  Options options;
  options.task = experiment.task;
  options.hyperparameters.seed = experiment.seed;
  options.hyperparameters.memory.kind = experiment.memory;
  set_task(options);
  set_memory(options.hyperparameters.memory);
  if (experiment.preset == "paper") {
    set_paper(options);
  } else {
    set_quick(options);
  }
  return options;
}

}  // namespace qarium::lab
