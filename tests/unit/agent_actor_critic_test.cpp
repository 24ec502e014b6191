// Actor and critic: targets and losses against plain implementations in double, and the learner that uses them.
#include <torch/torch.h>

#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "engine/agent/actor_critic/actor_critic_learner.hpp"
#include "engine/agent/actor_critic/policy_loss.hpp"
#include "engine/agent/rollout/advantages.hpp"
#include "engine/train/train_loop.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning.hpp"

namespace qarium::agent_actor_critic_test {

using agent::PolicySample;

namespace {

/// Two environments: in the first an episode terminates and another is truncated, in the second nothing ends.
agent::Rollout sample_rollout(core::RandomStream& random) {
  agent::Rollout rollout(4, 2, 9);
  for (std::size_t t = 0; t < rollout.steps(); ++t) {
    for (std::size_t i = 0; i < 2; ++i) {
      auto& step = rollout.step(t, i);
      step.reward = static_cast<float>(random.normal());
      step.value = static_cast<float>(random.normal());
    }
    rollout.advance();
  }
  rollout.step(2, 0).terminal = rollout.step(2, 0).over = true;
  rollout.step(5, 0).over = true;
  rollout.step(5, 0).final_value = 1.7F;
  return rollout;
}

/// Equation 16 of Schulman 2016 as it stands: the sum of discounted TD errors up to the episode's or the rollout's end.
double advantage_as_written(const agent::Rollout& rollout, std::size_t first, std::size_t i, double last_value,
                            double gamma, double lambda) {
  double sum = 0;
  double weight = 1;
  for (auto t = first; t < rollout.steps(); ++t) {
    const auto& step = rollout.step(t, i);
    double next = t + 1 < rollout.steps() ? rollout.step(t + 1, i).value : last_value;
    if (step.over) next = step.terminal ? 0 : step.final_value;
    sum += weight * (step.reward + gamma * next - step.value);
    weight *= gamma * lambda;
    if (step.over) break;
  }
  return sum;
}

/// The loss as a function of its outputs in double, from the definitions.
double loss_as_written(const std::vector<double>& outputs, const std::vector<PolicySample>& samples,
                       const agent::PolicyLossOptions& options) {
  const auto width = outputs.size() / samples.size();
  double loss = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double* row = outputs.data() + i * width;
    double sum = 0;
    for (std::size_t a = 0; a + 1 < width; ++a)
      sum += std::exp(row[a]);
    double entropy = 0;
    for (std::size_t a = 0; a + 1 < width; ++a)
      entropy -= std::exp(row[a]) / sum * std::log(std::exp(row[a]) / sum);
    const double log_p = std::log(std::exp(row[samples[i].action]) / sum);
    double gain = log_p * samples[i].advantage;
    if (options.clip_range >= 0) {
      const double ratio = std::exp(log_p - static_cast<double>(samples[i].log_probability));
      const double clipped = std::min(std::max(ratio, 1 - options.clip_range), 1 + options.clip_range);
      gain = std::min(ratio * samples[i].advantage, clipped * samples[i].advantage);
    }
    const double error = row[width - 1] - samples[i].target;
    loss += -gain + options.vf_coef * error * error - options.ent_coef * entropy;
  }
  return loss / static_cast<double>(samples.size());
}

config::Hyperparameters small(const std::string& algorithm) {
  auto h = config::defaults_of(algorithm);
  h.environment.id = "CartPole-v1";
  h.n_envs = 3;
  h.n_steps = 16;
  h.batch_size = 12;
  h.n_epochs = 2;
  h.eval_freq = 0;
  h.encoder.width = 16;
  h.head.width = 16;
  return h;
}

config::Hyperparameters with_memory(const std::string& memory) {
  auto h = small("ppo");
  h.environment.id = "tmaze_passive";
  h.environment.corridor_length = 5;
  h.n_steps = 24;
  h.memory.kind = memory;
  h.memory.hidden = 8;
  h.memory.slots = 6;
  h.memory.width = 5;
  h.memory.length = 12;
  h.memory.heads = 1;
  return h;
}

void until_round(train::TrainLoop& loop) {
  while (!loop.learner().update_due())
    loop.tick();
}

}  // namespace

TEST_CASE("generalised advantages are the sums that define them, with a truncation inside", "[agent]") {
  core::RandomStream random(3, core::Purpose::Test, 0);
  const auto rollout = sample_rollout(random);
  const std::vector<float> last = {0.4F, -0.9F};
  for (const double lambda : {0.0, 0.8, 1.0}) {
    const auto found = agent::generalised_advantages(rollout, last, 0.97, lambda);
    for (std::size_t t = 0; t < rollout.steps(); ++t) {
      for (std::size_t i = 0; i < 2; ++i) {
        const double wanted = advantage_as_written(rollout, t, i, last[i], 0.97, lambda);
        CHECK_THAT(found.advantages[t * 2 + i], Catch::Matchers::WithinAbs(wanted, 1e-5));
        CHECK_THAT(found.returns[t * 2 + i], Catch::Matchers::WithinAbs(wanted + rollout.step(t, i).value, 1e-5));
      }
    }
  }
}

TEST_CASE("a rollout is cut into segments where episodes end", "[agent]") {
  core::RandomStream random(3, core::Purpose::Test, 0);
  const auto rollout = sample_rollout(random);
  const auto first = rollout.segments(0, false);
  REQUIRE(first.size() == 3);
  CHECK((first[0].begin == 0 && first[0].steps == 3 && !first[0].begins_episode));
  CHECK((first[1].begin == 3 && first[1].steps == 3 && first[1].begins_episode));
  CHECK((first[2].begin == 6 && first[2].steps == 3 && first[2].begins_episode));
  const auto second = rollout.segments(1, true);
  REQUIRE(second.size() == 1);
  CHECK((second[0].steps == 9 && second[0].begins_episode));
}

TEST_CASE("the loss of actor and critic and its gradient are those of its definition in double", "[agent]") {
  core::RandomStream random(5, core::Purpose::Test, 0);
  const std::size_t n = 40;
  const std::size_t width = 4;
  std::vector<float> outputs;
  std::vector<PolicySample> samples;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < width; ++k)
      outputs.push_back(static_cast<float>(random.normal()));
    // Old probabilities near and far from the present ones, so that some ratios are clipped and some are not.
    const auto action = random.below(3);
    std::vector<double> log_policy;
    agent::log_softmax(std::span(outputs).last(width).first(3), log_policy);
    samples.push_back({static_cast<int>(action), static_cast<float>(log_policy[action] + 0.3 * random.normal()),
                       static_cast<float>(random.normal()), static_cast<float>(random.normal())});
  }
  const std::vector<double> exact(outputs.begin(), outputs.end());
  for (const double clip_range : {-1.0, 0.2}) {
    const agent::PolicyLossOptions options{clip_range, 0.01, 0.5};
    std::vector<float> slope(outputs.size());
    const auto found = agent::policy_loss(outputs, samples, options, slope);
    CHECK_THAT(found.loss, Catch::Matchers::WithinAbs(loss_as_written(exact, samples, options), 1e-6));
    for (std::size_t k = 0; k < exact.size(); ++k) {
      auto moved = exact;
      const double by = 1e-6;
      moved[k] += by;
      const double above = loss_as_written(moved, samples, options);
      moved[k] -= 2 * by;
      const double below = loss_as_written(moved, samples, options);
      CAPTURE(clip_range, k);
      CHECK_THAT(slope[k], Catch::Matchers::WithinAbs((above - below) / (2 * by), 1e-6));
    }
    if (clip_range > 0) CHECK((found.clip_fraction > 0.1 && found.clip_fraction < 0.9));
  }
}

TEST_CASE("normalised advantages have mean 0 and standard deviation 1", "[agent]") {
  std::vector<PolicySample> samples(5);
  for (std::size_t i = 0; i < samples.size(); ++i)
    samples[i].advantage = static_cast<float>(3 * i) + 7;
  agent::normalise_advantages(samples);
  const double mean = std::accumulate(samples.begin(), samples.end(), 0.0,
                                      [](double sum, const auto& its) { return sum + its.advantage / 5; });
  double variance = 0;
  for (const auto& sample : samples)
    variance += (sample.advantage - mean) * (sample.advantage - mean) / 4;
  CHECK_THAT(mean, Catch::Matchers::WithinAbs(0, 1e-6));
  CHECK_THAT(variance, Catch::Matchers::WithinAbs(1, 1e-5));
}

TEST_CASE("the first update of a round finds the policy that acted, with every memory", "[agent]") {
  for (const std::string memory :
       {"none", "lstm", "gru", "ntm", "dnc", "mann", "memory_bank", "temporal", "transformer"}) {
    CAPTURE(memory);
    auto h = with_memory(memory);
    h.memory.score = "scaled_dot";
    train::TrainLoop loop(h, "cpu", nullptr);
    for (int round = 0; round < 3; ++round) {
      until_round(loop);
      const auto measured = loop.learner().update(loop.position());
      // approx_kl and clip_fraction, as update_metrics orders them.
      CHECK_THAT(measured[5], Catch::Matchers::WithinAbs(0, 1e-6));
      CHECK(measured[6] == 0);
      while (loop.learner().update_due())
        loop.tick();
    }
  }
}

TEST_CASE("a round goes over the rollout n_epochs times and says before how many updates that are", "[agent]") {
  auto h = small("ppo");
  train::TrainLoop loop(h, "cpu", nullptr);
  CHECK(loop.learner_status().steps_to_update == 48);
  until_round(loop);
  CHECK(loop.position().environment_steps == 48);
  CHECK(loop.learner_status().updates_due == 8);  // 2 epochs of 48 samples by 12
  while (loop.learner().update_due())
    loop.tick();
  CHECK(loop.position().updates == 8);
  CHECK(loop.learner_status().rollout_steps == 0);

  h.target_kl = 1e-9;
  train::TrainLoop strict(h, "cpu", nullptr);
  until_round(strict);
  while (strict.learner().update_due())
    strict.tick();
  CHECK(strict.position().updates < 8);

  train::TrainLoop plain(small("a2c"), "cpu", nullptr);
  until_round(plain);
  CHECK(plain.learner_status().updates_due == 1);
}

TEST_CASE("actor and critic learn the same fused and plain", "[agent]") {
  for (const std::string memory : {"none", "lstm", "ntm"}) {
    CAPTURE(memory);
    auto h = with_memory(memory);
    train::TrainLoop fused(h, "cpu", nullptr);
    h.fused = false;
    train::TrainLoop plain(h, "cpu", nullptr);
    const auto parameters = [](train::TrainLoop& loop) {
      while (loop.position().updates < 12)
        loop.tick();
      std::vector<float> values(loop.learner().policy().parameter_count());
      loop.learner().policy().copy_parameters(values);
      return torch::tensor(values);
    };
    CHECK((parameters(fused) - parameters(plain)).abs().max().item<double>() < 1e-4);
  }
}

TEST_CASE("a change of the network keeps what keeps its shape, and learning goes on", "[agent]") {
  train::TrainLoop loop(small("ppo"), "cpu", nullptr);
  until_round(loop);
  loop.tick();
  loop.set("head.width", std::int64_t{24});
  CHECK_FALSE(loop.learner().update_due());
  loop.set("n_steps", std::int64_t{8});
  loop.set("n_envs", std::int64_t{2});
  loop.set("memory.kind", std::string("gru"));
  const auto before = loop.position().updates;
  while (loop.position().updates < before + 20)
    loop.tick();
  CHECK(loop.learner_status().rollout_length == 8);
}

}  // namespace qarium::agent_actor_critic_test
