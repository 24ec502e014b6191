#include "engine/agent/dqn/dqn_learner.hpp"

#include <algorithm>
#include <cstdio>
#include <new>

#include "engine/agent/exploration.hpp"
#include "engine/agent/metrics.hpp"
#include "engine/agent/random_streams.hpp"
#include "engine/agent/schedules.hpp"
#include "engine/agent/spaces.hpp"
#include "engine/core/error.hpp"
#include "engine/nn/runtime.hpp"

namespace qarium::agent {
namespace {

/// From replay, to see which units answer any of them.
constexpr std::size_t kStatesLookedAt = 256;

SequenceOptions sequence_options(const config::Hyperparameters& h) {
  return {h.sequence_length, h.burn_in, h.sequence_overlap, h.prioritized_replay};
}

/// Refuses states of the memory that would need more room than is allowed.
void require_room(const config::Hyperparameters& h, NetworkPolicy& policy) {
  if (!policy.recurrent()) return;
  require_room_for_states(policy.begin(1).bytes(), static_cast<std::size_t>(h.buffer_size), sequence_options(h));
}

/// How replay keeps its observations: each frame once, numbers that are 0 or 1 as bits.
ObservationLayout layout_of(const env::EnvironmentSpec& spec) {
  const auto& space = spec.observation_space;
  const bool bits = space.type == env::ScalarType::Uint8 &&
                    std::ranges::all_of(space.low, [](float bound) { return bound >= 0; }) &&
                    std::ranges::all_of(space.high, [](float bound) { return bound <= 1; });
  return {space.bytes(), static_cast<std::size_t>(spec.frames), bits};
}

[[noreturn]] void no_room_for_replay(const config::Hyperparameters& h, const env::EnvironmentSpec& spec) {
  char gigabytes[32];
  std::snprintf(gigabytes, sizeof gigabytes, "%.3g GB",
                static_cast<double>(h.buffer_size) *
                    static_cast<double>(layout_of(spec).stored() + ReplayBuffer::slot_bytes()) / 1e9);
  throw core::UserError("there is not enough memory for replay: buffer_size = " + std::to_string(h.buffer_size) +
                        " takes " + gigabytes + "; choose a smaller one");
}

std::unique_ptr<ReplayBuffer> make_replay(const config::Hyperparameters& h, const env::EnvironmentSpec& spec,
                                          bool recurrent) try {
  auto replay = std::make_unique<ReplayBuffer>(layout_of(spec), static_cast<std::size_t>(h.buffer_size),
                                               static_cast<std::size_t>(h.n_envs));
  // Where there is a memory, sequences have the priorities.
  replay->configure(h.n_step, h.prioritized_replay && !recurrent);
  return replay;
} catch (const std::bad_alloc&) {
  no_room_for_replay(h, spec);
}

std::unique_ptr<SequenceReplay> make_sequences(const config::Hyperparameters& h, const ReplayBuffer& replay,
                                               bool recurrent) {
  if (!recurrent) return nullptr;
  return std::make_unique<SequenceReplay>(replay, static_cast<std::size_t>(h.n_envs), sequence_options(h));
}

}  // namespace

DqnLearner::DqnLearner(const config::Hyperparameters& hyperparameters, const env::EnvironmentSpec& spec,
                       torch::Device device)
    : hyperparameters_(hyperparameters),
      spec_(spec),
      dqn_(hyperparameters, spec, device),
      replay_stream_(run_stream(hyperparameters, core::Purpose::Replay)),
      acting_noise_(run_stream(hyperparameters, core::Purpose::Noise, kActingNoise)) {
  require_room(hyperparameters, dqn_.online());
  const bool recurrent = dqn_.online().recurrent();
  replay_ = make_replay(hyperparameters, spec, recurrent);
  sequences_ = make_sequences(hyperparameters, *replay_, recurrent);
  recurrent_state_ = dqn_.online().begin(environments());
  begin_streams();
}

void DqnLearner::begin_streams() {
  in_episode_.assign(environments(), false);
  exploration_streams_ = exploration_streams(hyperparameters_);
}

core::Circumstances DqnLearner::circumstances() const {
  return nn::circumstances(dqn_.online().device(), hyperparameters_.threads);
}

void DqnLearner::prepare_thread() const {
  nn::prepare_thread(hyperparameters_.threads);
}

std::vector<protocol::Metric> DqnLearner::update_metrics() const {
  auto errors = td_error_metrics();
  return {
      {.name = "loss",
       .plot = "Loss",
       .unit = "per update",
       .tag = "losses/td_loss",
       .help = "What an update minimised: the mean over the batch of Huber's loss, of half the squared TD error, or of "
               "the loss between distributions of returns.",
       .low = 0},
      mean_q_metric(),
      std::move(errors[0]),
      std::move(errors[1]),
      gradient_norm_metric()};
}

std::vector<protocol::Metric> DqnLearner::gauge_metrics() const {
  return {epsilon_metric()};
}

std::vector<float> DqnLearner::gauges(const protocol::Position& position) const {
  return {static_cast<float>(epsilon(hyperparameters_, position.environment_steps))};
}

protocol::LearnerStatus DqnLearner::status(const protocol::Position& position) const {
  return {.filling = filling(),
          .epsilon = epsilon(hyperparameters_, position.environment_steps),
          .replay_size = static_cast<std::int64_t>(replay_->size()),
          .replay_capacity = static_cast<std::int64_t>(replay_->capacity()),
          .updates_due = updates_due_,
          .steps_to_update = updates_due_ > 0 ? 0 : steps_to_update()};
}

std::int64_t DqnLearner::steps_to_update() const {
  const auto& h = hyperparameters_;
  const auto whole = [&](std::int64_t steps) { return (std::max<std::int64_t>(steps, 1) + h.n_envs - 1) / h.n_envs; };
  if (!filling()) return whole(h.train_freq - steps_since_round_) * h.n_envs;
  const auto missing = h.learning_starts - steps_in_replay_;
  if (missing <= 0) return -1;  // it waits for as many as a batch needs, or for the first sequence
  // With the step that fills it a round begins.
  return (whole(missing) - 1 + whole(h.train_freq)) * h.n_envs;
}

protocol::LearnerHealth DqnLearner::health() const {
  protocol::LearnerHealth health;
  health_.describe(health);
  const auto oldest = replay_->oldest_age();
  if (oldest > 0) health.oldest_in_replay = oldest * hyperparameters_.n_envs;
  if (const auto& drawn = dqn_.last_batch().steps; !drawn.empty()) {
    double sum = 0;
    for (const auto& step : drawn)
      sum += static_cast<double>(step.age);
    health.sampled_age = sum / static_cast<double>(drawn.size()) * static_cast<double>(hyperparameters_.n_envs);
  }
  health.target_copies = target_copies_;
  health.steps_since_target = steps_since_target_;
  health.target_distance = dqn_.target_distance();
  return health;
}

std::vector<protocol::LayerActivity> DqnLearner::layer_activity() {
  const auto states = replay_->some_observations(kStatesLookedAt);
  if (states.empty()) return {};
  const std::vector<std::span<const std::byte>> observations(states.begin(), states.end());
  return dqn_.online().layer_activity(observations);
}

std::vector<protocol::BlockNorms> DqnLearner::block_norms() {
  return dqn_.online().block_norms();
}

std::int64_t DqnLearner::recycle_dormant(core::RandomStream stream) {
  const auto states = replay_->some_observations(kStatesLookedAt);
  if (states.empty()) return 0;
  const std::vector<std::span<const std::byte>> observations(states.begin(), states.end());
  return dqn_.online().recycle_dormant(observations, dqn_.optimizer(), stream);
}

bool DqnLearner::filling() const {
  // Not every slot can be sampled: a batch as large as replay would wait forever for that many.
  const auto enough = std::min(hyperparameters_.batch_size, static_cast<std::int64_t>(replay_->capacity() / 4));
  return steps_in_replay_ < hyperparameters_.learning_starts || static_cast<std::int64_t>(replay_->size()) < enough ||
         (sequences_ && sequences_->size() == 0);
}

void DqnLearner::act(const protocol::Position& position, std::span<int> actions) {
  const bool warming_up = position.environment_steps < hyperparameters_.learning_starts;
  const double epsilon = warming_up ? 1.0 : agent::epsilon(hyperparameters_, position.environment_steps);
  auto& network = dqn_.online().network();
  network.draw_noise(acting_noise_, nn::Noise::Policy);
  if (sequences_) {
    act_with_memory(epsilon, actions);
  } else {
    act_without_memory(epsilon, actions);
  }
  network.settle();
}

void DqnLearner::act_without_memory(double epsilon, std::span<int> actions) {
  const auto n_actions = static_cast<std::size_t>(spec_.action_space.n());
  std::vector<std::size_t> evaluated;
  std::vector<std::span<const std::byte>> observations;
  for (std::size_t i = 0; i < environments(); ++i) {
    if (const auto explored = random_action(exploration_streams_[i], epsilon, spec_.action_space.n())) {
      actions[i] = *explored;
      continue;
    }
    evaluated.push_back(i);
    observations.push_back(replay_->current(i));
  }
  if (evaluated.empty()) return;
  const auto values = dqn_.online().evaluate(observations).preferences;
  for (std::size_t k = 0; k < evaluated.size(); ++k)
    actions[evaluated[k]] = greedy(values.subspan(k * n_actions, n_actions));
}

void DqnLearner::act_with_memory(double epsilon, std::span<int> actions) {
  // The memory sees every step, whoever chooses the action.
  std::vector<std::span<const std::byte>> observations;
  for (std::size_t i = 0; i < environments(); ++i) {
    sequences_->before_step(i, recurrent_state_);
    observations.push_back(replay_->current(i));
  }
  const auto values = dqn_.online().evaluate(observations, recurrent_state_).preferences;
  const auto n_actions = static_cast<std::size_t>(spec_.action_space.n());
  for (std::size_t i = 0; i < environments(); ++i) {
    const auto explored = random_action(exploration_streams_[i], epsilon, spec_.action_space.n());
    actions[i] = explored ? *explored : greedy(values.subspan(i * n_actions, n_actions));
  }
}

void DqnLearner::observe(std::size_t i, int action, const env::StepResult& result) {
  in_episode_[i] = true;
  const float reward = spec_.learned_reward(result.reward);
  replay_->append(i, action, reward, result.terminated || result.life_lost, result.truncated);
  if (!sequences_) return;
  sequences_->after_step(i, result.over());
  recurrent_state_.acted(i, action, reward);
}

void DqnLearner::begin_episode(std::size_t i) {
  in_episode_[i] = false;
  if (sequences_) recurrent_state_.begin(i, dqn_.online().begin(1));
  replay_->begin_episode(i);
}

void DqnLearner::abandon_episode(std::size_t i) {
  begin_episode(i);
  if (sequences_) sequences_->abandon_episode(i);
}

void DqnLearner::resume_episode(std::size_t i, int last_action, float last_reward) {
  in_episode_[i] = true;
  recurrent_state_.acted(i, last_action, spec_.learned_reward(last_reward));
}

void DqnLearner::end_step(const protocol::Position& /*position*/) {
  const auto& h = hyperparameters_;
  steps_since_target_ += h.n_envs;
  if (steps_since_target_ >= h.target_update_interval) {
    steps_since_target_ %= h.target_update_interval;
    dqn_.update_target(h.tau);
    ++target_copies_;
  }
  steps_in_replay_ += h.n_envs;
  steps_since_round_ += h.n_envs;
  if (filling()) {
    steps_since_round_ = 0;
  } else if (steps_since_round_ >= h.train_freq) {
    updates_due_ = steps_since_round_ / h.train_freq * h.gradient_steps;
    steps_since_round_ %= h.train_freq;
  }
}

std::span<const float> DqnLearner::update(const protocol::Position& position) {
  const double beta = importance_beta(hyperparameters_, position.environment_steps);
  const auto& h = present_.at(&hyperparameters_, position.environment_steps);
  const auto report = sequences_ ? dqn_.update(*replay_, *sequences_, h, beta, replay_stream_)
                                 : dqn_.update(*replay_, h, beta, replay_stream_);
  --updates_due_;
  last_update_step_ = position.environment_steps;
  remember_facts(report);
  health_.add(report, hyperparameters_.max_grad_norm);
  measured_ = {report.loss, report.mean_q, report.td_error_p50, report.td_error_p95, report.gradient_norm};
  return measured_;
}

DqnLearner::Change DqnLearner::change_to(const config::Hyperparameters& changed,
                                         const env::EnvironmentSpec& spec) const {
  using config::Anew;
  const auto anew = config::made_anew(hyperparameters_, changed);
  const bool spaces = !same_spaces(spec, spec_);
  const bool recurrence = (changed.memory.kind == "none") != (hyperparameters_.memory.kind == "none");
  // The atoms of returns may hang on gamma.
  const bool atoms = !(nn::returns_of(changed, spec) == nn::returns_of(hyperparameters_, spec_));
  return {.network = spaces || atoms || has(anew, Anew::Network),
          .replay = spaces || has(anew, Anew::Replay),
          .sampling = recurrence || has(anew, Anew::Sampling),
          .sequences = recurrence || has(anew, Anew::Sequences)};
}

bool DqnLearner::rebuild(const config::Hyperparameters& changed, const env::EnvironmentSpec& spec, bool new_episodes) {
  const auto change = change_to(changed, spec);
  std::optional<Dqn> dqn;
  if (change.network) dqn.emplace(dqn_.rebuilt(changed, spec));
  auto& online = dqn ? dqn->online() : dqn_.online();
  const bool recurrent = online.recurrent();
  require_room(changed, online);
  auto replay = change.replay ? make_replay(changed, spec, recurrent) : nullptr;
  const bool new_sequences = change.replay || change.sequences;
  auto sequences = new_sequences ? make_sequences(changed, replay ? *replay : *replay_, recurrent) : nullptr;
  auto fresh = online.begin(static_cast<std::size_t>(changed.n_envs));
  if (change.sampling && !replay) replay_->configure(changed.n_step, changed.prioritized_replay && !recurrent);
  if (!dqn && changed.fused != hyperparameters_.fused) dqn_.use_fused(changed.fused);

  // Everything is made: from here on nothing fails.
  hyperparameters_ = changed;
  spec_ = spec;
  if (dqn) dqn_ = std::move(*dqn);
  if (change.network) health_.clear();
  if (change.network || change.replay || change.sampling || change.sequences) update_known_ = false;
  if (new_episodes) begin_streams();
  if (replay) {
    replay_ = std::move(replay);
    ++replay_number_;
    steps_in_replay_ = 0;
    last_update_step_ = -1;
  } else {
    for (std::size_t i = 0; new_episodes && i < environments(); ++i) {
      replay_->begin_episode(i);
      if (sequences_) sequences_->abandon_episode(i);
    }
    if (change.sampling && sequences_) sequences_->forget_priorities();
  }
  if (new_sequences) {
    sequences_ = std::move(sequences);
  } else if (change.network && sequences_) {
    sequences_->drop_states();
  }
  if (new_sequences || change.network || new_episodes) take_recurrent_state(std::move(fresh));
  if (filling()) updates_due_ = 0;  // what was due has nothing to sample from any more
  return change.network;
}

void DqnLearner::take_recurrent_state(RecurrentState fresh) {
  recurrent_state_ = std::move(fresh);
  for (std::size_t i = 0; i < environments(); ++i) {
    // In the middle of an episode nobody knows what the memory would hold: sequences begin with the next one.
    if (in_episode_[i]) recurrent_state_.acted(i, 0, 0);
  }
}

}  // namespace qarium::agent
