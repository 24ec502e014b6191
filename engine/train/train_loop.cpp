#include "engine/train/train_loop.hpp"

#include <algorithm>

#include "engine/agent/random_streams.hpp"
#include "engine/core/error.hpp"
#include "engine/env/registry.hpp"
#include "engine/train/realised_value.hpp"

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

TrainLoop::TrainLoop(const core::Archive& checkpoint, const config::Hyperparameters& hyperparameters,
                     const std::string& device, TrainEvents* events, agent::Families families)
    : device_(device), events_(events), families_(families) {
  restore(checkpoint, hyperparameters);
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
  world.rewards.assign(world.environments->size(), {});
  world.lives_lost.assign(world.environments->size(), {});
  return world;
}

void TrainLoop::adopt(World world) {
  now_ = std::move(world);
  show_observations(*now_.environments, *now_.learner);
  actions_.assign(now_.environments->size(), 0);
  results_.assign(now_.environments->size(), {});
  stepped_ = false;
  ++rebuilds_;
  evaluator_.reset();
  position_ = {};
  episodes_ = steps_since_evaluation_ = 0;
  final_evaluation_done_ = false;
  stop_.reset();
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
  constexpr std::string_view kRealised = "realised_value";
  const auto& all = metrics_.all();
  const auto estimate = std::ranges::find(all, kRealised, &protocol::Metric::estimates);
  realised_metric_ =
      metrics_.add({.name = std::string(kRealised),
                    .plot = estimate == all.end() ? "Discounted return" : estimate->plot,
                    .label = "fainter: what followed",
                    .tag = "charts/realised_value",
                    .help = "Discounted return that followed, mean over the states of a training episode."});
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
  std::vector<std::vector<float>> rewards(n);
  std::vector<std::vector<std::size_t>> lives_lost(n);
  std::vector<double> returns(n, 0);
  std::vector<int> next_actions(n, 0);
  std::vector<env::StepResult> results(n);
  const bool new_network =
      now_.learner->rebuild(changed, environments ? environments->spec() : spec(), new_environments);
  if (changed.n_timesteps != h.n_timesteps) stop_.reset();
  now_.hyperparameters = changed;
  if (new_network) ++rebuilds_;
  if (environments) {
    now_.environments = std::move(environments);
    now_.actions = std::move(actions);
    now_.rewards = std::move(rewards);
    now_.lives_lost = std::move(lives_lost);
    now_.returns = std::move(returns);
    actions_ = std::move(next_actions);
    results_ = std::move(results);
    stepped_ = false;
    best_evaluation_.reset();
  }
  show_observations(*now_.environments, *now_.learner);
  if (position_.environment_steps < last_step()) final_evaluation_done_ = false;
  if (evaluator_ && (new_network || new_environments)) begin_evaluation();
}

std::int64_t TrainLoop::recycle_dormant() {
  // A stream for this position alone: nothing else draws from it.
  constexpr std::uint32_t kRecycling = 1U << 31U;
  const auto index = kRecycling + static_cast<std::uint32_t>(position_.updates);
  return now_.learner->recycle_dormant(agent::run_stream(hyperparameters(), core::Purpose::Noise, index));
}

void TrainLoop::stop_at(std::int64_t steps) {
  stop_ = steps;
  if (position_.environment_steps < steps) final_evaluation_done_ = false;
}

bool TrainLoop::finished() const {
  const auto& h = now_.hyperparameters;
  return position_.environment_steps >= last_step() && !now_.learner->update_due() && !evaluator_ &&
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
  stepped_ = true;
  position_.environment_steps += static_cast<std::int64_t>(environments.size());
  for (std::size_t i = 0; i < environments.size(); ++i) {
    const auto& result = results_[i];
    now_.returns[i] += result.reward;
    now_.actions[i].push_back(actions_[i]);
    now_.rewards[i].push_back(spec().learned_reward(result.reward));
    if (result.life_lost) now_.lives_lost[i].push_back(now_.rewards[i].size() - 1);
    learner.observe(i, actions_[i], result);
    environments.observe(i, learner.observation(i));
    if (!result.over()) continue;
    ++tick.episodes_ended;
    end_episode(i, result.truncated && !result.terminated);
  }
  learner.end_step(position_);
  schedule_evaluation();
}

void TrainLoop::describe_environment(protocol::LearnerMoment& moment) const {
  environments()[0].render(moment.scene);
  moment.step = static_cast<std::int64_t>(now_.actions[0].size());
  moment.return_so_far = static_cast<float>(now_.returns[0]);
  moment.action = stepped_ ? actions_[0] : -1;
  moment.reward = stepped_ ? results_[0].reward : 0;
  moment.ended = stepped_ && results_[0].over();
}

void TrainLoop::end_episode(std::size_t i, bool truncated) {
  ++episodes_;
  returns_.add(now_.returns[i]);
  const protocol::EpisodeRecord record{position_.environment_steps, episodes_, static_cast<float>(now_.returns[i]),
                                       static_cast<std::int64_t>(now_.actions[i].size())};
  const auto realised = realised_value(now_.rewards[i], now_.hyperparameters.gamma, truncated, now_.lives_lost[i]);
  now_.returns[i] = 0;
  now_.actions[i].clear();
  now_.rewards[i].clear();
  now_.lives_lost[i].clear();
  now_.environments->reset(i);
  now_.learner->begin_episode(i);
  now_.environments->observe(i, now_.learner->observation(i));
  if (events_ == nullptr) return;
  events_->on_episode(*this, record);
  const float measured[] = {record.episode_return, static_cast<float>(record.length)};
  tell(episode_metrics_, measured);
  if (realised) {
    const protocol::MetricId metric[] = {realised_metric_};
    const float value[] = {static_cast<float>(*realised)};
    tell(metric, value);
  }
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
  const bool last = position_.environment_steps >= last_step() && !final_evaluation_done_;
  if (h.eval_freq > 0 && (steps_since_evaluation_ >= h.eval_freq || last)) {
    steps_since_evaluation_ = 0;
    final_evaluation_done_ = last;
    begin_evaluation();
  }
}

void TrainLoop::begin_evaluation() {
  const auto& h = now_.hyperparameters;
  evaluator_ = std::make_unique<Evaluator>(h.environment, h.n_eval_episodes, seed_of(h));
  evaluation_ticks_ = 0;
}

void TrainLoop::update_tick() {
  const auto values = now_.learner->update(position_);
  ++position_.updates;
  tell(update_metrics_, values);
  if (events_ != nullptr) events_->on_update(*this);
}

void TrainLoop::evaluation_tick() {
  ++evaluation_ticks_;
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
