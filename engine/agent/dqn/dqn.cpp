#include "engine/agent/dqn/dqn.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "engine/agent/dqn/td_loss.hpp"
#include "engine/agent/network/divergence.hpp"

namespace qarium::agent {
namespace {

void keep_matching(nn::FlatParameters& from, Optimizer& from_optimizer, nn::FlatParameters& to,
                   Optimizer& to_optimizer) {
  const torch::NoGradGuard no_grad;
  const auto copy = [](torch::Tensor& source, std::int64_t source_at, torch::Tensor& sink, std::int64_t sink_at,
                       std::int64_t n) { sink.narrow(0, sink_at, n).copy_(source.narrow(0, source_at, n)); };
  for (const auto& slice : to.slices()) {
    for (const auto& old : from.slices()) {
      if (old.name != slice.name || old.shape != slice.shape) continue;
      std::int64_t n = 1;
      for (const auto extent : slice.shape)
        n *= extent;
      copy(from.values(), old.offset, to.values(), slice.offset, n);
      copy(from_optimizer.mean(), old.offset, to_optimizer.mean(), slice.offset, n);
      copy(from_optimizer.square(), old.offset, to_optimizer.square(), slice.offset, n);
      if (!from_optimizer.has_velocity()) continue;
      copy(from_optimizer.velocity(), old.offset, to_optimizer.velocity(), slice.offset, n);
    }
  }
  to_optimizer.restore(from_optimizer.kind(), from_optimizer.steps());
}

}  // namespace

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

double Dqn::descend(double loss, const config::Hyperparameters& h) {
  const auto diverged = [&] { throw std::runtime_error(describe_divergence(online_, seen_)); };
  if (!std::isfinite(loss)) diverged();
  online_.parameters().zero_gradients();
  online_.passes().backward(slope_);
  const double norm = optimizer_.step(online_.parameters(), h);
  if (!std::isfinite(norm)) diverged();
  return norm;
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
  const double norm = descend(loss, h);
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
