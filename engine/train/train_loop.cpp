#include "engine/train/train_loop.hpp"

#include <algorithm>
#include <string>

#include "engine/agent/dqn/exploration.hpp"
#include "engine/core/error.hpp"
#include "engine/env/registry.hpp"

namespace qarium::train {
namespace {

std::uint64_t seed_of(const config::Hyperparameters& h) {
  return static_cast<std::uint64_t>(h.seed);
}

bool same_network(const config::Hyperparameters& a, const config::Hyperparameters& b) {
  return a.encoder == b.encoder && a.attention == b.attention && a.memory == b.memory && a.fusion == b.fusion &&
         a.head == b.head;
}

bool same_sequences(const config::Hyperparameters& a, const config::Hyperparameters& b) {
  return a.sequence_length == b.sequence_length && a.burn_in == b.burn_in && a.sequence_overlap == b.sequence_overlap &&
         a.prioritized_replay == b.prioritized_replay;
}

agent::SequenceOptions sequence_options(const config::Hyperparameters& h) {
  return {h.sequence_length, h.burn_in, h.sequence_overlap, h.prioritized_replay};
}

/// Refuses what would need more memory than is allowed, before anything is lost.
void require_room(const config::Hyperparameters& h, const agent::RecurrentState& of_one) {
  agent::require_room_for_states(of_one.bytes(), static_cast<std::size_t>(h.buffer_size), sequence_options(h));
}

bool same_spaces(const env::EnvironmentSpec& a, const env::EnvironmentSpec& b) {
  return a.observation_space.shape == b.observation_space.shape &&
         a.observation_space.type == b.observation_space.type && a.action_space.n() == b.action_space.n();
}

}  // namespace

TrainLoop::TrainLoop(const config::Hyperparameters& hyperparameters, torch::Device device, TrainEvents* events)
    : device_(device), events_(events) {
  configure(hyperparameters);
}

void TrainLoop::configure(const config::Hyperparameters& hyperparameters) {
  config::validate(hyperparameters);
  const auto spec = env::make(hyperparameters.environment)->spec();
  auto learner = std::make_unique<agent::Dqn>(hyperparameters, spec, device_);  // refuses before anything is lost
  if (learner->online().recurrent()) require_room(hyperparameters, learner->online().begin(1));
  hyperparameters_ = hyperparameters;
  learner_ = std::move(learner);
  ++rebuilds_;
  evaluator_.reset();
  position_ = {};
  episodes_ = steps_since_round_ = steps_since_target_ = steps_since_evaluation_ = updates_due_ = 0;
  final_evaluation_done_ = false;
  last_evaluation_.reset();
  best_evaluation_.reset();
  returns_.clear();
  replay_stream_ = core::RandomStream(seed_of(hyperparameters_), core::Purpose::Replay, 0);
  build_environments();
  build_replay();
}

void TrainLoop::build_environments() {
  const auto& h = hyperparameters_;
  const auto n = static_cast<std::size_t>(h.n_envs);
  environments_ =
      std::make_unique<env::VectorEnvironment>(h.environment, h.n_envs, seed_of(h), core::Purpose::Environment);
  exploration_streams_.clear();
  for (std::size_t i = 0; i < n; ++i) {
    exploration_streams_.emplace_back(seed_of(h), core::Purpose::Exploration, static_cast<std::uint32_t>(i));
    environments_->reset(i);
  }
  actions_.assign(n, 0);
  results_.assign(n, {});
  episode_returns_.assign(n, 0);
  episode_actions_.assign(n, {});
}

void TrainLoop::build_replay() {
  const auto& h = hyperparameters_;
  steps_in_replay_ = 0;
  last_update_step_ = -1;
  replay_ = std::make_unique<agent::ReplayBuffer>(spec().observation_space.bytes(),
                                                  static_cast<std::size_t>(h.buffer_size), environments_->size());
  configure_sampling();
  for (std::size_t i = 0; i < environments_->size(); ++i)
    environments_->observe(i, replay_->current(i));
  build_sequences();
}

void TrainLoop::configure_sampling() {
  // Where there is a memory, sequences have the priorities.
  replay_->configure(hyperparameters_.n_step, hyperparameters_.prioritized_replay && !learner_->online().recurrent());
}

void TrainLoop::build_sequences() {
  const auto& h = hyperparameters_;
  sequences_.reset();
  if (learner_->online().recurrent()) {
    sequences_ = std::make_unique<agent::SequenceReplay>(*replay_, environments_->size(), sequence_options(h));
  }
  forget_recurrent_state();
}

void TrainLoop::forget_recurrent_state() {
  recurrent_state_ = learner_->online().begin(environments_->size());
  for (std::size_t i = 0; i < environments_->size(); ++i) {
    // In the middle of an episode nobody knows what the memory would hold: sequences begin with the next one.
    if (!episode_actions_[i].empty()) recurrent_state_.acted(i, 0, 0);
  }
}

void TrainLoop::set(const std::string& name, const config::Value& value) {
  const auto& parameter = config::parameter(name);
  auto changed = hyperparameters_;
  config::set(changed, parameter, value);
  config::validate(changed);
  if (changed == hyperparameters_) return;
  if (changed.seed != hyperparameters_.seed) {
    configure(changed);
    return;
  }
  const auto new_spec = env::make(changed.environment)->spec();
  const auto change = change_to(changed, new_spec);
  if (changed.memory.kind != "none") {
    require_room(changed,
                 change.network ? agent::Policy(changed, new_spec, torch::kCPU).begin(1) : learner_->online().begin(1));
  }
  if (change.network) {
    learner_->rebuild(changed, new_spec);
    ++rebuilds_;
  }
  hyperparameters_ = changed;
  if (position_.environment_steps < changed.n_timesteps) final_evaluation_done_ = false;
  remake(change);
  if (filling()) updates_due_ = 0;  // what was due has nothing to sample from any more
}

TrainLoop::Change TrainLoop::change_to(const config::Hyperparameters& changed,
                                       const env::EnvironmentSpec& new_spec) const {
  const auto& h = hyperparameters_;
  const bool spaces = !same_spaces(new_spec, spec());
  const bool n_envs = changed.n_envs != h.n_envs;
  const bool recurrence = (changed.memory.kind == "none") != (h.memory.kind == "none");
  return {.environments = n_envs || changed.environment != h.environment,
          .network = spaces || !same_network(changed, h),
          .replay = spaces || n_envs || changed.buffer_size != h.buffer_size,
          .sampling = recurrence || changed.n_step != h.n_step || changed.prioritized_replay != h.prioritized_replay,
          .sequences = recurrence || !same_sequences(changed, h)};
}

void TrainLoop::remake(const Change& change) {
  if (evaluator_ && (change.network || change.environments)) begin_evaluation();
  if (change.environments) {
    best_evaluation_.reset();
    build_environments();
  }
  if (change.replay) {
    build_replay();
    return;
  }
  if (change.environments) start_episodes();
  if (change.sampling) {
    configure_sampling();
    if (sequences_) sequences_->forget_priorities();
  }
  if (change.sequences) {
    build_sequences();
  } else if (change.network) {
    if (sequences_) sequences_->drop_states();
    forget_recurrent_state();
  } else if (change.environments) {
    forget_recurrent_state();
  }
}

void TrainLoop::start_episodes() {
  for (std::size_t i = 0; i < environments_->size(); ++i) {
    replay_->begin_episode(i);
    if (sequences_) sequences_->abandon_episode(i);
    environments_->observe(i, replay_->current(i));
  }
}

EpisodesInProgress TrainLoop::episodes_in_progress() const {
  EpisodesInProgress saved;
  for (std::size_t i = 0; i < environments_->size(); ++i)
    saved.episodes.push_back({environments_->episode(i), episode_actions_[i]});
  for (const auto& tensor : recurrent_state_.state)
    saved.memory.push_back(tensor.to(torch::kCPU));
  return saved;
}

void TrainLoop::resume(const EpisodesInProgress& saved) {
  try {
    for (std::size_t i = 0; i < environments_->size(); ++i)
      retrace(i, saved.episodes[i]);
  } catch (const core::UserError&) {
    build_environments();
    build_replay();
    throw;
  }
  for (std::size_t i = 0; i < recurrent_state_.state.size(); ++i)
    recurrent_state_.state[i].copy_(saved.memory[i]);
}

void TrainLoop::retrace(std::size_t i, const EpisodesInProgress::Episode& episode) {
  environments_->reset(i, episode.number);
  episode_returns_[i] = 0;
  episode_actions_[i] = episode.actions;
  recurrent_state_.acted(i, -1, 0);
  for (const int action : episode.actions) {
    const auto result = (*environments_)[i].step(action);
    if (result.over()) {
      throw core::UserError("episode " + std::to_string(episode.number) + " of environment " + std::to_string(i) +
                            " is over before its last action: the environment is not the one it was saved with");
    }
    episode_returns_[i] += result.reward;
    recurrent_state_.acted(i, action, result.reward);
  }
  environments_->observe(i, replay_->current(i));
}

void TrainLoop::restore(const protocol::Position& position, std::int64_t episodes,
                        std::optional<double> best_evaluation) {
  position_ = position;
  episodes_ = episodes;
  best_evaluation_ = best_evaluation;
}

double TrainLoop::epsilon() const {
  return agent::epsilon(hyperparameters_, position_.environment_steps);
}

bool TrainLoop::filling() const {
  // Not every slot can be sampled: a batch as large as replay would wait forever for that many.
  const auto enough = std::min(hyperparameters_.batch_size, static_cast<std::int64_t>(replay_->capacity() / 4));
  return steps_in_replay_ < hyperparameters_.learning_starts || static_cast<std::int64_t>(replay_->size()) < enough ||
         (sequences_ && sequences_->size() == 0);
}

bool TrainLoop::finished() const {
  return position_.environment_steps >= hyperparameters_.n_timesteps && updates_due_ == 0 && !evaluator_ &&
         (final_evaluation_done_ || hyperparameters_.eval_freq == 0);
}

Tick TrainLoop::tick() {
  ++ticks_;
  Tick tick;
  if (evaluator_) {
    tick.work = Tick::Work::Evaluation;
    evaluation_tick();
  } else if (updates_due_ > 0) {
    tick.work = Tick::Work::Update;
    update_tick();
  } else {
    environment_tick(tick);
  }
  return tick;
}

void TrainLoop::act() {
  const bool warming_up = position_.environment_steps < hyperparameters_.learning_starts;
  const double epsilon = warming_up ? 1.0 : this->epsilon();
  if (sequences_) {
    act_from_memory(epsilon);
    return;
  }
  std::vector<std::size_t> evaluated;
  std::vector<std::span<const std::byte>> observations;
  for (std::size_t i = 0; i < environments_->size(); ++i) {
    auto& stream = exploration_streams_[i];
    // Both draws are always taken, so that epsilon decides what is used of them but never shifts what follows.
    const bool explore = stream.uniform() < epsilon;
    actions_[i] = static_cast<int>(stream.below(static_cast<std::uint32_t>(spec().action_space.n())));
    if (explore) continue;
    evaluated.push_back(i);
    observations.push_back(replay_->current(i));
  }
  if (evaluated.empty()) return;
  const auto values = learner_->online().values(observations);
  const auto actions = static_cast<std::size_t>(spec().action_space.n());
  for (std::size_t k = 0; k < evaluated.size(); ++k) {
    actions_[evaluated[k]] = agent::greedy(values.subspan(k * actions, actions));
  }
}

void TrainLoop::act_from_memory(double epsilon) {
  // The memory sees every step, whoever chooses the action.
  std::vector<std::span<const std::byte>> observations;
  for (std::size_t i = 0; i < environments_->size(); ++i) {
    sequences_->before_step(i, recurrent_state_);
    observations.push_back(replay_->current(i));
  }
  const auto values = learner_->online().values(observations, recurrent_state_);
  const auto actions = static_cast<std::size_t>(spec().action_space.n());
  for (std::size_t i = 0; i < environments_->size(); ++i) {
    auto& stream = exploration_streams_[i];
    const bool explore = stream.uniform() < epsilon;
    const auto random_action = static_cast<int>(stream.below(static_cast<std::uint32_t>(actions)));
    actions_[i] = explore ? random_action : agent::greedy(values.subspan(i * actions, actions));
  }
}

void TrainLoop::environment_tick(Tick& tick) {
  act();
  environments_->step(actions_, results_);
  position_.environment_steps += static_cast<std::int64_t>(environments_->size());
  for (std::size_t i = 0; i < environments_->size(); ++i) {
    const auto& result = results_[i];
    episode_returns_[i] += result.reward;
    episode_actions_[i].push_back(actions_[i]);
    replay_->append(i, actions_[i], result.reward, result.terminated, result.truncated);
    if (sequences_) {
      sequences_->after_step(i, result.over());
      recurrent_state_.acted(i, actions_[i], result.reward);
    }
    environments_->observe(i, replay_->current(i));
    if (!result.over()) continue;
    ++tick.episodes_ended;
    end_episode(i);
  }
  schedule_after_step();
}

void TrainLoop::end_episode(std::size_t i) {
  ++episodes_;
  returns_.add(episode_returns_[i]);
  const protocol::EpisodeRecord record{position_.environment_steps, episodes_, static_cast<float>(episode_returns_[i]),
                                       static_cast<std::int64_t>(episode_actions_[i].size())};
  episode_returns_[i] = 0;
  episode_actions_[i].clear();
  environments_->reset(i);
  if (sequences_) recurrent_state_.begin(i, learner_->online().begin(1));
  replay_->begin_episode(i);
  environments_->observe(i, replay_->current(i));
  if (events_ != nullptr) events_->on_episode(*this, record);
}

void TrainLoop::schedule_after_step() {
  const auto& h = hyperparameters_;
  const auto n = static_cast<std::int64_t>(environments_->size());
  steps_since_target_ += n;
  if (steps_since_target_ >= h.target_update_interval) {
    steps_since_target_ %= h.target_update_interval;
    learner_->update_target(h.tau);
  }
  steps_in_replay_ += n;
  steps_since_round_ += n;
  if (filling()) {
    steps_since_round_ = 0;
  } else if (steps_since_round_ >= h.train_freq) {
    updates_due_ = steps_since_round_ / h.train_freq * h.gradient_steps;
    steps_since_round_ %= h.train_freq;
  }
  steps_since_evaluation_ += n;
  const bool last = position_.environment_steps >= h.n_timesteps && !final_evaluation_done_;
  if (h.eval_freq > 0 && (steps_since_evaluation_ >= h.eval_freq || last)) {
    steps_since_evaluation_ = 0;
    final_evaluation_done_ = last;
    begin_evaluation();
  }
}

void TrainLoop::begin_evaluation() {
  const auto& h = hyperparameters_;
  evaluator_ = std::make_unique<Evaluator>(h.environment, h.n_eval_episodes, seed_of(h));
}

void TrainLoop::update_tick() {
  const double beta = agent::importance_beta(hyperparameters_, position_.environment_steps);
  const auto report = sequences_ ? learner_->update(*replay_, *sequences_, hyperparameters_, beta, replay_stream_)
                                 : learner_->update(*replay_, hyperparameters_, beta, replay_stream_);
  --updates_due_;
  ++position_.updates;
  last_update_step_ = position_.environment_steps;
  if (events_ != nullptr) events_->on_update(*this, report);
}

void TrainLoop::evaluation_tick() {
  const auto result = evaluator_->tick(learner_->online());
  if (!result) return;
  evaluator_.reset();
  last_evaluation_ = *result;
  const bool best = !best_evaluation_ || result->mean_return >= *best_evaluation_;
  if (best) best_evaluation_ = result->mean_return;
  if (events_ != nullptr) events_->on_evaluation(*this, *result, best);
}

}  // namespace qarium::train
