// Trains for a moment in every way there is: what the sanitizers watch.

#include <chrono>
#include <thread>

#include "engine/core/presets.hpp"
#include "engine/train/checkpoint.hpp"
#include "engine/train/session.hpp"
#include "tests/catch.hpp"

using namespace qarium;

namespace {

core::Hyperparameters brief(const std::string& preset) {
  auto hyperparameters = core::preset(preset).hyperparameters;
  hyperparameters.learning_starts = 64;
  hyperparameters.train_freq = 2;
  hyperparameters.gradient_steps = 1;
  hyperparameters.buffer_size = 500;
  hyperparameters.eval_freq = 200;
  hyperparameters.n_eval_episodes = 2;
  return hyperparameters;
}

}  // namespace

TEST_CASE("every switch trains and stays finite", "[train][brief]") {
  for (const char* preset : {"cartpole", "breakout"}) {
    for (const bool on : {false, true}) {
      auto hyperparameters = brief(preset);
      hyperparameters.double_q = hyperparameters.prioritized_replay = hyperparameters.head.dueling = on;
      hyperparameters.n_step = on ? 3 : 1;
      hyperparameters.n_envs = on ? 3 : 1;
      hyperparameters.optimizer = on ? "rmsprop_centered" : "adam";
      train::TrainLoop loop(hyperparameters, torch::kCPU, nullptr);
      while (loop.position().updates < 100)
        loop.tick();
      CHECK(loop.learner().online().parameters().values().isfinite().all().item<bool>());
      loop.learner().online().parameters().require_intact();
    }
  }
}

TEST_CASE("attention and memory train and stay finite", "[train][brief]") {
  for (const char* attention : {"additive", "multi_head", "transformer", "hierarchical"}) {
    for (const char* memory : {"none", "lstm", "gru", "ntm"}) {
      auto hyperparameters = brief("catch");
      hyperparameters.environment.grid_size = 5;
      hyperparameters.attention.kind = attention;
      hyperparameters.attention.width = 8;
      hyperparameters.attention.heads = 2;
      hyperparameters.attention.region = 2;
      hyperparameters.attention.query = memory == std::string("ntm") ? "memory" : "action";
      hyperparameters.memory.kind = memory;
      hyperparameters.memory.hidden = 6;
      hyperparameters.memory.slots = 5;
      hyperparameters.fusion.kind = "gated";
      hyperparameters.sequence_length = 3;
      hyperparameters.burn_in = 1;
      hyperparameters.sequence_overlap = 1;
      train::TrainLoop loop(hyperparameters, torch::kCPU, nullptr);
      while (loop.position().updates < 10)
        loop.tick();
      CHECK(loop.learner().online().parameters().values().isfinite().all().item<bool>());
    }
  }
}

TEST_CASE("a session learns, plays, changes and closes", "[train][brief]") {
  train::TrainerOptions options;
  options.hyperparameters = brief("cartpole");
  train::Session session(options);
  session.set_needs(core::kEverything);
  const std::vector<core::Command> commands = {core::TrainerCommand{core::Set{"learning_rate", 1e-3}},
                                               core::TrainerCommand{core::Set{"head.width", 32L}},
                                               core::StageCommand{core::Speed{core::kUnlimitedSpeed}},
                                               core::TrainerCommand{core::Reset{5}},
                                               core::StageCommand{core::Seek{0}},
                                               core::StageCommand{core::Branch{}},
                                               core::TrainerCommand{core::Pause{}}};
  std::vector<core::Acknowledgement> taken;
  std::size_t answered = 0;
  for (const auto& command : commands) {
    session.send(command);
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    session.acknowledgements(taken);
    answered += taken.size();
    session.trainer().update_snapshot();
    session.inspector().update_snapshot();
  }
  for (int tries = 0; tries < 600 && answered < commands.size(); ++tries) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    session.acknowledgements(taken);
    answered += taken.size();
  }
  CHECK(answered == commands.size());
}
