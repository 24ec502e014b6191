#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/agent/policy.hpp"
#include "engine/config/hyperparameters.hpp"
#include "engine/core/archive.hpp"
#include "engine/core/circumstances.hpp"
#include "engine/env/environment.hpp"
#include "engine/protocol/findings.hpp"
#include "engine/protocol/metrics.hpp"
#include "engine/protocol/position.hpp"
#include "engine/protocol/snapshot.hpp"

namespace qarium::agent {

/// How much of a learner's experience is written down already.
struct ExperienceMark {
  std::uint64_t replay = 0;           ///< which replay it was; another number: nothing of this one yet
  std::vector<std::int64_t> written;  ///< slots, of each environment
};

/// What a family of learners implements. The training loop keeps environments, clock and evaluation; replay, target
/// network, rollouts, exploration and their schedules belong to the families that have them.
///
/// A step goes: `act`, then for each environment `observe`, after which the next observation is written to
/// `observation`; where the episode is over, `begin_episode` and the first observation of the next one; then
/// `end_step`. While `update_due`, `update` is called between steps. One thread only.
class Learner {
 public:
  virtual ~Learner() = default;

  // What it is.
  virtual Policy& policy() = 0;
  virtual core::Circumstances circumstances() const = 0;
  /// What `update` measures, in the order of what it returns.
  virtual std::vector<protocol::Metric> update_metrics() const = 0;
  /// What stands at any moment (epsilon, say), in the order of `gauges`.
  virtual std::vector<protocol::Metric> gauge_metrics() const = 0;
  virtual std::vector<float> gauges(const protocol::Position& position) const = 0;
  virtual protocol::LearnerStatus status(const protocol::Position& position) const = 0;

  // Acting.
  /// Where environment i's current observation is to be written before `act`.
  virtual std::span<std::byte> observation(std::size_t i) = 0;
  /// Chooses an action for every environment.
  virtual void act(const protocol::Position& position, std::span<int> actions) = 0;
  /// What the action in environment i led to.
  virtual void observe(std::size_t i, int action, const env::StepResult& result) = 0;
  /// Environment i, whose episode was over, begins another.
  virtual void begin_episode(std::size_t i) = 0;
  /// Environment i's episode is given up where it stands, and another begins.
  virtual void abandon_episode(std::size_t i) = 0;
  /// Environment i goes on in the middle of an episode that was interrupted, after this action and reward.
  virtual void resume_episode(std::size_t i, int last_action, float last_reward) = 0;
  /// All environments have taken their step; `position` counts it.
  virtual void end_step(const protocol::Position& position) = 0;

  // Learning.
  virtual bool update_due() const = 0;
  /// One gradient update. Valid until the next call. Throws std::runtime_error where learning has diverged; the
  /// parameters are those before it then.
  virtual std::span<const float> update(const protocol::Position& position) = 0;

  /// Follows a change of hyperparameters: what keeps its shape is kept, the rest is drawn anew. All or nothing: where
  /// it throws (core::UserError, std::bad_alloc) it is as it was. `new_episodes`: all environments begin new ones.
  /// Returns whether the network is another one.
  virtual bool rebuild(const config::Hyperparameters& hyperparameters, const env::EnvironmentSpec& spec,
                       bool new_episodes) = 0;

  /// Adds all that it goes on with to a checkpoint: the weights of the policy under their own names, and as a section
  /// what it takes to go on exactly, but for its experience.
  virtual void save(core::Archive& archive) = 0;
  /// Takes back what `save` and `experience_since` wrote. To be called on a learner of the same hyperparameters, once
  /// its environments are where they were. Without the section (checkpoints of earlier versions) or without experience
  /// replay begins empty. Throws core::UserError where the archive does not fit; it is of no use then.
  virtual void restore(const core::Archive& archive) = 0;
  /// What was experienced since `mark`, as far as it is still kept, and moves the mark to now. Checkpoints are appended
  /// to with it: an observation is written once. Empty where there is nothing new.
  virtual std::vector<std::byte> experience_since(ExperienceMark& /*mark*/) const { return {}; }
  /// What was written before this mark is no longer kept by anyone.
  virtual ExperienceMark oldest_experience() const { return {}; }

  // To be looked at.
  /// What can be sampled, and the last minibatch; false where the family has no replay. `renderer` draws observations.
  virtual bool describe_replay(const env::Environment& /*renderer*/, const protocol::Position& /*position*/,
                               protocol::ReplayView& /*view*/) const {
    return false;
  }
  /// The last update with its whole batch, values after it included, so it must be asked before the next; it costs a
  /// forward pass. False where nothing is known of one. Changes nothing of what is learned.
  virtual bool describe_update(const env::Environment& /*renderer*/, const protocol::Position& /*position*/,
                               protocol::UpdateView& /*view*/) {
    return false;
  }
  /// Whether the next updates will be looked at: they may then measure what learning itself has no need of.
  virtual void watch_updates(bool /*watched*/) {}
  /// How the last updates went; without the layers.
  virtual protocol::LearnerHealth health() const { return {}; }
  /// How the units of its layers answer states from replay; takes milliseconds. Empty where there are none.
  virtual std::vector<protocol::LayerActivity> layer_activity() { return {}; }
  /// Sizes of its parameters and of their last gradient, by stage.
  virtual std::vector<protocol::BlockNorms> block_norms() { return {}; }
  /// Draws dormant units anew; `stream` is for that alone. Returns how many; none where the family cannot.
  virtual std::int64_t recycle_dormant(core::RandomStream /*stream*/) { return 0; }
  /// Up to `most` observations, evenly spread over what is kept.
  virtual std::vector<std::vector<std::byte>> some_observations(std::size_t /*most*/) const { return {}; }

  /// To be called by the thread that ticks, at its start and after every change.
  virtual void prepare_thread() const {}
};

}  // namespace qarium::agent
