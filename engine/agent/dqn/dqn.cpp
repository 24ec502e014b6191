#include "engine/agent/dqn/dqn.hpp"

#include <algorithm>
#include <cmath>

#include "engine/agent/dqn/td_loss.hpp"
#include "engine/agent/network/descent.hpp"
#include "engine/agent/network/keep_matching.hpp"
#include "engine/agent/random_streams.hpp"

namespace qarium::agent {
namespace {

/// Row i of [n, A]; empty where there are no rows.
std::span<const float> action_row(const std::vector<float>& rows, std::size_t i, std::size_t actions) {
  return rows.empty() ? std::span<const float>() : std::span(rows).subspan(i * actions, actions);
}

}  // namespace

Dqn::Dqn(const config::Hyperparameters& hyperparameters, const env::EnvironmentSpec& spec, torch::Device device,
         std::uint32_t rebuild)
    : online_(hyperparameters, spec, device, rebuild),
      target_(hyperparameters, spec, device, rebuild),
      optimizer_(online_.parameters()),
      rebuilds_(rebuild),
      noise_(run_stream(hyperparameters, core::Purpose::Noise, kUpdateNoise)) {}

Dqn Dqn::rebuilt(const config::Hyperparameters& hyperparameters, const env::EnvironmentSpec& spec) {
  Dqn made(hyperparameters, spec, online_.device(), rebuilds_ + 1);
  made.noise_ = noise_;
  keep_matching(online_.parameters(), optimizer_, made.online_.parameters(), made.optimizer_);
  made.update_target(1.0);
  return made;
}

Dqn::Settled Dqn::draw_noise() {
  online_.network().draw_noise(noise_, nn::Noise::Policy);
  target_.network().draw_noise(noise_, nn::Noise::Policy);
  fractions_.clear();
  return Settled(this, [](Dqn* dqn) {
    dqn->online_.network().settle();
    dqn->target_.network().settle();
  });
}

std::vector<float> Dqn::draw_fractions(std::size_t rows, const config::Hyperparameters& h) {
  std::vector<float> fractions(rows * static_cast<std::size_t>(h.head.fractions));
  for (auto& fraction : fractions)
    fraction = static_cast<float>(noise_.uniform());
  return fractions;
}

void Dqn::prepare_to_learn(std::size_t rows, const config::Hyperparameters& h) {
  online_.network().draw_noise(noise_, nn::Noise::Dropout);
  if (returns().kind != nn::Returns::Kind::Implicit) return;
  fractions_ = draw_fractions(rows, h);
  online_.network().head().ask(fractions_, h.head.fractions);
}

std::span<const float> Dqn::fractions_of(std::size_t row) {
  const auto n = static_cast<std::size_t>(online_.network().head().asked());
  return fractions_.empty() ? std::span<const float>() : std::span(fractions_).subspan(row * n, n);
}

void Dqn::gather(const ReplayBuffer& replay, std::size_t Transition::* slot) {
  slots_.clear();
  for (const auto& step : last_.steps)
    slots_.push_back(step.*slot);
  online_.gather(replay.observations(slots_, observations_), seen_);
}

void Dqn::look_ahead(const ReplayBuffer& replay, const config::Hyperparameters& h) {
  const auto count = last_.steps.size();
  const auto n = static_cast<std::int64_t>(count);
  const auto actions = static_cast<std::size_t>(online_.actions());
  const auto means = [&](NetworkPolicy& policy, std::vector<float>& out) {
    returns().means(policy.passes().forward(seen_, n, false), count, actions, out);
  };
  if (h.munchausen) {
    gather(replay, &Transition::slot);
    means(target_, last_.here_target);
  }
  gather(replay, &Transition::next_slot);
  const bool implicit = returns().kind == nn::Returns::Kind::Implicit;
  if (implicit) {  // who chooses is asked for midpoints, as many as are learned from
    for (auto* policy : {&online_, &target_})
      policy->network().head().ask(nn::midpoints(static_cast<std::size_t>(h.head.fractions)), h.head.fractions);
  }
  if (implicit && !h.double_q) means(target_, last_.next_target);
  if (implicit) target_.network().head().ask(draw_fractions(count, h), h.head.fractions);
  const auto values = target_.passes().forward(seen_, n, false);
  next_.assign(values.begin(), values.end());
  if (!implicit || h.double_q) returns().means(next_, count, actions, last_.next_target);
  if (h.double_q || watched_) means(online_, last_.next_online);
}

void Dqn::values_now(const ReplayBuffer& replay, const SequenceReplay* sequences, std::vector<float>& out) {
  if (sequences != nullptr) {
    sequence_values_now(replay, *sequences, out);
    return;
  }
  gather(replay, &Transition::slot);
  const auto count = last_.steps.size();
  const auto values = online_.passes().forward(seen_, static_cast<std::int64_t>(count), false);
  returns().means(values, count, static_cast<std::size_t>(online_.actions()), out);
}

void Dqn::note(const Transition& step, const StepLoss& loss, float best) {
  last_.q.push_back(loss.q);
  last_.targets.push_back(loss.y);
  last_.losses.push_back(loss.loss);
  sums_.loss += step.weight * loss.loss;
  sums_.best_q += best;
  sums_.best_q_squares += static_cast<double>(best) * best;
  sums_.errors.push_back(std::abs(loss.q - loss.y));
}

UpdateReport Dqn::learn(const config::Hyperparameters& h, std::size_t steps) {
  for (auto& part : slope_)
    part /= static_cast<float>(steps);
  const double norm = descend(online_, optimizer_, sums_.loss, slope_, seen_, h);
  last_.made = true;
  const auto count = static_cast<double>(steps);
  const double mean = sums_.best_q / count;
  const double variance = sums_.best_q_squares / count - mean * mean;
  return {static_cast<float>(sums_.loss / count),
          static_cast<float>(mean),
          quantile(sums_.errors, 0.5),
          quantile(sums_.errors, 0.95),
          static_cast<float>(norm),
          variance > 0 ? static_cast<float>(std::sqrt(variance)) : 0};
}

UpdateReport Dqn::update(ReplayBuffer& replay, const config::Hyperparameters& h, double beta,
                         core::RandomStream& stream) {
  const auto n = static_cast<std::size_t>(h.batch_size);
  const auto actions = static_cast<std::size_t>(online_.actions());
  last_.clear();
  sums_.clear();
  replay.sample(n, h.gamma, beta, stream, last_.steps);
  last_.rescaled = false;
  last_.double_q = h.double_q;
  const auto settled = draw_noise();
  look_ahead(replay, h);

  gather(replay, &Transition::slot);
  prepare_to_learn(n, h);
  const auto outputs = online_.passes().forward(seen_, h.batch_size, true);
  returns().means(outputs, n, actions, last_.values);
  // The loss's gradient with respect to the outputs is written out: it is zero but for the actions taken.
  slope_.assign(outputs.size(), 0.0F);
  const auto loss_of = make_value_loss(h, returns());
  const auto numbers = outputs.size() / (n * actions);
  const auto numbers_ahead = next_.size() / (n * actions);
  std::vector<float> priorities(n);
  for (std::size_t i = 0; i < n; ++i) {
    const auto& step = last_.steps[i];
    const auto of_row = [&](const std::vector<float>& rows) { return action_row(rows, i, actions); };
    const auto best_action =
        static_cast<std::size_t>(greedy(of_row(h.double_q ? last_.next_online : last_.next_target)));
    const auto taken = (i * actions + static_cast<std::size_t>(step.action)) * numbers;
    const auto slope = std::span(slope_).subspan(taken, numbers);
    const auto its =
        loss_of->of(step,
                    {.here = outputs.subspan(taken, numbers),
                     .fractions = fractions_of(i),
                     .next = std::span(next_).subspan((i * actions + best_action) * numbers_ahead, numbers_ahead),
                     .here_target = of_row(last_.here_target),
                     .next_target = of_row(last_.next_target)},
                    slope);
    for (auto& part : slope)
      part *= step.weight;
    priorities[i] = its.priority;
    note(step, its, *std::ranges::max_element(of_row(last_.values)));
  }
  const auto report = learn(h, n);
  for (std::size_t i = 0; i < n; ++i) {
    replay.set_priority(last_.steps[i].slot, priorities[i], h.prioritized_replay_alpha, h.prioritized_replay_eps);
  }
  return report;
}

}  // namespace qarium::agent
