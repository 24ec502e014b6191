#include <algorithm>

#include "engine/agent/dqn/dqn.hpp"
#include "engine/agent/network/sequence_starts.hpp"
#include "engine/core/statistics.hpp"

namespace qarium::agent {
namespace {

using torch::Tensor;

/// The sampled sequences side by side. Every one has room for `steps` transitions and the observation after them; what
/// a shorter one leaves empty is zero. `seen` becomes the observations [steps + 1, B, ...].
struct SequenceBatch {
  std::int64_t steps = 0;
  nn::Previous previous;             ///< [steps + 1, B]
  std::vector<std::size_t> slots;    ///< [(steps + 1) * B], time by time
  std::vector<bool> begins_episode;  ///< [B]
};

SequenceBatch lay_out(const ReplayBuffer& replay, const SequenceReplay& sequences,
                      const std::vector<SampledSequence>& sampled, const NetworkPolicy& policy,
                      std::vector<float>& seen) {
  SequenceBatch batch;
  const auto n = sampled.size();
  for (const auto& sequence : sampled)
    batch.steps = std::max(batch.steps, sequence.steps);
  const auto times = static_cast<std::size_t>(batch.steps) + 1;
  batch.slots.resize(times * n);
  std::vector<std::int64_t> actions(times * n, -1);
  std::vector<float> rewards(times * n, 0);
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
      if (static_cast<std::int64_t>(t) >= sequence.steps) continue;  // the last observation stands for what is left
      const auto next = place + n;
      actions[next] = replay.action(slot);
      rewards[next] = replay.reward(slot);
      slot = replay.following(slot);
    }
  }
  ObservationBatch observations;
  policy.gather(replay.observations(batch.slots, observations), seen);
  const auto by_time = [&](const Tensor& all) {
    return all.view({static_cast<std::int64_t>(times), static_cast<std::int64_t>(n)});
  };
  batch.previous = {by_time(torch::tensor(actions, torch::kLong)), by_time(torch::tensor(rewards, torch::kFloat))};
  return batch;
}

/// The states that the sequences begin with: the network's own where an episode does, the stored ones elsewhere.
nn::MemoryState first_state(NetworkPolicy& policy, const SequenceReplay& sequences,
                            const std::vector<SampledSequence>& sampled, const std::vector<bool>& begins_episode) {
  auto stored = RecurrentState::make(policy.begin(1).layout, sampled.size());
  for (std::size_t b = 0; b < sampled.size(); ++b)
    if (!begins_episode[b]) stored.set_state_row(b, sequences.state(sampled[b].slot));
  return sequence_starts(policy, stored, begins_episode);
}

/// What a pass gave for sequences, valid until the policy's next one: N numbers of each action [steps + 1, B, A, N],
/// and their means, the action values [steps + 1, B, A].
class ValueTable {
 public:
  ValueTable(std::span<const float> numbers, std::size_t rows, std::size_t batch, NetworkPolicy& policy)
      : numbers_(numbers),
        batch_(batch),
        actions_(static_cast<std::size_t>(policy.actions())),
        of_action_(numbers.size() / (rows * actions_)) {
    policy.network().head().returns().means(numbers, rows, actions_, values_);
  }
  std::span<const float> at(std::int64_t t, std::size_t b) const {
    return std::span(values_).subspan(row(t, b) * actions_, actions_);
  }
  std::span<const float> numbers(std::int64_t t, std::size_t b, int action) const {
    return numbers_.subspan(place(t, b, action), of_action_);
  }
  std::size_t row(std::int64_t t, std::size_t b) const { return static_cast<std::size_t>(t) * batch_ + b; }
  /// Of the first number of an action.
  std::size_t place(std::int64_t t, std::size_t b, int action) const {
    return (row(t, b) * actions_ + static_cast<std::size_t>(action)) * of_action_;
  }
  std::size_t size() const { return numbers_.size(); }
  /// N
  std::size_t of_action() const { return of_action_; }

 private:
  std::span<const float> numbers_;
  std::size_t batch_;
  std::size_t actions_;
  std::size_t of_action_;
  std::vector<float> values_;
};

ValueTable evaluate(NetworkPolicy& policy, const SequenceBatch& batch, std::span<float> seen, nn::MemoryState state,
                    std::int64_t burn_in, bool learn) {
  const auto n = batch.begins_episode.size();
  nn::BurnIn before{burn_in, {}};
  if (std::ranges::find(batch.begins_episode, true) != batch.begins_episode.end())
    before.begins = flags(batch.begins_episode);
  const auto values = policy.passes().sequence(
      {batch.steps + 1, static_cast<std::int64_t>(n), seen, batch.previous, std::move(state), std::move(before)},
      learn);
  return {values, static_cast<std::size_t>(batch.steps + 1) * n, n, policy};
}

/// Of this many from time t on, those up to an end of what is learned, which a life lost is in the middle of an
/// episode.
std::int64_t steps_ahead(const ReplayBuffer& replay, const SequenceBatch& batch, std::int64_t t, std::size_t b,
                         std::int64_t most) {
  const auto n = batch.begins_episode.size();
  std::int64_t steps = 1;
  while (steps < most && !replay.terminated(batch.slots[static_cast<std::size_t>(t + steps - 1) * n + b]))
    ++steps;
  return steps;
}

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
  step.steps = static_cast<int>(steps);
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

void keep(std::span<const float> row, std::vector<float>& rows) {
  rows.insert(rows.end(), row.begin(), row.end());
}

}  // namespace

void Dqn::sequence_values_now(const ReplayBuffer& replay, const SequenceReplay& sequences, std::vector<float>& out) {
  const torch::AutoGradMode gradient(false);
  const auto batch = lay_out(replay, sequences, sequences_, online_, seen_);
  const auto values = evaluate(online_, batch, seen_, first_state(online_, sequences, sequences_, batch.begins_episode),
                               sequences.options().burn_in, false);
  out.clear();
  for (const auto& place : last_.places)
    keep(values.at(place.time, static_cast<std::size_t>(place.sequence)), out);
}

UpdateReport Dqn::update(const ReplayBuffer& replay, SequenceReplay& sequences, const config::Hyperparameters& h,
                         double beta, core::RandomStream& stream) {
  sequences.sample(static_cast<std::size_t>(h.batch_size), beta, stream, sequences_);
  const auto burn_in = sequences.options().burn_in;
  const auto batch = lay_out(replay, sequences, sequences_, online_, seen_);
  const auto values_of = [&](NetworkPolicy& policy, bool learn) {
    const torch::AutoGradMode gradient(learn);
    return evaluate(policy, batch, seen_, first_state(policy, sequences, sequences_, batch.begins_episode), burn_in,
                    learn);
  };
  const auto settled = draw_noise();
  const auto rows = static_cast<std::size_t>(batch.steps + 1) * sequences_.size();
  // What is asked of an implicit distribution serves for choosing, too: a pass over sequences costs much.
  if (returns().kind == nn::Returns::Kind::Implicit)
    target_.network().head().ask(draw_fractions(rows, h), h.head.fractions);
  const auto target = values_of(target_, false);
  prepare_to_learn(rows, h);
  const auto online = values_of(online_, true);

  last_.clear();
  last_.rescaled = h.value_rescaling;
  last_.double_q = h.double_q;
  sums_.clear();
  slope_.assign(online.size(), 0.0F);
  const auto loss_of = make_value_loss(h, returns());
  std::vector<float> priorities;  // of the steps of a sequence
  for (std::size_t b = 0; b < sequences_.size(); ++b) {
    const auto& sequence = sequences_[b];
    priorities.clear();
    for (auto t = sequence.begins_episode ? 0 : burn_in; t < sequence.steps; ++t) {
      const auto steps = steps_ahead(replay, batch, t, b, std::min(h.n_step, sequence.steps - t));
      const auto step = n_step_transition(replay, batch, sequence, t, b, steps, h.gamma);
      const auto best_action = greedy((h.double_q ? online : target).at(t + steps, b));
      const auto here = online.at(t, b);
      const auto slope = std::span(slope_).subspan(online.place(t, b, step.action), online.of_action());
      const auto its = loss_of->of(step,
                                   {.here = online.numbers(t, b, step.action),
                                    .fractions = fractions_of(online.row(t, b)),
                                    .next = target.numbers(t + steps, b, best_action),
                                    .here_target = target.at(t, b),
                                    .next_target = target.at(t + steps, b)},
                                   slope);
      for (auto& part : slope)
        part *= step.weight;
      keep(here, last_.values);
      keep(online.at(t + steps, b), last_.next_online);
      keep(target.at(t + steps, b), last_.next_target);
      if (h.munchausen) keep(target.at(t, b), last_.here_target);
      last_.places.push_back({static_cast<std::int64_t>(b), t});
      last_.steps.push_back(step);
      note(step, its, *std::ranges::max_element(here));
      priorities.push_back(its.priority);
    }
    sequences.set_priority(sequence.slot, *std::max_element(priorities.begin(), priorities.end()),
                           core::mean(priorities), h.prioritized_replay_alpha, h.prioritized_replay_eps);
  }
  return learn(h, last_.steps.size());
}

}  // namespace qarium::agent
