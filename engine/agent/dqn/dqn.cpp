#include "engine/agent/dqn/dqn.hpp"

#include <algorithm>
#include <cmath>

#include "engine/agent/dqn/td_loss.hpp"
#include "engine/agent/network/descent.hpp"
#include "engine/agent/network/keep_matching.hpp"

namespace qarium::agent {
Dqn::Dqn(const config::Hyperparameters& hyperparameters, const env::EnvironmentSpec& spec, torch::Device device,
         std::uint32_t rebuild)
    : online_(hyperparameters, spec, device, rebuild),
      target_(hyperparameters, spec, device, rebuild),
      optimizer_(online_.parameters()),
      rebuilds_(rebuild) {}

Dqn Dqn::rebuilt(const config::Hyperparameters& hyperparameters, const env::EnvironmentSpec& spec) {
  Dqn made(hyperparameters, spec, online_.device(), rebuilds_ + 1);
  keep_matching(online_.parameters(), optimizer_, made.online_.parameters(), made.optimizer_);
  made.update_target(1.0);
  return made;
}

void Dqn::gather(const ReplayBuffer& replay, std::size_t Transition::* slot) {
  slots_.clear();
  for (const auto& step : last_.steps)
    slots_.push_back(step.*slot);
  online_.gather(replay.observations(slots_, observations_), seen_);
}

void Dqn::compute_targets(const ReplayBuffer& replay, bool double_q) {
  gather(replay, &Transition::next_slot);
  const auto n = static_cast<std::int64_t>(last_.steps.size());
  const auto values = target_.passes().forward(seen_, n, false);
  const auto chooser = double_q ? online_.passes().forward(seen_, n, false) : values;
  const auto actions = static_cast<std::size_t>(online_.actions());
  last_.next_target.assign(values.begin(), values.end());
  last_.next_online.clear();
  if (double_q) last_.next_online.assign(chooser.begin(), chooser.end());
  if (!double_q && watched_) {
    const auto asked = online_.passes().forward(seen_, n, false);
    last_.next_online.assign(asked.begin(), asked.end());
  }
  last_.targets.resize(last_.steps.size());
  for (std::size_t i = 0; i < last_.steps.size(); ++i) {
    const auto best = static_cast<std::size_t>(greedy(chooser.subspan(i * actions, actions)));
    last_.targets[i] = last_.steps[i].reward + last_.steps[i].discount * values[i * actions + best];
  }
}

void Dqn::values_now(const ReplayBuffer& replay, const SequenceReplay* sequences, std::vector<float>& out) {
  if (sequences != nullptr) {
    sequence_values_now(replay, *sequences, out);
    return;
  }
  gather(replay, &Transition::slot);
  const auto values = online_.passes().forward(seen_, static_cast<std::int64_t>(last_.steps.size()), false);
  out.assign(values.begin(), values.end());
}

UpdateReport Dqn::update(ReplayBuffer& replay, const config::Hyperparameters& h, double beta,
                         core::RandomStream& stream) {
  const auto n = static_cast<std::size_t>(h.batch_size);
  const auto actions = static_cast<std::size_t>(online_.actions());
  last_.clear();
  replay.sample(n, h.gamma, beta, stream, last_.steps);
  last_.rescaled = false;
  last_.double_q = h.double_q;
  compute_targets(replay, h.double_q);

  gather(replay, &Transition::slot);
  const auto values = online_.passes().forward(seen_, h.batch_size, true);
  last_.values.assign(values.begin(), values.end());
  // The loss's gradient with respect to the action values is written out: it is zero but for the actions taken.
  slope_.assign(values.size(), 0.0F);
  const auto loss_of = td_loss(h.loss);
  last_.q.resize(n);
  errors_.resize(n);
  double loss = 0;
  double best_q = 0;
  double best_q_squares = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const float* row = values.data() + i * actions;
    const auto action = static_cast<std::size_t>(last_.steps[i].action);
    last_.q[i] = row[action];
    const float error = last_.q[i] - last_.targets[i];
    const auto [value, derivative] = loss_of(error);
    loss += last_.steps[i].weight * value;
    const double best = *std::max_element(row, row + actions);
    best_q += best;
    best_q_squares += best * best;
    slope_[i * actions + action] = last_.steps[i].weight * derivative / static_cast<float>(n);
    errors_[i] = std::abs(error);
  }
  const double norm = descend(online_, optimizer_, loss, slope_, seen_, h);
  last_.made = true;
  for (std::size_t i = 0; i < n; ++i) {
    replay.set_priority(last_.steps[i].slot, errors_[i], h.prioritized_replay_alpha, h.prioritized_replay_eps);
  }
  const auto count = static_cast<double>(n);
  return {static_cast<float>(loss / count), static_cast<float>(best_q / count),
          quantile(errors_, 0.5),           quantile(errors_, 0.95),
          static_cast<float>(norm),         spread_of(best_q, best_q_squares, count)};
}

}  // namespace qarium::agent
