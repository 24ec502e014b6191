// The update from sequences against the same computation written with autograd, one sequence and one step at a time.
#include <torch/torch.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "engine/agent/dqn/dqn.hpp"
#include "engine/agent/dqn/value_rescaling.hpp"
#include "engine/agent/replay/sequence_replay.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning.hpp"

namespace qarium::agent_sequence_update_test {
namespace {

struct Setting {
  std::string memory;
  std::string query;  ///< of attention; empty: none
  bool rescaled;
  std::int64_t burn_in;
};

constexpr std::size_t kBatch = 5;
constexpr double kBeta = 0.6;

config::Hyperparameters options_of(const Setting& setting) {
  auto h = config::preset("catch").hyperparameters;
  h.environment.grid_size = 6;
  h.environment.distractors = 0;
  h.encoder.channels = 2;
  if (!setting.query.empty()) {
    h.attention.kind = "scaled_dot";
    h.attention.query = setting.query;
    h.attention.width = 6;
  }
  h.memory.kind = setting.memory;
  h.memory.hidden = 6;
  h.memory.slots = 5;
  h.memory.width = 4;
  h.head.width = 8;
  h.batch_size = kBatch;
  h.n_step = 2;
  h.double_q = true;
  h.max_grad_norm = 1e6;
  h.prioritized_replay = true;
  h.value_rescaling = setting.rescaled;
  return h;
}

/// A learner whose target is another network, and episodes in replay of which every other one is truncated, and which
/// lose a life in the third step.
struct Learning {
  config::Hyperparameters h;
  agent::Dqn learner;
  agent::ReplayBuffer replay;
  agent::SequenceReplay sequences;
  std::set<std::size_t> truncated_ends;  ///< slots of the steps that were cut off
  std::set<std::size_t> lives_lost;      ///< of those at which a life was lost, and the episode went on

  explicit Learning(const Setting& setting)
      : h(options_of(setting)),
        learner(h, tests::spec_of(h), torch::kCPU),
        replay(tests::spec_of(h).observation_space.bytes(), 200, 1),
        sequences(replay, 1, {3, setting.burn_in, 1, true}) {
    const torch::NoGradGuard no_grad;
    auto& target = learner.target().parameters().values();
    target.add_(tests::normal_tensor(target.sizes().vec(), 4), 0.3);
    for (std::uint32_t episode = 0; episode < 6; ++episode)
      play(episode);
  }

  void play(std::uint32_t episode) {
    const auto environment = env::make(h.environment);
    environment->reset(core::RandomStream(2, core::Purpose::Environment, episode));
    auto carried = learner.online().begin(1);
    core::RandomStream random(2, core::Purpose::Test, episode);
    environment->observe(replay.current(0));
    int steps = 0;
    for (bool over = false; !over;) {
      sequences.before_step(0, carried);
      const std::array<std::span<const std::byte>, 1> now = {replay.current(0)};
      learner.online().evaluate(now, carried);
      const int action = static_cast<int>(random.below(3));
      const auto result = environment->step(action);
      over = result.over();
      const bool truncated = over && episode % 2 == 0;
      if (truncated) truncated_ends.insert(replay.current_slot(0));
      const bool life_lost = ++steps == 3;
      if (life_lost && !over) lives_lost.insert(replay.current_slot(0));
      replay.append(0, action, result.reward, (over && !truncated) || life_lost, truncated);
      sequences.after_step(0, over);
      carried.acted(0, action, result.reward);
      environment->observe(replay.current(0));
    }
    replay.begin_episode(0);
  }

  /// Action values of every step of a sequence, and of the observation after it; the first state with its gradient.
  std::vector<torch::Tensor> values_of(agent::NetworkPolicy& policy, const agent::SampledSequence& sequence) {
    auto state = policy.network().initial_state(1);
    std::int64_t action = -1;
    float reward = 0;
    if (!sequence.begins_episode) {
      auto stored = policy.begin(1);
      stored.set_state_row(0, sequences.state(sequence.slot));
      state = policy.tensors_of(stored);
      for (auto& tensor : state)
        tensor = tensor.clone();
      action = sequences.previous_action(sequence.slot);
      reward = sequences.previous_reward(sequence.slot);
    }
    std::vector<torch::Tensor> values;
    std::size_t slot = sequence.slot;
    for (std::int64_t t = 0; t <= sequence.steps; ++t) {
      if (t == sequences.options().burn_in && !sequence.begins_episode) {
        for (auto& tensor : state)
          tensor = tensor.detach();
      }
      const auto observation = replay.observation(slot);
      const std::array<std::span<const std::byte>, 1> now = {observation};
      const auto evaluated =
          policy.network().step(policy.batch(now), {torch::tensor({action}), torch::tensor({reward})}, state);
      values.push_back(evaluated.values[0]);
      state = evaluated.state;
      action = replay.action(slot);
      reward = replay.reward(slot);
      slot = replay.following(slot);
    }
    return values;
  }
};

struct Expected {
  torch::Tensor loss = torch::zeros({});  ///< summed over the learned steps
  std::int64_t steps = 0;
  std::int64_t lives_lost = 0;        ///< of the steps, those whose return a life lost has ended early
  std::int64_t truncated = 0;         ///< of the steps, those that bootstrap from a truncated episode's end
  std::vector<double> largest, mean;  ///< of each sequence's TD errors
};

Expected expected_of(Learning& learning, const std::vector<agent::SampledSequence>& sampled) {
  Expected expected;
  const auto& h = learning.h;
  const auto& replay = learning.replay;
  for (const auto& sequence : sampled) {
    const auto online = learning.values_of(learning.learner.online(), sequence);
    const auto target = [&] {
      const torch::NoGradGuard no_grad;
      return learning.values_of(learning.learner.target(), sequence);
    }();
    std::vector<std::size_t> slots = {sequence.slot};
    for (std::int64_t t = 0; t < sequence.steps; ++t)
      slots.push_back(replay.following(slots.back()));
    std::vector<double> errors;
    for (std::int64_t t = sequence.begins_episode ? 0 : learning.sequences.options().burn_in; t < sequence.steps; ++t) {
      auto m = std::min<std::int64_t>(h.n_step, sequence.steps - t);
      for (std::int64_t k = 0; k + 1 < m; ++k) {
        if (!learning.lives_lost.contains(slots[static_cast<std::size_t>(t + k)])) continue;
        m = k + 1;
        ++expected.lives_lost;
      }
      double y = 0;
      for (std::int64_t k = 0; k < m; ++k)
        y += std::pow(h.gamma, k) * replay.reward(slots[static_cast<std::size_t>(t + k)]);
      const auto last = slots[static_cast<std::size_t>(t + m - 1)];
      const auto after = static_cast<std::size_t>(t + m);
      double bootstrap = target[after][online[after].argmax().item<std::int64_t>()].item<double>();
      if (h.value_rescaling) bootstrap = agent::rescale_inverse(bootstrap);
      if (!replay.terminated(last)) y += std::pow(h.gamma, m) * bootstrap;
      if (learning.truncated_ends.contains(last)) ++expected.truncated;
      if (h.value_rescaling) y = agent::rescale(y);
      const auto q = online[static_cast<std::size_t>(t)][replay.action(slots[static_cast<std::size_t>(t)])];
      expected.loss = expected.loss + sequence.weight * torch::smooth_l1_loss(q, torch::full({}, y));
      errors.push_back(std::abs(q.item<double>() - y));
      ++expected.steps;
    }
    expected.largest.push_back(*std::max_element(errors.begin(), errors.end()));
    expected.mean.push_back(std::accumulate(errors.begin(), errors.end(), 0.0) / static_cast<double>(errors.size()));
  }
  return expected;
}

}  // namespace

TEST_CASE("the update from sequences does what its definition says", "[agent]") {
  std::int64_t truncated = 0;
  std::int64_t lives_lost = 0;
  for (const auto& setting :
       {Setting{"lstm", "", false, 0}, Setting{"lstm", "", true, 2}, Setting{"ntm", "", false, 2},
        Setting{"ntm", "memory", true, 0}, Setting{"gru", "memory", false, 2}, Setting{"dnc", "action", true, 2}}) {
    CAPTURE(setting.memory, setting.query, setting.rescaled, setting.burn_in);
    Learning learning(setting);
    auto& parameters = learning.learner.online().parameters();
    core::RandomStream first(7, core::Purpose::Replay, 0);
    auto second = first;
    // Priorities that differ, so that importance weights do.
    std::vector<agent::SampledSequence> sampled;
    learning.sequences.sample(40, 1, first, sampled);
    for (std::size_t i = 0; i < sampled.size(); ++i)
      learning.sequences.set_priority(sampled[i].slot, 1 + static_cast<double>(i % 5), 1, 1, 0);
    first = second;
    learning.sequences.sample(kBatch, kBeta, first, sampled);
    CHECK(std::any_of(sampled.begin(), sampled.end(), [](const auto& sequence) { return sequence.weight < 0.99F; }));

    const auto expected = expected_of(learning, sampled);
    truncated += expected.truncated;
    lives_lost += expected.lives_lost;
    parameters.zero_gradients();
    (expected.loss / expected.steps).backward();
    const auto gradient = parameters.gradients().clone();
    const auto report = learning.learner.update(learning.replay, learning.sequences, learning.h, kBeta, second);
    CHECK(static_cast<std::int64_t>(learning.learner.last_batch().steps.size()) == expected.steps);
    CHECK(report.loss ==
          Approx(expected.loss.item<double>() / static_cast<double>(expected.steps)).epsilon(1e-4).margin(1e-6));
    CHECK((parameters.gradients() - gradient).norm().item<float>() < 1e-4F * gradient.norm().item<float>());
    if (setting.memory == "ntm") {
      // What an episode begins with is learned where a drawn sequence begins one.
      const bool begins =
          std::any_of(sampled.begin(), sampled.end(), [](const auto& sequence) { return sequence.begins_episode; });
      for (const auto& slice : parameters.slices()) {
        if (slice.name != "memory.first_weights.weight") continue;
        const auto its = parameters.gradients().narrow(0, slice.offset, slice.shape[0] * slice.shape[1]);
        CHECK((its.norm().item<float>() > 0) == begins);
      }
    }

    // Their new priorities, as the odds of drawing them say.
    const auto priority_of = [&](std::size_t i) {
      return std::pow(0.9 * expected.largest[i] + 0.1 * expected.mean[i] + learning.h.prioritized_replay_eps,
                      learning.h.prioritized_replay_alpha);
    };
    for (std::size_t i = 0; i < sampled.size(); ++i)
      CHECK(learning.sequences.priority(sampled[i].slot) == Approx(priority_of(i)).epsilon(1e-3));
  }
  CHECK(truncated > 0);
  CHECK(lives_lost > 0);
}

}  // namespace qarium::agent_sequence_update_test
