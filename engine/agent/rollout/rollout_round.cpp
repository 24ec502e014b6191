// A round of updates from one rollout.
#include <algorithm>
#include <numeric>

#include "engine/agent/network/descent.hpp"
#include "engine/agent/network/sequence_starts.hpp"
#include "engine/agent/rollout/rollout_learner.hpp"

namespace qarium::agent {

std::size_t RolloutLearner::units_of_an_update() const {
  if (at_once()) return units();
  const auto samples = static_cast<std::size_t>(hyperparameters_.batch_size);
  return policy_->recurrent() ? std::max<std::size_t>(1, samples / rollout_->steps()) : samples;
}

void RolloutLearner::begin_round() {
  const auto observations = current_observations();
  auto after = state_;
  const auto output = evaluate(observations, after);
  std::vector<float> last(environments());
  for (std::size_t i = 0; i < environments(); ++i)
    last[i] = value_of(answer(output, i));
  compute_targets(last);
  updating_ = true;
  epoch_ = 0;
  draw_order();
}

void RolloutLearner::draw_order() {
  next_unit_ = 0;
  order_.resize(units());
  std::iota(order_.begin(), order_.end(), 0U);
  if (units_of_an_update() >= units()) return;
  for (std::size_t k = order_.size(); k > 1; --k)
    std::swap(order_[k - 1], order_[order_stream_.below(static_cast<std::uint32_t>(k))]);
}

std::vector<std::size_t> RolloutLearner::next_minibatch() {
  const auto end = std::min(next_unit_ + units_of_an_update(), units());
  std::vector<std::size_t> minibatch;
  for (; next_unit_ < end; ++next_unit_) {
    const std::size_t unit = order_[next_unit_];
    if (!policy_->recurrent()) {
      minibatch.push_back(unit);
      continue;
    }
    for (std::size_t t = 0; t < rollout_->steps(); ++t)
      minibatch.push_back(t * environments() + unit);
  }
  return minibatch;
}

std::optional<double> RolloutLearner::pass_over(std::span<const std::size_t> minibatch) {
  std::vector<std::span<const std::byte>> observations;
  for (const auto k : minibatch)
    observations.push_back(std::as_const(*rollout_).observation(k / environments(), k % environments()));
  policy_->gather(observations, seen_);
  const auto outputs = policy_->passes().forward(seen_, static_cast<std::int64_t>(minibatch.size()), true);
  slope_.assign(outputs.size(), 0.0F);
  return loss(minibatch, outputs, slope_);
}

std::optional<double> RolloutLearner::pass_over_sequences(std::span<const std::size_t> minibatch) {
  // Every environment of the minibatch cut where episodes end, side by side; the shorter are followed by nothing.
  std::vector<Segment> segments;
  std::size_t steps = 0;
  for (std::size_t k = 0; k < minibatch.size(); k += rollout_->steps()) {
    const auto i = minibatch[k] % environments();
    for (const auto& segment : rollout_->segments(i, first_state_.actions[i] < 0)) {
      segments.push_back(segment);
      steps = std::max(steps, segment.steps);
    }
  }
  const auto n = segments.size();
  std::vector<std::span<const std::byte>> observations;
  std::vector<bool> begins;
  std::vector<std::int64_t> actions(steps * n, -1);
  std::vector<float> rewards(steps * n, 0);
  auto stored = RecurrentState::make(state_.layout, n);
  for (std::size_t t = 0; t < steps; ++t) {
    for (const auto& its : segments)
      observations.push_back(
          std::as_const(*rollout_).observation(its.begin + std::min(t, its.steps - 1), its.environment));
  }
  for (std::size_t b = 0; b < n; ++b) {
    const auto& its = segments[b];
    begins.push_back(its.begins_episode);
    if (!its.begins_episode) {
      stored.set_state_row(b, first_state_.state_row(its.environment));
      actions[b] = first_state_.actions[its.environment];
      rewards[b] = first_state_.rewards[its.environment];
    }
    for (std::size_t t = 1; t < its.steps; ++t) {
      const auto& before = rollout_->step(its.begin + t - 1, its.environment);
      actions[t * n + b] = before.action;
      rewards[t * n + b] = before.reward;
    }
  }
  policy_->gather(observations, seen_);
  const auto by_time = [&](const torch::Tensor& all) {
    return all.view({static_cast<std::int64_t>(steps), static_cast<std::int64_t>(n)});
  };
  const torch::AutoGradMode gradient(true);
  const auto outputs = policy_->passes().sequence(
      {static_cast<std::int64_t>(steps),
       static_cast<std::int64_t>(n),
       seen_,
       {by_time(torch::tensor(actions, torch::kLong)), by_time(torch::tensor(rewards, torch::kFloat))},
       sequence_starts(*policy_, stored, begins),
       {}},
      true);

  // The loss sees the steps that were taken, in the order of the minibatch.
  const auto width = static_cast<std::size_t>(policy_->network().outputs());
  std::vector<std::size_t> places;
  std::vector<float> packed;
  for (std::size_t b = 0; b < n; ++b) {
    for (std::size_t t = 0; t < segments[b].steps; ++t) {
      places.push_back((t * n + b) * width);
      const auto row = outputs.subspan(places.back(), width);
      packed.insert(packed.end(), row.begin(), row.end());
    }
  }
  std::vector<float> packed_slope(packed.size(), 0.0F);
  const auto found = loss(minibatch, packed, packed_slope);
  slope_.assign(outputs.size(), 0.0F);
  for (std::size_t k = 0; k < places.size(); ++k)
    std::copy_n(packed_slope.begin() + static_cast<std::ptrdiff_t>(k * width), width,
                slope_.begin() + static_cast<std::ptrdiff_t>(places[k]));
  return found;
}

std::span<const float> RolloutLearner::update(const protocol::Position& position) {
  const auto minibatch = next_minibatch();
  policy_->network().draw_noise(update_noise_, nn::Noise::Policy);
  policy_->network().draw_noise(order_stream_, nn::Noise::Dropout);
  const auto found = policy_->recurrent() ? pass_over_sequences(minibatch) : pass_over(minibatch);
  const auto& h = present_.at(&hyperparameters_, position.environment_steps);
  const double norm = found ? descend(*policy_, optimizer_, *found, slope_, seen_, h) : 0;
  policy_->network().settle();
  measured_ = measured(norm);
  if (next_unit_ >= units()) {
    ++epoch_;
    draw_order();
  }
  if (!found || epoch_ >= epochs()) {
    rollout_->begin_again();
    begin_rollout();
  }
  return measured_;
}

}  // namespace qarium::agent
