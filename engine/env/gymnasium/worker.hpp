#pragma once
#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "engine/config/hyperparameters.hpp"
#include "engine/env/gymnasium/interpreter.hpp"
#include "engine/env/gymnasium/process.hpp"
#include "engine/env/gymnasium/shared_block.hpp"

namespace qarium::env::gymnasium {

/// An environment that raised, hung or died, in its own words. What was learned is not touched by it.
class EnvironmentFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// How long an answer is waited for, in seconds; then the worker counts as hung and is killed.
struct Patience {
  double start = 120;  ///< Python, its imports, and what the environment does when it is made
  double answer = 60;  ///< a reset, a step, a picture
};

/// Which environment, in how many copies.
struct WorkerOrder {
  Interpreter interpreter;
  std::string id;  ///< Gymnasium's, "ALE/Pong-v5"
  std::int64_t action_bins = 5;
  std::optional<config::ArcadeOptions> arcade = {};  ///< of a game of the Arcade Learning Environment
  std::size_t slots = 1;
  Patience patience;
};

/// A process of the user's Python that has some copies of an environment, each in a slot, and the protocol to it (told
/// in worker.py). What is said many times a second goes through shared memory and two bytes; the rest is JSON. For one
/// thread at a time.
class Worker {
 public:
  /// Starts it and makes the environments. Throws core::UserError where the environment cannot be had, in its words.
  explicit Worker(const WorkerOrder& order);
  ~Worker();

  /// What the worker said of the environment when it was made.
  const nlohmann::json& description() const { return *description_; }
  std::size_t slots() const { return order_.slots; }

  /// False once it has died or was killed; everything but this throws EnvironmentFailure then.
  bool alive() const { return alive_; }

  /// Lets the environment in the slot step, and goes on; `finish_step` waits for it. One at a time in a slot. Where the
  /// other slots' steps begin too, all are sent with the last of them.
  void begin_step(std::size_t slot, std::int32_t action);
  struct Step {
    double reward = 0;
    bool terminated = false;
    bool truncated = false;
    bool life_lost = false;
  };
  Step finish_step(std::size_t slot);
  /// A request and its answer. Throws EnvironmentFailure with what the environment raised.
  nlohmann::json ask(const nlohmann::json& request);

  /// The observation of a slot, as the worker has left it.
  std::span<const std::byte> observation(std::size_t slot) const;
  /// What a rendering has left behind the slots.
  std::vector<std::byte> beyond(std::size_t at, std::size_t bytes) const { return memory_.beyond(at, bytes); }

  /// The process, for tests.
  Process& process() { return *process_; }

 private:
  void start();
  void send(std::string_view bytes);
  /// Reads until there is one answer in JSON, or, where `slot` is given, until that slot's step is done.
  std::optional<nlohmann::json> receive(double seconds, std::optional<std::size_t> slot);
  bool read_some(double until);
  [[noreturn]] void give_up(const std::string& why);
  [[noreturn]] void fail(const nlohmann::json& answer) const;

  WorkerOrder order_;
  SharedBlock memory_;
  std::unique_ptr<Process> process_;
  std::unique_ptr<nlohmann::json> description_;
  int socket_ = -1;
  bool alive_ = false;
  std::string unread_;
  std::string unsent_;  ///< steps that wait for those of other slots
  std::size_t stride_ = 0;
  std::size_t observation_bytes_ = 0;
  enum class Stepping : std::uint8_t { No, Yes, Done };
  std::vector<Stepping> stepping_;
  std::vector<std::string> failures_;  ///< of a slot's step that was not asked for yet
};

/// The ids of all environments that are known in this Python, sorted, of each the newest version: "ALE/Pong-v5". Throws
/// core::UserError in its words where it cannot say them within so many seconds.
std::vector<std::string> known_environments(const Interpreter& interpreter, double seconds = 120);

}  // namespace qarium::env::gymnasium
