#include "engine/train/replay.hpp"

#include <algorithm>

#include "engine/core/error.hpp"
#include "engine/train/checkpoint.hpp"
#include "engine/train/learning_commands.hpp"
#include "engine/train/train_loop.hpp"

namespace qarium::train {
namespace {

/// A tick as the trainer does it: one that fails changes nothing and counts.
void tick_again(TrainLoop& loop) {
  try {
    loop.tick();
  } catch (const std::exception&) {  // on purpose
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
    while (loop.ticks() < entry.tick)
      tick_again(loop);
    if (std::holds_alternative<protocol::Load>(entry.command))
      throw core::UserError("the journal loads a checkpoint, which it does not hold: it cannot be replayed");
    apply(entry.command, loop);
    loop.learner().prepare_thread();
  }
  while (loop.ticks() < journal.end_tick)
    tick_again(loop);
  replayed.digest = parameter_digest(loop.learner().policy());
  replayed.position = loop.position();
  return replayed;
}

}  // namespace qarium::train
