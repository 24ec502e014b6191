// The laboratory's presets: the paper's tables, and every task learns with every memory in both.
#include <torch/torch.h>

#include <string>

#include "engine/core/error.hpp"
#include "engine/lab/laboratory.hpp"
#include "engine/lab/settings.hpp"
#include "tests/catch.hpp"

namespace qarium::lab_settings_test {

TEST_CASE("the preset paper has the sizes and rates of the paper's tables") {
  struct Row {
    std::string task, memory;
    std::int64_t heads, hidden;
    double learning_rate;
  };
  const Row rows[] = {
      {"copy", "ntm", 1, 100, 1e-4},
      {"repeat_copy", "ntm", 1, 100, 1e-4},
      {"associative_recall", "ntm", 4, 256, 1e-4},
      {"priority_sort", "ntm", 8, 512, 3e-5},
      {"copy", "lstm", 1, 256, 3e-5},
      {"repeat_copy", "lstm", 1, 512, 3e-5},
      {"associative_recall", "lstm", 1, 256, 1e-4},
      {"priority_sort", "lstm", 1, 128, 3e-5},
  };
  for (const auto& row : rows) {
    CAPTURE(row.task, row.memory);
    const auto options = lab::options_of({.task = row.task, .memory = row.memory, .preset = "paper", .seed = 5});
    const auto& h = options.hyperparameters;
    CHECK(h.seed == 5);
    CHECK(h.memory.read_heads == row.heads);
    CHECK(h.memory.write_heads == row.heads);
    CHECK(h.memory.hidden == row.hidden);
    CHECK(h.learning_rate == row.learning_rate);
    CHECK(h.batch_size == 1);
    CHECK(h.rmsprop_momentum == 0.9);
    if (row.memory != "ntm") continue;
    CHECK(h.memory.slots == 128);
    CHECK(h.memory.width == 20);
    CHECK(h.memory.controller == "feedforward");
  }
}

TEST_CASE("every task can be learned with every memory in both presets") {
  for (const auto preset : protocol::kLaboratoryPresets) {
    for (const std::string task : {"copy", "repeat_copy", "associative_recall", "priority_sort"}) {
      for (const std::string memory : {"lstm", "gru", "ntm", "dnc", "mann", "memory_bank", "temporal", "transformer"}) {
        CAPTURE(preset, task, memory);
        auto options = lab::options_of({.task = task, .memory = memory, .preset = std::string(preset)});
        options.max_length = options.min_length;
        options.hyperparameters.batch_size = 1;
        lab::Laboratory laboratory(options);
        laboratory.tick();
        CHECK(laboratory.sequences() == 1);
      }
    }
  }
}

TEST_CASE("an unknown preset is refused by name") {
  CHECK_THROWS_WITH(lab::options_of({.preset = "slow"}),
                    ContainsSubstring("'slow'") && ContainsSubstring("quick, paper"));
  CHECK_THROWS_AS(lab::options_of({.preset = ""}), core::UserError);
}

}  // namespace qarium::lab_settings_test
