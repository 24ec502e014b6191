#pragma once
/// A session as a window holds it, for tests: sends commands and waits for what comes of them.

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "engine/session/session.hpp"

namespace qarium::tests {

/// Of a trainer on the CPU.
inline train::TrainerOptions options_for(const config::Hyperparameters& h, bool paused) {
  train::TrainerOptions options;
  options.hyperparameters = h;
  options.device = "cpu";
  options.start_paused = paused;
  return options;
}

class Client {
 public:
  explicit Client(const train::TrainerOptions& options) : session_(std::make_unique<session::Session>(options)) {}

  session::Session& session() { return *session_; }
  train::Trainer& trainer() { return session_->trainer(); }
  inspect::Inspector& inspector() { return session_->inspector(); }

  std::uint64_t send(protocol::Command command) { return session_->send(std::move(command)); }

  /// Waits for the answer to a command that was sent; keeps those to others for later.
  protocol::Acknowledgement answer(std::uint64_t id) {
    wait("an acknowledgement", [&] {
      collect();
      return answers_.count(id) > 0;
    });
    auto taken = std::move(answers_.at(id));
    answers_.erase(id);
    return taken;
  }
  protocol::Acknowledgement ask(protocol::Command command) { return answer(send(std::move(command))); }

  /// Waits until the newest snapshot of the trainer satisfies `condition`, and returns it.
  template <class Condition>
  const protocol::TrainerSnapshot& when(const std::string& what, Condition condition) {
    wait(what, [&] {
      trainer().update_snapshot();
      return trainer().snapshot().sequence > 0 && condition(trainer().snapshot());
    });
    return trainer().snapshot();
  }
  /// The same for the stage's.
  template <class Condition>
  const protocol::StageSnapshot& when_stage(const std::string& what, Condition condition) {
    wait(what, [&] {
      inspector().update_snapshot();
      return inspector().snapshot().sequence > 0 && condition(inspector().snapshot());
    });
    return inspector().snapshot();
  }

  protocol::Position when_steps(std::int64_t steps) {
    return when("environment steps", [&](const auto& s) { return s.status.position.environment_steps >= steps; })
        .status.position;
  }
  protocol::Position when_updates(std::int64_t updates) {
    return when("updates", [&](const auto& s) { return s.status.position.updates >= updates; }).status.position;
  }

  /// Steps from a pause until it is paused again, and returns where that is.
  protocol::Position step(protocol::Unit unit, std::int64_t n) {
    const auto start = ask(protocol::Step{unit, n});
    if (!start.accepted) throw std::runtime_error("refused: " + start.message);
    const auto& stopped = when("the end of a step", [&](const auto& s) {
      const auto activity = s.status.activity;
      const bool still = activity == protocol::Activity::Paused || activity == protocol::Activity::Finished ||
                         activity == protocol::Activity::Failed;
      return still && !(s.status.position == start.position);
    });
    if (stopped.status.activity == protocol::Activity::Failed) throw std::runtime_error(stopped.status.error);
    return stopped.status.position;
  }

  /// Ends the session, as closing the window does.
  void close() { session_.reset(); }

  /// Everything acknowledged so far that nobody asked for.
  std::map<std::uint64_t, protocol::Acknowledgement>& collect() {
    session_->acknowledgements(batch_);
    for (auto& answer : batch_) {
      order_.push_back(answer.id);
      if (!answers_.emplace(answer.id, answer).second) throw std::runtime_error("acknowledged twice");
    }
    return answers_;
  }
  /// Numbers of all commands in the order in which they were acknowledged.
  const std::vector<std::uint64_t>& order() const { return order_; }

  template <class Condition>
  static void wait(const std::string& what, Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(2);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("waited in vain for " + what);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

 private:
  std::unique_ptr<session::Session> session_;
  std::vector<protocol::Acknowledgement> batch_;
  std::map<std::uint64_t, protocol::Acknowledgement> answers_;
  std::vector<std::uint64_t> order_;
};

}  // namespace qarium::tests
