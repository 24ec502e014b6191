// What an advance by hand is said to cost is what it then takes, on every preset.
#include <string>

#include "engine/config/presets.hpp"
#include "engine/train/train_loop.hpp"
#include "tests/catch.hpp"

namespace qarium::train_step_costs_test {

TEST_CASE("an update comes after as many environment steps as were promised, on every preset", "[train]") {
  for (const auto& preset : config::presets()) {
    if (preset.hyperparameters.environment.id.starts_with("gym:")) continue;
    INFO(preset.name);
    auto h = preset.hyperparameters;
    h.eval_freq = 0;
    h.buffer_size = std::min<std::int64_t>(h.buffer_size, 5'000);
    h.learning_starts = 300;
    h.gradient_steps = h.gradient_steps > 2 ? 2 : h.gradient_steps;
    h.batch_size = std::min<std::int64_t>(h.batch_size, 4);
    train::TrainLoop loop(h, "cpu", nullptr);
    std::int64_t promised = -1;
    std::int64_t kept = 0;
    while (kept < 20 && loop.position().environment_steps < 20'000) {
      const auto status = loop.learner_status();
      CHECK((status.updates_due > 0) == loop.learner().update_due());
      CHECK((status.steps_to_update == 0) == (status.updates_due > 0));
      const auto before = loop.position();
      if (status.updates_due == 0 && status.steps_to_update > 0) promised = status.steps_to_update;
      const auto tick = loop.tick();
      if (tick.work != train::Tick::Work::EnvironmentStep) continue;
      const auto steps = loop.position().environment_steps - before.environment_steps;
      if (promised < 0) continue;
      promised -= steps;
      // All the promised steps are taken with none due in between, and then one is.
      CHECK((promised == 0) == loop.learner().update_due());
      if (promised == 0) ++kept;
      promised = -1;
    }
    CHECK(kept > 0);
  }
}

}  // namespace qarium::train_step_costs_test
