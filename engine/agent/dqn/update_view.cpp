// The last update as whoever looks at it sees it.
#include <algorithm>

#include "engine/agent/dqn/dqn_learner.hpp"
#include "engine/agent/dqn/td_loss.hpp"
#include "engine/agent/policy.hpp"

namespace qarium::agent {
namespace {

/// Pictures of a batch take no more: a batch of sequences has thousands of transitions.
constexpr std::size_t kMostPictureBytes = 32'000'000;

std::size_t bytes_of(const protocol::Scene& scene) {
  return scene.grid.cells.size() * sizeof(protocol::Color) + scene.shapes.size() * sizeof(protocol::Shape) +
         scene.places.size() * sizeof(scene.places[0]);
}

/// Row i of [n, A]; empty where there are no rows.
std::span<const float> row_of(const std::vector<float>& rows, std::size_t i, std::size_t n) {
  const auto actions = rows.size() / n;
  return std::span(rows).subspan(i * actions, actions);
}

void assign(std::vector<float>& to, std::span<const float> row) {
  to.assign(row.begin(), row.end());
}

}  // namespace

void DqnLearner::remember_facts(const UpdateReport& report) {
  const auto& h = hyperparameters_;
  update_known_ = true;
  facts_ = {.double_q = h.double_q,
            .munchausen = h.munchausen,
            .distribution = h.head.distribution,
            .huber = h.loss == "huber",
            .gamma = h.gamma,
            .n_step = h.n_step,
            .loss = report.loss,
            .gradient_norm = report.gradient_norm,
            .max_grad_norm = h.max_grad_norm,
            .learning_rate = h.learning_rate,
            .target_copies = target_copies_,
            .steps_since_target = steps_since_target_,
            .target_update_interval = h.target_update_interval,
            .tau = h.tau};
}

std::int64_t DqnLearner::written_since_update(const protocol::Position& position) const {
  // An end takes a slot of its own, so at most two are written in a step.
  return 2 * (position.environment_steps - last_update_step_) / hyperparameters_.n_envs;
}

void DqnLearner::describe_transition(std::size_t i, protocol::TransitionView& sample) const {
  const auto& batch = dqn_.last_batch();
  const auto& step = batch.steps[i];
  const auto n = batch.steps.size();
  sample.number = i;
  sample.action = step.action;
  sample.reward = step.reward;
  sample.terminal = step.terminal;
  sample.q = batch.q[i];
  sample.target = batch.targets[i];
  sample.td_error = batch.targets[i] - batch.q[i];
  sample.discount = step.discount;
  sample.rescaled = batch.rescaled;
  sample.weight = step.weight;
  sample.age = step.age * hyperparameters_.n_envs;
  sample.steps = step.steps;
  sample.sequence = batch.places.empty() ? -1 : batch.places[i].sequence;
  sample.time = batch.places.empty() ? 0 : batch.places[i].time;
  assign(sample.values, row_of(batch.values, i, n));
  assign(sample.next_online, row_of(batch.next_online, i, n));
  assign(sample.next_target, row_of(batch.next_target, i, n));
  sample.values_after.clear();
  sample.chosen = greedy(batch.double_q ? sample.next_online : sample.next_target);
  sample.loss = batch.losses[i];
  sample.slope = (facts_.huber ? huber : squared)(sample.q - sample.target).slope;
}

bool DqnLearner::describe_update(const env::Environment& renderer, const protocol::Position& position,
                                 protocol::UpdateView& view) {
  const auto& batch = dqn_.last_batch();
  if (!update_known_ || !batch.made) return false;
  const auto n = batch.steps.size();
  view.basis.position = {last_update_step_, position.updates};
  view.basis.weights = static_cast<std::uint64_t>(position.updates);
  view.facts = facts_;
  view.batch_size = static_cast<std::int64_t>(n);
  view.sequences = batch.places.empty() ? 0 : batch.places.back().sequence + 1;
  view.samples.resize(n);

  // Where learning went on since, some of the batch may have been overwritten.
  const auto ring = static_cast<std::int64_t>(replay_->capacity()) / hyperparameters_.n_envs;
  const auto written = written_since_update(position);
  bool all_there = true;
  std::size_t picture_bytes = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const auto& step = batch.steps[i];
    auto& sample = view.samples[i];
    describe_transition(i, sample);
    const auto frames = static_cast<std::int64_t>(replay_->frames_before());
    const bool there = step.age + sample.time + frames + written < ring;
    all_there = all_there && there;
    if (!there || picture_bytes > kMostPictureBytes) continue;
    renderer.render_observation(replay_->observation(step.slot), sample.before);
    renderer.render_observation(replay_->observation(step.next_slot), sample.after);
    picture_bytes += bytes_of(sample.before) + bytes_of(sample.after);
  }
  if (!all_there) return true;
  dqn_.values_now(*replay_, sequences_.get(), values_after_);
  for (std::size_t i = 0; i < n; ++i)
    assign(view.samples[i].values_after, row_of(values_after_, i, n));
  return true;
}

}  // namespace qarium::agent
