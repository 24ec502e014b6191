#include "engine/train/replay.hpp"

#include <algorithm>

#include "engine/core/error.hpp"
#include "engine/train/checkpoint.hpp"
#include "engine/train/learning_commands.hpp"
#include "engine/train/train_loop.hpp"

namespace qarium::train {
namespace {

/// Ticks up to `tick` as the trainer does it: one that fails changes nothing and counts, and a command follows; none
/// follows the end of learning. A journal that says otherwise was damaged, and would be followed for ever.
void tick_up_to(TrainLoop& loop, std::int64_t tick) {
  bool failed = false;
  while (loop.ticks() < tick) {
    if (failed || loop.finished()) {
      throw core::UserError("the journal goes on to tick " + std::to_string(tick) + ", but " +
                            (failed ? "learning fails" : "all is learned") + " at tick " +
                            std::to_string(loop.ticks()) + ": it is damaged, and cannot be replayed");
    }
    try {
      loop.tick();
    } catch (const std::exception&) {
      failed = true;
    }
  }
}

}  // namespace

Replayed replay(const run::Journal& journal) {
  TrainLoop loop(journal.hyperparameters, "cpu", nullptr);
  loop.learner().prepare_thread();
  Replayed replayed;
  const auto now = loop.learner().circumstances();
  replayed.mismatches = run::differences(journal.circumstances, now);
  for (const auto& then : journal.continued_in) {
    for (auto& difference : run::differences(then, now)) {
      if (std::ranges::find(replayed.mismatches, difference) == replayed.mismatches.end())
        replayed.mismatches.push_back(std::move(difference));
    }
  }
  for (const auto& entry : journal.entries) {
    tick_up_to(loop, entry.tick);
    if (std::holds_alternative<protocol::Load>(entry.command))
      throw core::UserError("the journal loads a checkpoint, which it does not hold: it cannot be replayed");
    apply(entry.command, loop);
    loop.learner().prepare_thread();
  }
  tick_up_to(loop, journal.end_tick);
  replayed.digest = parameter_digest(loop.learner().policy());
  replayed.position = loop.position();
  return replayed;
}

}  // namespace qarium::train
