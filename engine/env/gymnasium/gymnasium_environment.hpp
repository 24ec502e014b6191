#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/config/hyperparameters.hpp"
#include "engine/env/environment.hpp"
#include "engine/env/gymnasium/worker.hpp"

namespace qarium::env::gymnasium {

inline constexpr std::string_view kPrefix = "gym:";

/// Whether it is a game of the Arcade Learning Environment, which is played as config::ArcadeOptions say.
inline bool is_arcade(std::string_view id) {
  return id.starts_with("gym:ALE/");
}

/// The worker that some environments have together, and another one where it has died.
class SharedWorker {
 public:
  explicit SharedWorker(WorkerOrder order) : order_(std::move(order)), worker_(std::make_unique<Worker>(order_)) {}

  const WorkerOrder& order() const { return order_; }
  Worker& worker() { return *worker_; }
  /// How often it was started anew: environments of an older one have lost their state.
  int generation() const { return generation_; }
  /// Starts another one where it has died. Throws as Worker's constructor.
  void revive();

 private:
  WorkerOrder order_;
  std::unique_ptr<Worker> worker_;
  int generation_ = 0;
};

/// An environment of Gymnasium, in a worker (worker.hpp): "gym:ALE/Pong-v5", "gym:my_module:MyEnv-v0".
///
/// An episode begins with a seed drawn from the stream. Where a trial has shown that seed and actions bring the same
/// episode back (capabilities.deterministic), a state is these; of the Arcade Learning Environment, its own clone too.
/// `reseed` gives another seed to the environment's `np_random`; one that draws from elsewhere goes on as it was.
///
/// What raises, hangs or dies is an EnvironmentFailure in its own words. The next step starts the worker anew where it
/// has died, and goes on where the episode can be brought back; else the episode is given up: it is truncated there.
class GymnasiumEnvironment final : public Environment {
 public:
  GymnasiumEnvironment(std::shared_ptr<SharedWorker> shared, std::size_t slot);

  const EnvironmentSpec& spec() const override { return spec_; }
  void reset(core::RandomStream stream) override;
  void anticipate(int action) override;
  StepResult step(int action) override;
  void observe(std::span<std::byte> out) const override;
  void render(protocol::Scene& scene) const override;
  void render_observation(std::span<const std::byte> observation, protocol::Scene& scene) const override;
  std::vector<std::byte> save_state() const override;
  void restore_state(std::span<const std::byte> state) override;
  void reseed(core::RandomStream stream) override;

 private:
  enum class Condition : std::uint8_t {
    Well,
    Raised,  ///< its code raised: the same actions may only raise again
    Lost     ///< its worker has died
  };

  Worker& worker() const { return shared_->worker(); }
  bool well() const;
  void begin_episode();
  void replay();
  /// Brings the episode back, or returns false: it is given up.
  bool recover();
  /// Runs what talks to the worker, and remembers what became of the environment.
  template <class Talk>
  auto talk(const Talk& talk);
  void take_observation();

  std::shared_ptr<SharedWorker> shared_;
  std::size_t slot_;
  EnvironmentSpec spec_;
  bool clones_;  ///< states are the environment's own
  Condition condition_ = Condition::Lost;
  int generation_ = 0;
  std::optional<int> anticipated_;
  core::RandomStream random_;
  std::int32_t seed_ = 0;
  std::vector<std::int32_t> history_;  ///< actions; -1 - seed where the chance to come got another seed
  std::vector<std::byte> observation_;
};

/// `n` environments, in as many workers as there are cores, or fewer.
/// Throws core::UserError where the environment cannot be had, in words with a remedy.
std::vector<std::unique_ptr<Environment>> make(const config::EnvironmentOptions& options, std::size_t n);

}  // namespace qarium::env::gymnasium
