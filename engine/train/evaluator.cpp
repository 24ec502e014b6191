#include "engine/train/evaluator.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace qarium::train {

Evaluator::Evaluator(const config::EnvironmentOptions& options, std::int64_t episodes, std::uint64_t seed)
    : episodes_(episodes),
      environments_(options, std::min(episodes, kBatch), seed, core::Purpose::Evaluation),
      left_(environments_.size()),
      returns_(environments_.size()),
      observations_(environments_.size(), std::vector<std::byte>(environments_.spec().observation_space.bytes())) {
  const auto n = static_cast<std::int64_t>(environments_.size());
  for (std::size_t i = 0; i < environments_.size(); ++i) {
    left_[i] = episodes / n + (static_cast<std::int64_t>(i) < episodes % n ? 1 : 0);
    begin(i);
    active_.push_back(i);
  }
}

void Evaluator::begin(std::size_t i) {
  --left_[i];
  returns_[i] = 0;
  environments_.reset(i);
  environments_.observe(i, observations_[i]);
}

std::optional<Evaluation> Evaluator::tick(agent::Policy& policy) {
  std::vector<std::span<const std::byte>> batch;
  batch.reserve(active_.size());
  for (const auto i : active_)
    batch.push_back(observations_[i]);
  if (!recurrent_state_) recurrent_state_ = policy.begin(active_.size());
  const auto values = policy.evaluate(batch, *recurrent_state_).preferences;
  const auto actions = static_cast<std::size_t>(policy.actions());
  std::vector<std::size_t> still_active;
  std::vector<std::int64_t> rows;
  for (std::size_t k = 0; k < active_.size(); ++k) {
    const auto i = active_[k];
    const int action = agent::greedy(values.subspan(k * actions, actions));
    const auto result = environments_[i].step(action);
    recurrent_state_->acted(k, action, environments_.spec().learned_reward(result.reward));
    returns_[i] += result.reward;
    ++steps_;
    if (result.over()) {
      finished_.push_back(returns_[i]);
      if (left_[i] == 0) continue;
      begin(i);
      recurrent_state_->begin(k, policy.begin(1));
    } else {
      environments_.observe(i, observations_[i]);
    }
    still_active.push_back(i);
    rows.push_back(static_cast<std::int64_t>(k));
  }
  if (rows.size() < active_.size()) recurrent_state_ = recurrent_state_->rows(rows);
  active_ = std::move(still_active);
  if (!active_.empty()) return std::nullopt;

  const auto n = static_cast<double>(finished_.size());
  const double mean = std::accumulate(finished_.begin(), finished_.end(), 0.0) / n;
  double squares = 0;
  for (const double value : finished_)
    squares += (value - mean) * (value - mean);
  return Evaluation{episodes_, mean, std::sqrt(squares / n), static_cast<double>(steps_) / n};
}

Evaluation evaluate(agent::Policy& policy, const config::EnvironmentOptions& options, std::int64_t episodes,
                    std::uint64_t seed) {
  Evaluator evaluator(options, episodes, seed);
  while (true) {
    if (const auto result = evaluator.tick(policy)) return *result;
  }
}

}  // namespace qarium::train
