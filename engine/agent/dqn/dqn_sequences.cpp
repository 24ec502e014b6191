#include <algorithm>
#include <cmath>

#include "engine/agent/dqn/dqn.hpp"
#include "engine/agent/dqn/td_loss.hpp"
#include "engine/agent/dqn/value_rescaling.hpp"
#include "engine/core/statistics.hpp"

namespace qarium::agent {
namespace {

using torch::Tensor;

/// The sampled sequences side by side. Every one has room for `steps` transitions and the observation after them; what
/// a shorter one leaves empty is zero.
struct SequenceBatch {
  std::int64_t steps = 0;
  Tensor observations;               ///< [steps + 1, B, ...]
  nn::Previous previous;             ///< [steps + 1, B]
  std::vector<std::size_t> slots;    ///< [(steps + 1) * B], time by time
  std::vector<bool> begins_episode;  ///< [B]
};

SequenceBatch lay_out(const ReplayBuffer& replay, const SequenceReplay& sequences,
                      const std::vector<SampledSequence>& sampled, const NetworkPolicy& policy) {
  SequenceBatch batch;
  const auto n = sampled.size();
  for (const auto& sequence : sampled)
    batch.steps = std::max(batch.steps, sequence.steps);
  const auto times = static_cast<std::size_t>(batch.steps) + 1;
  batch.slots.resize(times * n);
  std::vector<std::int64_t> actions(times * n, -1);
  std::vector<float> rewards(times * n, 0);
  std::vector<std::span<const std::byte>> observations(times * n);
  for (std::size_t b = 0; b < n; ++b) {
    const auto& sequence = sampled[b];
    batch.begins_episode.push_back(sequence.begins_episode);
    std::size_t slot = sequence.slot;
    if (!sequence.begins_episode) {
      actions[b] = sequences.previous_action(slot);
      rewards[b] = sequences.previous_reward(slot);
    }
    for (std::size_t t = 0; t < times; ++t) {
      const auto place = t * n + b;
      batch.slots[place] = slot;
      observations[place] = replay.observation(slot);
      if (static_cast<std::int64_t>(t) >= sequence.steps) continue;  // the last observation stands for what is left
      const auto next = place + n;
      actions[next] = replay.action(slot);
      rewards[next] = replay.reward(slot);
      slot = replay.following(slot);
    }
  }
  const auto flat = policy.batch(observations);
  auto shape = flat.sizes().vec();
  shape[0] = static_cast<std::int64_t>(n);
  shape.insert(shape.begin(), static_cast<std::int64_t>(times));
  batch.observations = flat.view(shape);
  const auto by_time = [&](const Tensor& all) {
    return all.view({static_cast<std::int64_t>(times), static_cast<std::int64_t>(n)}).to(policy.device());
  };
  batch.previous = {by_time(torch::tensor(actions, torch::kLong)), by_time(torch::tensor(rewards, torch::kFloat))};
  return batch;
}

/// [B, 1, ...] of booleans that broadcasts over a state tensor.
Tensor as_rows(const std::vector<bool>& flags, const Tensor& like) {
  auto rows = torch::empty({static_cast<std::int64_t>(flags.size())}, torch::kBool);
  for (std::size_t i = 0; i < flags.size(); ++i)
    rows.data_ptr<bool>()[i] = flags[i];
  std::vector<std::int64_t> shape(static_cast<std::size_t>(like.dim()), 1);
  shape[0] = rows.size(0);
  return rows.to(like.device()).view(shape);
}

/// The states that the sequences begin with: the network's own where an episode does, the stored ones elsewhere.
nn::MemoryState first_state(NetworkPolicy& policy, const SequenceReplay& sequences,
                            const std::vector<SampledSequence>& sampled, const std::vector<bool>& begins_episode) {
  auto state = policy.network().initial_state(static_cast<std::int64_t>(sampled.size()));
  auto stored = RecurrentState::make(policy.begin(1).layout, sampled.size());
  bool any = false;
  for (std::size_t b = 0; b < sampled.size(); ++b) {
    if (begins_episode[b]) continue;
    stored.set_state_row(b, sequences.state(sampled[b].slot));
    any = true;
  }
  if (!any) return state;
  const auto kept = policy.tensors_of(stored);
  for (std::size_t i = 0; i < state.size(); ++i)
    state[i] = torch::where(as_rows(begins_episode, state[i]), state[i], kept[i]);
  return state;
}

/// Action values [steps + 1, B, A]. Burn-in brings the state up to date; no gradient passes through it, but where an
/// episode begins there is none.
Tensor evaluate(NetworkPolicy& policy, const SequenceBatch& batch, nn::MemoryState state, std::int64_t burn_in) {
  auto& network = policy.network();
  const auto times = batch.steps + 1;
  if (burn_in == 0 || burn_in >= times) return network.sequence(batch.observations, batch.previous, state).values;
  const auto part = [&](std::int64_t from, std::int64_t count) {
    return network.sequence(
        batch.observations.narrow(0, from, count),
        {batch.previous.action.narrow(0, from, count), batch.previous.reward.narrow(0, from, count)}, state);
  };
  const bool any_begins =
      std::find(batch.begins_episode.begin(), batch.begins_episode.end(), true) != batch.begins_episode.end();
  auto before = [&] {
    const torch::AutoGradMode gradient(any_begins && torch::GradMode::is_enabled());
    return part(0, burn_in);
  }();
  state = std::move(before.state);
  for (auto& tensor : state)
    tensor = torch::where(as_rows(batch.begins_episode, tensor), tensor, tensor.detach());
  return torch::cat({before.values, part(burn_in, times - burn_in).values});
}

/// Action values [steps + 1, B, A] on the CPU, to be read one by one.
class ValueTable {
 public:
  explicit ValueTable(const Tensor& values) : values_(values.detach().to(torch::kCPU).contiguous()) {}
  std::span<const float> at(std::int64_t t, std::size_t b) const {
    const auto actions = values_.size(2);
    return {values_.data_ptr<float>() + place(t, b, 0), static_cast<std::size_t>(actions)};
  }
  std::size_t place(std::int64_t t, std::size_t b, int action) const {
    return static_cast<std::size_t>((t * values_.size(1) + static_cast<std::int64_t>(b)) * values_.size(2) + action);
  }
  Tensor zeros() const { return torch::zeros_like(values_); }

 private:
  Tensor values_;
};

/// The transition at time t of sequence b with its n-step return, which ends with the sequence at the latest.
Transition n_step_transition(const ReplayBuffer& replay, const SequenceBatch& batch, const SampledSequence& sequence,
                             std::int64_t t, std::size_t b, std::int64_t steps, double gamma) {
  const auto n = batch.begins_episode.size();
  const auto slot_at = [&](std::int64_t time) { return batch.slots[static_cast<std::size_t>(time) * n + b]; };
  Transition step;
  step.slot = slot_at(t);
  step.next_slot = slot_at(t + steps);
  step.action = replay.action(step.slot);
  step.age = replay.age(step.slot);
  step.weight = sequence.weight;
  step.terminal = replay.terminated(slot_at(t + steps - 1));
  double reward = 0;
  double discount = 1;
  for (std::int64_t k = 0; k < steps; ++k) {
    reward += discount * replay.reward(slot_at(t + k));
    discount *= gamma;
  }
  step.reward = static_cast<float>(reward);
  step.discount = step.terminal ? 0 : static_cast<float>(discount);
  return step;
}

float target_of(const Transition& step, double bootstrap, bool rescaled) {
  const double y = step.reward + step.discount * (rescaled ? rescale_inverse(bootstrap) : bootstrap);
  return static_cast<float>(rescaled ? rescale(y) : y);
}

}  // namespace

UpdateReport Dqn::update(const ReplayBuffer& replay, SequenceReplay& sequences, const config::Hyperparameters& h,
                         double beta, core::RandomStream& stream) {
  sequences.sample(static_cast<std::size_t>(h.batch_size), beta, stream, sequences_);
  const auto burn_in = sequences.options().burn_in;
  const auto batch = lay_out(replay, sequences, sequences_, online_);
  const auto values =
      evaluate(online_, batch, first_state(online_, sequences, sequences_, batch.begins_episode), burn_in);
  const ValueTable online(values);
  const ValueTable target = [&] {
    const torch::NoGradGuard no_grad;
    return ValueTable(
        evaluate(target_, batch, first_state(target_, sequences, sequences_, batch.begins_episode), burn_in));
  }();

  last_ = {};
  last_.rescaled = h.value_rescaling;
  errors_.clear();
  auto slope = online.zeros();
  const auto loss_of = td_loss(h.loss);
  std::vector<std::size_t> places;  // of the learned steps, in `slope`
  double loss = 0;
  double best_q = 0;
  double best_q_squares = 0;
  for (std::size_t b = 0; b < sequences_.size(); ++b) {
    const auto& sequence = sequences_[b];
    const auto first_error = errors_.size();
    for (auto t = sequence.begins_episode ? 0 : burn_in; t < sequence.steps; ++t) {
      const auto steps = std::min(h.n_step, sequence.steps - t);
      const auto step = n_step_transition(replay, batch, sequence, t, b, steps, h.gamma);
      const auto chooser = (h.double_q ? online : target).at(t + steps, b);
      const double bootstrap = target.at(t + steps, b)[static_cast<std::size_t>(greedy(chooser))];
      const auto here = online.at(t, b);
      last_.steps.push_back(step);
      last_.q.push_back(here[static_cast<std::size_t>(step.action)]);
      last_.targets.push_back(target_of(step, bootstrap, h.value_rescaling));
      const float error = last_.q.back() - last_.targets.back();
      const auto [value, derivative] = loss_of(error);
      places.push_back(online.place(t, b, step.action));
      slope.data_ptr<float>()[places.back()] = step.weight * derivative;
      loss += step.weight * value;
      const double best = *std::max_element(here.begin(), here.end());
      best_q += best;
      best_q_squares += best * best;
      errors_.push_back(std::abs(error));
    }
    const std::span<const float> its(errors_.begin() + static_cast<std::ptrdiff_t>(first_error), errors_.end());
    sequences.set_priority(sequence.slot, *std::max_element(its.begin(), its.end()), core::mean(its),
                           h.prioritized_replay_alpha, h.prioritized_replay_eps);
  }
  const auto count = static_cast<double>(places.size());
  for (const auto place : places)
    slope.data_ptr<float>()[place] /= static_cast<float>(count);
  const double norm = descend(batch.observations.flatten(0, 1), values, slope, loss, h);
  return {static_cast<float>(loss / count), static_cast<float>(best_q / count),
          quantile(errors_, 0.5),           quantile(errors_, 0.95),
          static_cast<float>(norm),         spread_of(best_q, best_q_squares, count)};
}

}  // namespace qarium::agent
