// What is shown of one gradient update, recomputed in double from the parameters of the two networks.
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "engine/agent/dqn/value_rescaling.hpp"
#include "engine/train/checkpoint.hpp"
#include "engine/train/train_loop.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning.hpp"

namespace qarium::agent_update_view_test {

using Parameters = std::map<std::string, torch::Tensor>;
using train::TrainLoop;

namespace {

constexpr double kTolerance = 1e-5;

/// To 1e-5, of the number where that is above 1: these are floats.
bool near(float shown, double expected) {
  return std::abs(static_cast<double>(shown) - expected) < kTolerance * std::max(1.0, std::abs(expected));
}

agent::Dqn& dqn_of(TrainLoop& loop) {
  return tests::dqn_of(loop).dqn();
}

/// Until an update is due, after at least `updates`.
void run_to_update(TrainLoop& loop, std::int64_t updates) {
  while (loop.position().updates < updates || !loop.learner().update_due())
    loop.tick();
}

protocol::UpdateView seen(TrainLoop& loop) {
  protocol::UpdateView view;
  REQUIRE(loop.learner().describe_update(loop.environments()[0], loop.position(), view));
  return view;
}

torch::Tensor linear(const Parameters& p, const std::string& name, const torch::Tensor& x) {
  return torch::matmul(x, p.at(name + ".weight").t()) + p.at(name + ".bias");
}

/// The network of `small_cartpole` by hand, in double.
std::vector<double> values_by_hand(const Parameters& p, const std::vector<std::byte>& observation) {
  auto x = torch::empty({1, 4}, torch::kFloat);
  std::memcpy(x.data_ptr<float>(), observation.data(), 16);
  const auto token = torch::relu(linear(p, "encoder.linear0", x.to(torch::kDouble)));
  const auto q = linear(p, "head.q.1", torch::relu(linear(p, "head.q.0", token))).contiguous();
  return {q.data_ptr<double>(), q.data_ptr<double>() + q.numel()};
}

std::size_t argmax(const std::vector<double>& values) {
  return static_cast<std::size_t>(std::max_element(values.begin(), values.end()) - values.begin());
}

void check_row(const std::vector<float>& row, const std::vector<double>& expected) {
  REQUIRE(row.size() == expected.size());
  for (std::size_t i = 0; i < row.size(); ++i)
    CHECK(near(row[i], expected[i]));
}

config::Hyperparameters experiment(bool double_q, std::int64_t n_step, const std::string& loss) {
  auto h = tests::small_cartpole();
  h.batch_size = 64;
  h.gamma = 0.9;
  h.learning_rate = 5e-3;
  h.double_q = double_q;
  h.n_step = n_step;
  h.loss = loss;
  h.head.dueling = false;
  return h;
}

/// Of m single rewards from this slot on.
double discounted(const agent::ReplayBuffer& replay, std::size_t slot, std::int64_t m, double gamma) {
  double sum = 0;
  for (std::int64_t k = 0; k < m; ++k) {
    sum += std::pow(gamma, k) * static_cast<double>(replay.reward(slot));
    slot = replay.following(slot);
  }
  return sum;
}

struct Counts {
  int terminal = 0;
  int shortened = 0;
  int beyond_knee = 0;
  int differ = 0;
};

void check_against_hand(const config::Hyperparameters& h, Counts& counts) {
  TrainLoop loop(h, "cpu", nullptr);
  loop.learner().watch_updates(true);
  run_to_update(loop, 60);
  const auto online = tests::in_double(dqn_of(loop).online().parameters());
  const auto target = tests::in_double(dqn_of(loop).target().parameters());
  REQUIRE(loop.tick().work == train::Tick::Work::Update);
  const auto after = tests::in_double(dqn_of(loop).online().parameters());
  const auto view = seen(loop);
  const auto& replay = tests::dqn_of(loop).replay();
  const auto& steps = dqn_of(loop).last_batch().steps;
  REQUIRE(view.samples.size() == 64);
  CHECK(view.batch_size == 64);
  CHECK(view.sequences == 0);
  CHECK(view.basis.position == loop.position());
  double mean_loss = 0;
  for (std::size_t i = 0; i < view.samples.size(); ++i) {
    const auto& sample = view.samples[i];
    INFO("sample " << i);
    CHECK(sample.number == i);
    const auto s = replay.observation(steps[i].slot);
    const auto next = replay.observation(steps[i].next_slot);
    check_row(sample.values, values_by_hand(online, s));
    check_row(sample.values_after, values_by_hand(after, s));
    const auto next_online = values_by_hand(online, next);
    const auto next_target = values_by_hand(target, next);
    check_row(sample.next_online, next_online);
    check_row(sample.next_target, next_target);
    const auto chosen = argmax(h.double_q ? next_online : next_target);
    CHECK(sample.chosen == static_cast<int>(chosen));
    CHECK(argmax(next_online) == argmax({sample.next_online.begin(), sample.next_online.end()}));
    CHECK(argmax(next_target) == argmax({sample.next_target.begin(), sample.next_target.end()}));

    // y from the single rewards in replay.
    const auto m = sample.steps;
    CHECK((m == h.n_step || (m < h.n_step && sample.terminal)));
    const double reward = discounted(replay, steps[i].slot, m, h.gamma);
    const double y = reward + (sample.terminal ? 0 : std::pow(h.gamma, m) * next_target[chosen]);
    CHECK(near(sample.reward, reward));
    CHECK(near(sample.target, y));
    const double q = values_by_hand(online, s)[static_cast<std::size_t>(sample.action)];
    CHECK(near(sample.q, q));
    CHECK(sample.action == replay.action(steps[i].slot));

    // Loss and derivative by autograd.
    const auto error = torch::full({1}, q - y, torch::kDouble).requires_grad_();
    const auto zero = torch::zeros({1}, torch::kDouble);
    const auto loss = h.loss == "huber" ? torch::smooth_l1_loss(error, zero) : torch::mse_loss(error, zero) / 2;
    const auto slope = torch::autograd::grad({loss}, {error})[0];
    CHECK(near(sample.loss, loss.item<double>()));
    CHECK(near(sample.slope, slope.item<double>()));
    mean_loss += loss.item<double>() / 64;

    counts.terminal += sample.terminal ? 1 : 0;
    counts.shortened += m < h.n_step ? 1 : 0;
    counts.beyond_knee += std::abs(q - y) > 1 ? 1 : 0;
    counts.differ += argmax(next_online) != argmax(next_target) ? 1 : 0;
    CHECK_FALSE(sample.before.shapes.empty());
    CHECK_FALSE(sample.after.shapes.empty());
  }
  CHECK(std::abs(view.facts.loss - mean_loss) < kTolerance);
}

/// Parameters after so many updates, looked at or not.
std::string learned(const config::Hyperparameters& h, std::int64_t updates, bool looked_at) {
  TrainLoop loop(h, "cpu", nullptr);
  protocol::UpdateView view;
  while (loop.position().updates < updates) {
    if (looked_at) loop.learner().watch_updates(loop.position().updates % 3 != 0);
    const bool updated = loop.tick().work == train::Tick::Work::Update;
    if (looked_at && updated) loop.learner().describe_update(loop.environments()[0], loop.position(), view);
  }
  return train::parameter_digest(dqn_of(loop).online());
}

}  // namespace

TEST_CASE("an update is shown with the numbers that the two networks' parameters give") {
  Counts counts;
  for (const bool double_q : {true, false}) {
    for (const std::int64_t n_step : {1, 3}) {
      for (const std::string loss : {"huber", "mse"}) {
        INFO("double_q " << double_q << ", n_step " << n_step << ", " << loss);
        check_against_hand(experiment(double_q, n_step, loss), counts);
      }
    }
  }
  // Of everything there was some.
  CHECK(counts.terminal > 0);
  CHECK(counts.shortened > 0);
  CHECK(counts.beyond_knee > 0);
  CHECK(counts.differ > 0);
}

TEST_CASE("looking at updates changes nothing of what is learned") {
  auto without = tests::small_cartpole();
  without.double_q = false;
  CHECK(learned(without, 80, true) == learned(without, 80, false));
  const auto breakout = tests::small_breakout();
  CHECK(learned(breakout, 12, true) == learned(breakout, 12, false));
  for (const auto* memory : {"lstm", "ntm"}) {
    INFO(memory);
    const auto maze = tests::small_maze(memory);
    CHECK(learned(maze, 12, true) == learned(maze, 12, false));
  }
}

TEST_CASE("without double Q-learning the online network is asked in s' only where one looks") {
  TrainLoop loop(experiment(false, 1, "huber"), "cpu", nullptr);
  run_to_update(loop, 5);
  loop.tick();
  auto view = seen(loop);
  CHECK(view.samples[0].next_online.empty());
  CHECK(view.samples[0].next_target.size() == 2);
  loop.learner().watch_updates(true);
  run_to_update(loop, 6);
  loop.tick();
  CHECK(seen(loop).samples[0].next_online.size() == 2);
}

TEST_CASE("the target network's age is that at the update, in environment steps") {
  auto h = tests::small_cartpole();
  h.target_update_interval = 50;
  TrainLoop loop(h, "cpu", nullptr);
  std::int64_t copied_at = -1;
  std::int64_t looked = 0;
  auto target = train::parameter_digest(dqn_of(loop).target());
  while (looked < 40) {
    const auto done = loop.tick();
    if (auto now = train::parameter_digest(dqn_of(loop).target()); now != target) {
      target = std::move(now);
      copied_at = loop.position().environment_steps;
    }
    if (done.work != train::Tick::Work::Update || copied_at < 0) continue;
    const auto view = seen(loop);
    CHECK(view.facts.steps_since_target == loop.position().environment_steps - copied_at);
    CHECK(view.facts.target_update_interval == 50);
    CHECK(view.facts.target_copies > 0);
    ++looked;
  }
}

TEST_CASE("an update of sequences is shown with its own values") {
  for (const auto* memory : {"lstm", "ntm", "temporal"}) {
    for (const bool rescaling : {true, false}) {
      INFO(memory << ", value_rescaling " << rescaling);
      auto h = tests::small_maze(memory);
      h.double_q = true;
      h.value_rescaling = rescaling;
      h.n_step = 2;
      TrainLoop loop(h, "cpu", nullptr);
      run_to_update(loop, 10);
      auto& learner = tests::dqn_of(loop);
      auto parameters = learner.dqn().online().parameters().values();
      const auto before = parameters.detach().clone();
      loop.tick();
      const auto view = seen(loop);
      REQUIRE_FALSE(view.samples.empty());
      CHECK(view.sequences == h.batch_size);
      double moved = 0;
      for (const auto& sample : view.samples) {
        REQUIRE(sample.values.size() == 4);
        REQUIRE(sample.values_after.size() == 4);
        const auto action = static_cast<std::size_t>(sample.action);
        CHECK(sample.values[action] == sample.q);
        const auto best = std::max_element(sample.next_online.begin(), sample.next_online.end());
        CHECK(sample.chosen == best - sample.next_online.begin());
        const auto value = static_cast<double>(sample.next_target[static_cast<std::size_t>(sample.chosen)]);
        const double y = static_cast<double>(sample.reward) +
                         static_cast<double>(sample.discount) * (rescaling ? agent::rescale_inverse(value) : value);
        CHECK(near(sample.target, rescaling ? agent::rescale(y) : y));
        CHECK(sample.sequence >= 0);
        CHECK(sample.sequence < h.batch_size);
        moved = std::max(moved, std::abs(static_cast<double>(sample.values_after[action] - sample.q)));
      }
      CHECK(moved > 1e-5);
      // With the parameters of before, the pass that makes the values after gives those of the update.
      {
        const torch::NoGradGuard no_grad;
        parameters.copy_(before);
      }
      std::vector<float> values;
      learner.dqn().values_now(learner.replay(), learner.sequences(), values);
      const auto& kept = learner.dqn().last_batch().values;
      REQUIRE(values.size() == kept.size());
      for (std::size_t i = 0; i < values.size(); ++i)
        CHECK(std::abs(static_cast<double>(values[i] - kept[i])) < kTolerance);
    }
  }
}

TEST_CASE("of what was made anew no update is known") {
  TrainLoop loop(tests::small_cartpole(), "cpu", nullptr);
  protocol::UpdateView view;
  CHECK_FALSE(loop.learner().describe_update(loop.environments()[0], loop.position(), view));
  run_to_update(loop, 5);
  CHECK(seen(loop).samples.size() == 16);
  SECTION("another network") {
    loop.set("head.width", std::int64_t{12});
  }
  SECTION("another replay") {
    loop.set("buffer_size", std::int64_t{400});
  }
  CHECK_FALSE(loop.learner().describe_update(loop.environments()[0], loop.position(), view));
}

}  // namespace qarium::agent_update_view_test
