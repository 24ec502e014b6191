#include "engine/train/train_loop.hpp"

#include <algorithm>

#include "engine/core/error.hpp"
#include "engine/env/registry.hpp"

namespace qarium::train {
namespace {

std::uint64_t seed_of(const config::Hyperparameters& h) {
  return static_cast<std::uint64_t>(h.seed);
}

/// Environments that each begin their first episode.
std::unique_ptr<env::VectorEnvironment> begin_environments(const config::Hyperparameters& h) {
  auto environments =
      std::make_unique<env::VectorEnvironment>(h.environment, h.n_envs, seed_of(h), core::Purpose::Environment);
  for (std::size_t i = 0; i < environments->size(); ++i)
    environments->reset(i);
  return environments;
}

void show_observations(const env::VectorEnvironment& environments, agent::Learner& learner) {
  for (std::size_t i = 0; i < environments.size(); ++i)
    environments.observe(i, learner.observation(i));
}

}  // namespace

TrainLoop::TrainLoop(const config::Hyperparameters& hyperparameters, const std::string& device, TrainEvents* events,
                     agent::Families families)
    : device_(device), events_(events), families_(families) {
  configure(hyperparameters);
}

TrainLoop::World TrainLoop::make_world(const config::Hyperparameters& hyperparameters) const {
  config::validate(hyperparameters);
  World world;
  world.hyperparameters = hyperparameters;
  world.environments = begin_environments(hyperparameters);
  world.learner =
      agent::family_of(hyperparameters, families_).make_learner(hyperparameters, world.environments->spec(), device_);
  world.returns.assign(world.environments->size(), 0);
  world.actions.assign(world.environments->size(), {});
  return world;
}

void TrainLoop::adopt(World world) {
  now_ = std::move(world);
  show_observations(*now_.environments, *now_.learner);
  actions_.assign(now_.environments->size(), 0);
  results_.assign(now_.environments->size(), {});
  ++rebuilds_;
  evaluator_.reset();
  position_ = {};
  episodes_ = steps_since_evaluation_ = 0;
  final_evaluation_done_ = false;
  last_evaluation_.reset();
  best_evaluation_.reset();
  returns_.clear();
  register_metrics();
}

void TrainLoop::register_metrics() {
  const auto episode_return =
      metrics_.add({.name = "episode_return",
                    .plot = "Episode return",
                    .unit = "per episode",
                    .tag = "charts/episodic_return",
                    .help = "Sum of the rewards of a training episode; diamonds are greedy evaluations."});
  evaluation_metric_ = metrics_.add({.name = "evaluation_return",
                                     .plot = "Episode return",
                                     .label = "evaluation",
                                     .unit = "per episode",
                                     .tag = "charts/evaluation_return",
                                     .help = "Mean return of greedy episodes on seeds of their own.",
                                     .style = protocol::MetricStyle::Marks});
  const auto episode_length = metrics_.add({.name = "episode_length",
                                            .plot = "Episode length",
                                            .unit = "steps",
                                            .tag = "charts/episodic_length",
                                            .help = "Environment steps of a training episode.",
                                            .low = 1});
  episode_metrics_ = {episode_return, episode_length};
  const auto add_all = [&](const std::vector<protocol::Metric>& metrics, std::vector<protocol::MetricId>& ids) {
    ids.clear();
    for (const auto& metric : metrics)
      ids.push_back(metrics_.add(metric));
  };
  add_all(now_.learner->update_metrics(), update_metrics_);
  add_all(now_.learner->gauge_metrics(), gauge_metrics_);
}

void TrainLoop::configure(const config::Hyperparameters& hyperparameters) {
  adopt(make_world(hyperparameters));
}

void TrainLoop::set(const std::string& name, const config::Value& value) {
  const auto& h = now_.hyperparameters;
  auto changed = h;
  config::set(changed, config::parameter(name), value);
  config::validate(changed);
  if (changed == h) return;
  const auto anew = config::made_anew(h, changed);
  if (has(anew, config::Anew::Everything)) {
    configure(changed);
    return;
  }
  const bool new_environments = has(anew, config::Anew::Environments);
  auto environments = new_environments ? begin_environments(changed) : nullptr;
  const auto n = static_cast<std::size_t>(changed.n_envs);
  std::vector<std::vector<int>> actions(n);
  std::vector<double> returns(n, 0);
  std::vector<int> next_actions(n, 0);
  std::vector<env::StepResult> results(n);
  const bool new_network =
      now_.learner->rebuild(changed, environments ? environments->spec() : spec(), new_environments);
  now_.hyperparameters = changed;
  if (new_network) ++rebuilds_;
  if (environments) {
    now_.environments = std::move(environments);
    now_.actions = std::move(actions);
    now_.returns = std::move(returns);
    actions_ = std::move(next_actions);
    results_ = std::move(results);
    best_evaluation_.reset();
  }
  show_observations(*now_.environments, *now_.learner);
  if (position_.environment_steps < changed.n_timesteps) final_evaluation_done_ = false;
  if (evaluator_ && (new_network || new_environments)) begin_evaluation();
}

std::vector<EpisodeInProgress> TrainLoop::episodes_in_progress() const {
  std::vector<EpisodeInProgress> episodes;
  episodes.reserve(now_.environments->size());
  for (std::size_t i = 0; i < now_.environments->size(); ++i)
    episodes.push_back({now_.environments->episode(i), now_.actions[i]});
  return episodes;
}

core::Archive TrainLoop::save() {
  core::Archive archive;
  now_.learner->save(archive);
  save_episodes(archive, episodes_in_progress());
  archive.metadata["environment_steps"] = std::to_string(position_.environment_steps);
  archive.metadata["updates"] = std::to_string(position_.updates);
  archive.metadata["episodes"] = std::to_string(episodes_);
  if (best_evaluation_) archive.metadata["best_evaluation"] = config::format(*best_evaluation_);
  return archive;
}

void TrainLoop::restore(const core::Archive& archive, const config::Hyperparameters& hyperparameters) {
  auto world = make_world(hyperparameters);
  world.learner->restore(archive);
  const auto n = world.environments->size();
  if (const auto episodes = read_episodes(archive, n, world.environments->spec().action_space.n())) {
    const bool repeats = world.environments->spec().capabilities.deterministic;
    for (std::size_t i = 0; i < n; ++i) {
      if (repeats) {
        retrace(world, i, (*episodes)[i]);
      } else {  // it cannot be brought back: the next one begins
        world.environments->reset(i, (*episodes)[i].number + 1);
      }
    }
  }
  const protocol::Position position{archive.count("environment_steps"), archive.count("updates")};
  const auto episodes = archive.count("episodes");
  std::optional<double> best;
  if (archive.metadata.contains("best_evaluation")) best = archive.number("best_evaluation");
  adopt(std::move(world));
  position_ = position;
  episodes_ = episodes;
  best_evaluation_ = best;
}

void TrainLoop::retrace(World& world, std::size_t i, const EpisodeInProgress& episode) const {
  auto& environments = *world.environments;
  environments.reset(i, episode.number);
  env::StepResult result;
  for (const int action : episode.actions) {
    result = environments[i].step(action);
    if (result.over()) {
      throw core::UserError("episode " + std::to_string(episode.number) + " of environment " + std::to_string(i) +
                            " is over before its last action: the environment is not the one it was saved with");
    }
    world.returns[i] += result.reward;
  }
  world.actions[i] = episode.actions;
  if (!episode.actions.empty()) world.learner->resume_episode(i, episode.actions.back(), result.reward);
}

bool TrainLoop::finished() const {
  const auto& h = now_.hyperparameters;
  return position_.environment_steps >= h.n_timesteps && !now_.learner->update_due() && !evaluator_ &&
         (final_evaluation_done_ || h.eval_freq == 0);
}

Tick TrainLoop::tick() {
  ++ticks_;
  Tick tick;
  if (evaluator_) {
    tick.work = Tick::Work::Evaluation;
    evaluation_tick();
  } else if (now_.learner->update_due()) {
    tick.work = Tick::Work::Update;
    update_tick();
  } else {
    environment_tick(tick);
  }
  return tick;
}

void TrainLoop::environment_tick(Tick& tick) {
  auto& learner = *now_.learner;
  auto& environments = *now_.environments;
  learner.act(position_, actions_);
  environments.step(actions_, results_);
  position_.environment_steps += static_cast<std::int64_t>(environments.size());
  for (std::size_t i = 0; i < environments.size(); ++i) {
    const auto& result = results_[i];
    now_.returns[i] += result.reward;
    now_.actions[i].push_back(actions_[i]);
    learner.observe(i, actions_[i], result);
    environments.observe(i, learner.observation(i));
    if (!result.over()) continue;
    ++tick.episodes_ended;
    end_episode(i);
  }
  learner.end_step(position_);
  schedule_evaluation();
}

void TrainLoop::end_episode(std::size_t i) {
  ++episodes_;
  returns_.add(now_.returns[i]);
  const protocol::EpisodeRecord record{position_.environment_steps, episodes_, static_cast<float>(now_.returns[i]),
                                       static_cast<std::int64_t>(now_.actions[i].size())};
  now_.returns[i] = 0;
  now_.actions[i].clear();
  now_.environments->reset(i);
  now_.learner->begin_episode(i);
  now_.environments->observe(i, now_.learner->observation(i));
  if (events_ == nullptr) return;
  events_->on_episode(*this, record);
  const float measured[] = {record.episode_return, static_cast<float>(record.length)};
  tell(episode_metrics_, measured);
  tell(gauge_metrics_, now_.learner->gauges(position_));
}

void TrainLoop::tell(std::span<const protocol::MetricId> metrics, std::span<const float> values) {
  if (events_ == nullptr) return;
  told_.clear();
  for (std::size_t i = 0; i < metrics.size(); ++i)
    told_.push_back({metrics[i], values[i]});
  events_->on_metrics(*this, told_);
}

void TrainLoop::schedule_evaluation() {
  const auto& h = now_.hyperparameters;
  steps_since_evaluation_ += h.n_envs;
  const bool last = position_.environment_steps >= h.n_timesteps && !final_evaluation_done_;
  if (h.eval_freq > 0 && (steps_since_evaluation_ >= h.eval_freq || last)) {
    steps_since_evaluation_ = 0;
    final_evaluation_done_ = last;
    begin_evaluation();
  }
}

void TrainLoop::begin_evaluation() {
  const auto& h = now_.hyperparameters;
  evaluator_ = std::make_unique<Evaluator>(h.environment, h.n_eval_episodes, seed_of(h));
}

void TrainLoop::update_tick() {
  const auto values = now_.learner->update(position_);
  ++position_.updates;
  tell(update_metrics_, values);
  if (events_ != nullptr) events_->on_update(*this);
}

void TrainLoop::evaluation_tick() {
  const auto result = evaluator_->tick(now_.learner->policy());
  if (!result) return;
  evaluator_.reset();
  last_evaluation_ = *result;
  const bool best = !best_evaluation_ || result->mean_return >= *best_evaluation_;
  if (best) best_evaluation_ = result->mean_return;
  const protocol::MetricId metric[] = {evaluation_metric_};
  const float measured[] = {static_cast<float>(result->mean_return)};
  tell(metric, measured);
  if (events_ != nullptr) events_->on_evaluation(*this, *result, best);
}

}  // namespace qarium::train
