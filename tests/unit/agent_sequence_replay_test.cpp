// Sequences: where they begin and end, what they carry, how they are drawn, and the update that learns from them.
#include <cmath>
#include <cstring>
#include <map>
#include <vector>

#include "engine/agent/dqn.hpp"
#include "engine/agent/sequence_replay.hpp"
#include "engine/agent/value_rescaling.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning.hpp"

using namespace qarium;

namespace {

/// Episodes of known lengths in one environment; the observation is the number of the step since the very first, the
/// recollection's one state number too.
class Recorder {
 public:
  Recorder(std::size_t capacity, const agent::SequenceOptions& options)
      : replay(sizeof(float), capacity, 1), sequences(replay, 1, options) {
    recollection.state = {torch::zeros({1, 2})};
    recollection.actions = {-1};
    recollection.rewards = {0};
  }

  void episode(std::int64_t length, bool terminated = true) {
    recollection.acted(0, -1, 0);
    for (std::int64_t t = 0; t < length; ++t) {
      write(static_cast<float>(clock));
      recollection.state[0].fill_(static_cast<float>(clock));
      sequences.before_step(0, recollection);
      const bool over = t == length - 1;
      replay.append(0, static_cast<int>(clock % 3), static_cast<float>(clock), over && terminated, over && !terminated);
      sequences.after_step(0, over);
      recollection.acted(0, static_cast<int>(clock % 3), static_cast<float>(clock));
      ++clock;
    }
    write(-1);
    replay.begin_episode(0);
  }

  float number(std::size_t slot) const {
    float value = 0;
    std::memcpy(&value, replay.observation(slot).data(), sizeof value);
    return value;
  }

  /// Every sequence that can be drawn, by its first number.
  std::map<int, agent::SampledSequence> drawn(std::size_t draws = 4'000) {
    std::vector<agent::SampledSequence> sampled;
    core::RandomStream stream(1, core::Purpose::Test, 0);
    sequences.sample(draws, 1, stream, sampled);
    std::map<int, agent::SampledSequence> found;
    for (const auto& sequence : sampled)
      found[static_cast<int>(number(sequence.slot))] = sequence;
    return found;
  }

  agent::ReplayBuffer replay;
  agent::SequenceReplay sequences;
  agent::Recollection recollection;
  std::int64_t clock = 0;

 private:
  void write(float value) { std::memcpy(replay.current(0).data(), &value, sizeof value); }
};

}  // namespace

TEST_CASE("sequences begin every length - overlap steps of an episode and never leave it", "[agent]") {
  Recorder recorder(100, {4, 0, 2, false});
  recorder.episode(7);
  const auto found = recorder.drawn();
  REQUIRE(found.size() == 4);
  const std::map<int, std::int64_t> steps = {{0, 4}, {2, 4}, {4, 3}, {6, 1}};
  for (const auto& [first, sequence] : found) {
    CHECK(sequence.steps == steps.at(first));
    CHECK(sequence.begins_episode == (first == 0));
    if (first == 0) continue;
    const auto state = recorder.sequences.state(sequence.slot);
    REQUIRE(state.size() == 2);
    CHECK(state[0] == static_cast<float>(first));
    CHECK(recorder.sequences.previous_action(sequence.slot) == (first - 1) % 3);
    CHECK(recorder.sequences.previous_reward(sequence.slot) == static_cast<float>(first - 1));
  }
  CHECK(recorder.sequences.state_bytes() == 3 * 2 * sizeof(float));
}

TEST_CASE("burn-in lengthens sequences, and what an end leaves must be more than burn-in", "[agent]") {
  Recorder recorder(100, {4, 3, 2, false});
  recorder.episode(9);
  const auto found = recorder.drawn();
  // From 0: 7 steps. From 2: 7 to the end. From 4: 5. From 6: 3, all of them burn-in. From 8: 1.
  REQUIRE(found.size() == 3);
  CHECK(found.at(0).steps == 7);
  CHECK(found.at(2).steps == 7);
  CHECK(found.at(4).steps == 5);
}

TEST_CASE("what the ring overwrites is not drawn any more", "[agent]") {
  Recorder recorder(20, {4, 0, 2, false});
  for (int i = 0; i < 40; ++i) {
    recorder.episode(5 + i % 4);
    for (const auto& [first, sequence] : recorder.drawn(300)) {
      CHECK(first >= recorder.clock - 20);
      std::size_t slot = sequence.slot;
      for (std::int64_t t = 0; t < sequence.steps; ++t) {
        CHECK(recorder.number(slot) == static_cast<float>(first + t));
        slot = recorder.replay.following(slot);
      }
    }
  }
}

TEST_CASE("a new network forgets stored states and keeps the beginnings of episodes", "[agent]") {
  Recorder recorder(100, {4, 0, 2, false});
  recorder.episode(7);
  recorder.episode(3);
  recorder.sequences.drop_states();
  const auto found = recorder.drawn();
  CHECK(found.size() == 2);
  for (const auto& [first, sequence] : found)
    CHECK(sequence.begins_episode);
  CHECK(recorder.sequences.state_bytes() == 0);
}

TEST_CASE("sequences are drawn in proportion to 0.9 max + 0.1 mean", "[agent]") {
  Recorder recorder(100, {4, 0, 0, true});
  recorder.episode(8);
  auto found = recorder.drawn();
  REQUIRE(found.size() == 2);
  recorder.sequences.set_priority(found.at(0).slot, 2.0, 1.0, 1.0, 0);  // 1.9
  recorder.sequences.set_priority(found.at(4).slot, 0.5, 0.5, 1.0, 0);  // 0.5
  std::vector<agent::SampledSequence> sampled;
  core::RandomStream stream(1, core::Purpose::Test, 0);
  int first = 0;
  constexpr int kRounds = 4'000;
  for (int i = 0; i < kRounds; ++i) {
    recorder.sequences.sample(1, 0.5, stream, sampled);
    first += recorder.number(sampled[0].slot) == 0 ? 1 : 0;
  }
  CHECK(std::abs(first / static_cast<double>(kRounds) - 1.9 / 2.4) < 0.03);
  recorder.sequences.sample(64, 1.0, stream, sampled);
  for (const auto& sequence : sampled) {
    const bool rare = recorder.number(sequence.slot) != 0;
    CHECK(std::abs(sequence.weight - (rare ? 1.0F : 0.5F / 1.9F)) < 1e-5F);
  }
}

TEST_CASE("value rescaling and its inverse", "[agent]") {
  for (const double x : {-1e4, -3.0, -1e-3, 0.0, 0.5, 1.0, 250.0, 1e5}) {
    CHECK(std::abs(agent::rescale_inverse(agent::rescale(x)) - x) < 1e-6 * std::max(1.0, std::abs(x)));
  }
  CHECK(std::abs(agent::rescale(3) - (1 + 3e-3)) < 1e-12);
}

TEST_CASE("the update from sequences does what its definition says", "[agent]") {
  // Against the same computation written with autograd over whole tensors.
  for (const bool rescaled : {false, true}) {
    for (const std::int64_t burn_in : {0, 2}) {
      auto h = core::preset("catch").hyperparameters;
      h.environment.grid_size = 6;
      h.environment.distractors = 0;
      h.encoder.channels = 2;
      h.memory.kind = "lstm";
      h.memory.hidden = 6;
      h.head.width = 8;
      h.batch_size = 5;
      h.n_step = 2;
      h.double_q = true;
      h.max_grad_norm = 1e6;
      h.value_rescaling = rescaled;
      const auto spec = tests::spec_of(h);
      agent::Dqn learner(h, spec, torch::kCPU);
      agent::ReplayBuffer replay(spec.observation_space.bytes(), 200, 1);
      agent::SequenceReplay sequences(replay, 1, {3, burn_in, 1, false});
      const auto environment = env::make(h.environment);
      auto carried = learner.online().begin(1);
      core::RandomStream random(2, core::Purpose::Test, 3);
      for (std::uint32_t episode = 0; episode < 6; ++episode) {
        environment->reset(core::RandomStream(2, core::Purpose::Environment, episode));
        carried.begin(0, learner.online().begin(1));
        environment->observe(replay.current(0));
        for (bool over = false; !over;) {
          sequences.before_step(0, carried);
          const std::array<std::span<const std::byte>, 1> now = {replay.current(0)};
          learner.online().values(now, carried);
          const int action = static_cast<int>(random.below(3));
          const auto result = environment->step(action);
          over = result.over();
          replay.append(0, action, result.reward, result.terminated, result.truncated);
          sequences.after_step(0, over);
          carried.acted(0, action, result.reward);
          environment->observe(replay.current(0));
        }
        replay.begin_episode(0);
      }
      std::vector<agent::SampledSequence> sampled;
      core::RandomStream first(7, core::Purpose::Replay, 0);
      auto second = first;
      sequences.sample(5, 1, first, sampled);

      const auto loss_of = [&](agent::Dqn& dqn, torch::Tensor& total, std::int64_t& count) {
        total = torch::zeros({});
        count = 0;
        for (const auto& sequence : sampled) {
          const auto values_of = [&](agent::Policy& policy) {
            auto state = policy.network().initial_state(1);
            std::int64_t action = -1;
            float reward = 0;
            if (!sequence.begins_episode) {
              auto stored = policy.begin(1);
              stored.set_state_row(0, sequences.state(sequence.slot));
              state = stored.state;
              action = sequences.previous_action(sequence.slot);
              reward = sequences.previous_reward(sequence.slot);
            }
            std::vector<torch::Tensor> values;
            std::size_t slot = sequence.slot;
            for (std::int64_t t = 0; t <= sequence.steps; ++t) {
              if (t == burn_in && !sequence.begins_episode) {
                for (auto& tensor : state)
                  tensor = tensor.detach();
              }
              const std::array<std::span<const std::byte>, 1> now = {replay.observation(slot)};
              const auto judged =
                  policy.network().step(policy.batch(now), {torch::tensor({action}), torch::tensor({reward})}, state);
              values.push_back(judged.values[0]);
              state = judged.state;
              action = replay.action(slot);
              reward = replay.reward(slot);
              slot = replay.following(slot);
            }
            return values;
          };
          const auto online = values_of(dqn.online());
          std::vector<torch::Tensor> target;
          {
            const torch::NoGradGuard no_grad;
            target = values_of(dqn.target());
          }
          std::vector<std::size_t> slots = {sequence.slot};
          for (std::int64_t t = 0; t < sequence.steps; ++t)
            slots.push_back(replay.following(slots.back()));
          for (std::int64_t t = sequence.begins_episode ? 0 : burn_in; t < sequence.steps; ++t) {
            const auto m = std::min<std::int64_t>(2, sequence.steps - t);
            double y = 0;
            bool terminal = false;
            for (std::int64_t k = 0; k < m; ++k) {
              y += std::pow(h.gamma, k) * replay.reward(slots[static_cast<std::size_t>(t + k)]);
              terminal = replay.terminated(slots[static_cast<std::size_t>(t + k)]);
            }
            const auto after = static_cast<std::size_t>(t + m);
            double bootstrap = target[after][online[after].argmax().item<std::int64_t>()].item<double>();
            if (rescaled) bootstrap = agent::rescale_inverse(bootstrap);
            if (!terminal) y += std::pow(h.gamma, m) * bootstrap;
            if (rescaled) y = agent::rescale(y);
            const auto q = online[static_cast<std::size_t>(t)][replay.action(slots[static_cast<std::size_t>(t)])];
            total = total + torch::smooth_l1_loss(q, torch::full({}, y));
            ++count;
          }
        }
      };
      torch::Tensor loss;
      std::int64_t count = 0;
      loss_of(learner, loss, count);
      learner.online().parameters().zero_gradients();
      (loss / count).backward();
      const auto expected = learner.online().parameters().gradients().clone();
      const auto report = learner.update(replay, sequences, h, 1, second);
      CHECK(static_cast<std::int64_t>(learner.last_batch().steps.size()) == count);
      CHECK(std::abs(report.loss - loss.item<float>() / static_cast<float>(count)) < 1e-5F);
      const auto found = learner.online().parameters().gradients();
      CHECK((found - expected).norm().item<float>() < 1e-4F * expected.norm().item<float>());
    }
  }
}
