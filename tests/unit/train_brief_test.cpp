// Trains for a moment in every way there is: what the sanitizers watch.

#include <chrono>
#include <thread>

#include "engine/config/presets.hpp"
#include "engine/session/session.hpp"
#include "engine/train/checkpoint.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning.hpp"

namespace qarium::train_brief_test {
namespace {

config::Hyperparameters brief(const std::string& preset) {
  auto hyperparameters = config::preset(preset).hyperparameters;
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
  for (const char* preset : {"cartpole", "breakout-dqn"}) {
    for (const bool on : {false, true}) {
      auto hyperparameters = brief(preset);
      hyperparameters.double_q = hyperparameters.prioritized_replay = hyperparameters.head.dueling = on;
      hyperparameters.n_step = on ? 3 : 1;
      hyperparameters.n_envs = on ? 3 : 1;
      hyperparameters.optimizer = on ? "rmsprop_centered" : "adam";
      train::TrainLoop loop(hyperparameters, "cpu", nullptr);
      while (loop.position().updates < 100)
        loop.tick();
      CHECK(tests::dqn_of(loop).dqn().online().parameters().values().isfinite().all().item<bool>());
      tests::dqn_of(loop).dqn().online().parameters().require_intact();
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
      train::TrainLoop loop(hyperparameters, "cpu", nullptr);
      while (loop.position().updates < 10)
        loop.tick();
      CHECK(tests::dqn_of(loop).dqn().online().parameters().values().isfinite().all().item<bool>());
    }
  }
}

TEST_CASE("a session learns, plays, changes and closes", "[train][brief]") {
  train::TrainerOptions options;
  options.hyperparameters = brief("cartpole");
  session::Session session(options);
  session.set_needs(protocol::kEverything);
  const std::vector<protocol::Command> commands = {protocol::TrainerCommand{protocol::Set{"learning_rate", 1e-3}},
                                                   protocol::TrainerCommand{protocol::Set{"head.width", 32L}},
                                                   protocol::StageCommand{protocol::Speed{protocol::kUnlimitedSpeed}},
                                                   protocol::TrainerCommand{protocol::Reset{5}},
                                                   protocol::StageCommand{protocol::Seek{0}},
                                                   protocol::StageCommand{protocol::Branch{}},
                                                   protocol::TrainerCommand{protocol::Pause{}}};
  std::vector<protocol::Acknowledgement> taken;
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

}  // namespace qarium::train_brief_test
