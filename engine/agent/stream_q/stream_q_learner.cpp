#include "engine/agent/stream_q/stream_q_learner.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "engine/agent/exploration.hpp"
#include "engine/agent/metrics.hpp"
#include "engine/agent/network/divergence.hpp"
#include "engine/agent/network/keep_matching.hpp"
#include "engine/agent/random_streams.hpp"
#include "engine/agent/registry.hpp"
#include "engine/agent/schedules.hpp"
#include "engine/agent/spaces.hpp"
#include "engine/agent/stream_q/obgd.hpp"
#include "engine/nn/runtime.hpp"

namespace qarium::agent {
namespace {

std::span<float> floats_of(torch::Tensor& flat) {
  return {flat.data_ptr<float>(), static_cast<std::size_t>(flat.numel())};
}

}  // namespace

std::unique_ptr<Learner> make_stream_q_learner(const config::Hyperparameters& h, const env::EnvironmentSpec& spec,
                                               const std::string& /*device*/) {
  // One sample at a time: a graphics card would only wait.
  return std::make_unique<StreamQLearner>(h, spec, torch::kCPU);
}

std::unique_ptr<Policy> make_stream_q_policy(const config::Hyperparameters& h, const env::EnvironmentSpec& spec) {
  return std::make_unique<NetworkPolicy>(h, spec, torch::kCPU);
}

StreamQLearner::StreamQLearner(const config::Hyperparameters& hyperparameters, const env::EnvironmentSpec& spec,
                               torch::Device device)
    : hyperparameters_(hyperparameters),
      spec_(spec),
      policy_(std::make_unique<NetworkPolicy>(hyperparameters, spec, device)),
      trace_(policy_->parameter_count(), 0.0F),
      observations_(static_cast<std::size_t>(spec.observation_space.size())),
      rewards_(1),
      exploration_stream_(run_stream(hyperparameters, core::Purpose::Exploration)) {
  begin_stream();
}

void StreamQLearner::begin_stream() {
  current_.assign(spec_.observation_space.bytes(), std::byte{0});
  before_ = after_ = current_;
  begins_ = true;
  due_ = moved_ = false;
  std::ranges::fill(trace_, 0.0F);
}

core::Circumstances StreamQLearner::circumstances() const {
  return nn::circumstances(policy_->device(), hyperparameters_.threads);
}

protocol::LearnerHealth StreamQLearner::health() const {
  protocol::LearnerHealth health;
  float most = 0;
  for (const float z : trace_)
    most = std::max(most, std::abs(z));
  for (const auto& slice : policy_->parameters().slices()) {
    for (const auto stage : core::kStages) {
      if (slice.block() != core::stage_word(stage)) continue;
      protocol::TraceLayer layer{
          .stage = stage, .parameter = slice.name.substr(slice.block().size() + 1), .numbers = slice.elements()};
      double squares = 0;
      for (const float z :
           trace().subspan(static_cast<std::size_t>(slice.offset), static_cast<std::size_t>(layer.numbers))) {
        squares += static_cast<double>(z) * z;
        if (most > 0 && std::abs(z) >= protocol::kLiveTrace * most) ++layer.live;
      }
      layer.norm = std::sqrt(squares);
      health.trace.push_back(std::move(layer));
    }
  }
  return health;
}

void StreamQLearner::prepare_thread() const {
  nn::prepare_thread(hyperparameters_.threads);
}

std::vector<protocol::Metric> StreamQLearner::update_metrics() const {
  return {{.name = "td_error",
           .plot = "TD error",
           .unit = "scaled reward",
           .tag = "losses/td_error",
           .help = "delta of the last step: r + gamma max Q(s', a) - Q(s, a), on the scale of the rewards as learned."},
          mean_q_metric(),
          {.name = "trace_norm",
           .plot = "Eligibility trace",
           .unit = "1-norm",
           .tag = "charts/trace_norm",
           .help = "1-norm of the trace of all weights: how much of what was done before still learns from a reward.",
           .low = 0},
          {.name = "step_size",
           .plot = "Step size",
           .unit = "share",
           .tag = "charts/step_size",
           .help = "What ObGD multiplied delta z by: at most learning_rate, less where the step would overshoot.",
           .low = 0}};
}

std::vector<protocol::Metric> StreamQLearner::gauge_metrics() const {
  return {epsilon_metric()};
}

std::vector<float> StreamQLearner::gauges(const protocol::Position& position) const {
  return {static_cast<float>(epsilon(hyperparameters_, position.environment_steps))};
}

protocol::LearnerStatus StreamQLearner::status(const protocol::Position& position) const {
  return {.epsilon = epsilon(hyperparameters_, position.environment_steps),
          .updates_due = due_ ? 1 : 0,
          .steps_to_update = due_ ? 0 : 1};
}

std::span<std::byte> StreamQLearner::observation(std::size_t /*i*/) {
  return current_;
}

void StreamQLearner::take_in(std::span<const std::byte> observation) {
  const std::span<const std::byte> one[] = {observation};
  policy_->numbers_of(one, seen_);
  observations_.add(seen_);
  auto mean = policy_->network().observation_mean();
  auto scale = policy_->network().observation_scale();
  for (std::size_t i = 0; i < seen_.size(); ++i) {
    mean.data_ptr<float>()[i] = static_cast<float>(observations_.mean(i));
    scale.data_ptr<float>()[i] = static_cast<float>(observations_.scale(i));
  }
}

void StreamQLearner::act(const protocol::Position& position, std::span<int> actions) {
  if (begins_) take_in(current_);
  begins_ = false;
  before_ = current_;
  const std::span<const std::byte> one[] = {current_};
  const auto best = greedy(policy_->evaluate(one).preferences);
  actions[0] =
      random_action(exploration_stream_, epsilon(hyperparameters_, position.environment_steps), policy_->actions())
          .value_or(best);
  greedy_ = actions[0] == best;
}

float StreamQLearner::scaled(float reward, bool over) {
  discounted_reward_ = hyperparameters_.gamma * discounted_reward_ + reward;
  const auto sum = static_cast<float>(discounted_reward_);
  rewards_.add({&sum, 1});
  if (over) discounted_reward_ = 0;
  return static_cast<float>(reward * rewards_.scale(0));
}

void StreamQLearner::observe(std::size_t /*i*/, int action, const env::StepResult& result) {
  action_ = action;
  terminal_ = result.terminated || result.life_lost;
  over_ = result.over() || result.life_lost;
  reward_ = scaled(spec_.learned_reward(result.reward), over_);
}

void StreamQLearner::begin_episode(std::size_t /*i*/) {
  take_in(current_);
  after_ = current_;
  moved_ = true;
  begins_ = true;
}

void StreamQLearner::abandon_episode(std::size_t /*i*/) {
  // What would have followed nobody will see: the trace ends, and there is nothing to learn from.
  std::ranges::fill(trace_, 0.0F);
  discounted_reward_ = 0;
  begins_ = true;
  due_ = moved_ = false;
}

void StreamQLearner::resume_episode(std::size_t /*i*/, int /*last_action*/, float /*last_reward*/) {
  begins_ = true;  // in the middle of an episode, with an observation that nobody took in
}

void StreamQLearner::end_step(const protocol::Position& /*position*/) {
  if (!moved_) {
    take_in(current_);
    after_ = current_;
  }
  moved_ = false;
  due_ = true;
}

std::span<const float> StreamQLearner::update(const protocol::Position& /*position*/) {
  due_ = false;
  const auto& h = hyperparameters_;
  const auto values_of = [&](const std::vector<std::byte>& observation, bool learn) {
    const std::span<const std::byte> one[] = {observation};
    policy_->gather(one, seen_);
    return policy_->passes().forward(seen_, 1, learn);
  };
  float bootstrap = 0;
  if (!terminal_) bootstrap = *std::ranges::max_element(values_of(after_, false));
  const auto here = values_of(before_, true);
  const auto best = *std::ranges::max_element(here);
  const auto taken = static_cast<std::size_t>(action_);
  const double delta = reward_ + h.gamma * bootstrap - here[taken];
  if (!std::isfinite(delta)) throw std::runtime_error(describe_divergence(*policy_, seen_));
  slope_.assign(here.size(), 0.0F);
  slope_[taken] = 1;
  policy_->parameters().zero_gradients();
  policy_->passes().backward(slope_);
  const auto gradient = floats_of(policy_->parameters().gradients());
  extend_trace(trace_, gradient, h.gamma * h.q_lambda);
  const auto step = obgd_step(floats_of(policy_->parameters().values()), trace_, delta, h.learning_rate, h.kappa);
  if (over_ || !greedy_) std::ranges::fill(trace_, 0.0F);
  measured_ = {static_cast<float>(delta), best, static_cast<float>(step.trace_norm),
               static_cast<float>(step.step_size)};
  return measured_;
}

bool StreamQLearner::rebuild(const config::Hyperparameters& changed, const env::EnvironmentSpec& spec,
                             bool new_episodes) {
  using config::Anew;
  const bool anew = !same_spaces(spec, spec_) || has(config::made_anew(hyperparameters_, changed), Anew::Network);
  std::unique_ptr<NetworkPolicy> policy;
  std::vector<float> trace;
  RunningStatistics observations = observations_;
  if (anew) {
    policy = std::make_unique<NetworkPolicy>(changed, spec, policy_->device(), rebuilds_ + 1);
    keep_matching(policy_->parameters(), policy->parameters());
    trace.assign(policy->parameter_count(), 0.0F);
    if (spec.observation_space.size() != spec_.observation_space.size())
      observations = RunningStatistics(static_cast<std::size_t>(spec.observation_space.size()));
  } else if (changed.fused != hyperparameters_.fused) {
    policy_->use_fused(changed.fused);
  }

  // Everything is made: from here on nothing fails.
  if (anew) {
    policy_ = std::move(policy);
    trace_ = std::move(trace);
    observations_ = std::move(observations);
    ++rebuilds_;
  }
  hyperparameters_ = changed;
  spec_ = spec;
  if (new_episodes) {
    exploration_stream_ = run_stream(changed, core::Purpose::Exploration);
    discounted_reward_ = 0;
    begin_stream();
  }
  return anew;
}

std::vector<std::vector<std::byte>> StreamQLearner::some_observations(std::size_t most) const {
  if (most == 0) return {};
  return {current_};  // it keeps no others
}

std::vector<protocol::LayerActivity> StreamQLearner::layer_activity() {
  return {};  // the states of one moment say nothing of units that answer none
}

}  // namespace qarium::agent
