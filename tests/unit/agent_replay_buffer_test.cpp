// ReplayBuffer against a brute-force oracle: what may be sampled, what a sample is, and how often each comes.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "engine/agent/replay/replay_buffer.hpp"
#include "tests/catch.hpp"
#include "tests/unit/replay_oracle.hpp"

namespace qarium::agent_replay_buffer_test {

using agent::Transition;
using tests::ReplayOracle;

namespace {

constexpr double kGamma = 0.9;

tests::Bytes bytes_at(const agent::ReplayBuffer& replay, std::size_t slot) {
  const auto view = replay.observation(slot);
  return {view.begin(), view.end()};
}

/// Samples often enough to meet every slot, and compares each with the oracle.
void check_samples(ReplayOracle& oracle, std::int64_t n_step, core::RandomStream& stream) {
  const auto expected = oracle.samples(n_step, kGamma);
  REQUIRE(oracle.replay().size() == expected.size());
  std::int64_t oldest = 0;
  for (const auto& [slot, sample] : expected)
    oldest = std::max(oldest, oracle.age(slot));
  REQUIRE(oracle.replay().oldest_age() == oldest);
  if (expected.empty()) return;
  std::set<std::size_t> met;
  std::vector<Transition> steps;
  oracle.replay().sample(12 * expected.size(), kGamma, 0.4, stream, steps);
  REQUIRE(steps.size() == 12 * expected.size());
  for (const auto& step : steps) {
    const auto found = expected.find(step.slot);
    REQUIRE(found != expected.end());
    met.insert(step.slot);
    const auto& sample = found->second;
    REQUIRE((bytes_at(oracle.replay(), step.slot) == sample.observation));
    REQUIRE((bytes_at(oracle.replay(), step.next_slot) == sample.next));
    REQUIRE(step.action == sample.action);
    REQUIRE(step.reward == Approx(sample.reward).epsilon(1e-6).margin(1e-6));
    REQUIRE(step.terminal == sample.terminal);
    REQUIRE(step.discount == Approx(sample.discount).epsilon(1e-6).margin(0));
    REQUIRE(step.weight == 1.0F);
    REQUIRE(oracle.replay().age(step.slot) == oracle.age(step.slot));
  }
  // Of those that may come, about one in e^12 is missed by chance.
  REQUIRE(met.size() >= expected.size() - 1);
}

}  // namespace

TEST_CASE("every sample is one that the oracle allows, with its reward, discount and observations") {
  for (const std::size_t environments : {1U, 3U}) {
    for (const std::int64_t n_step : {1, 3, 5}) {
      for (const double end_probability : {0.0, 0.05, 0.3}) {
        INFO(environments << " environments, n_step " << n_step << ", ends " << end_probability);
        core::RandomStream stream(2, core::Purpose::Test, 0);
        ReplayOracle oracle(7, 41 * environments - 1, environments);
        oracle.replay().configure(n_step, false);
        CHECK(oracle.replay().capacity() == 40 * environments);
        for (int round = 0; round < 60; ++round) {
          oracle.play(static_cast<std::size_t>(1 + round % 5), end_probability);
          check_samples(oracle, n_step, stream);
        }
      }
    }
  }
}

TEST_CASE("terminated ends give discount 0, truncated ones bootstrap from the final observation") {
  for (const bool terminated : {true, false}) {
    ReplayOracle oracle(4, 50, 1);
    oracle.replay().configure(3, false);
    for (int i = 0; i < 5; ++i)
      oracle.step(0, i, 1.0F, i == 4 && terminated, i == 4 && !terminated);
    oracle.step(0, 0, 10.0F, false, false);  // of the next episode
    core::RandomStream stream(3, core::Purpose::Test, 0);
    std::vector<Transition> steps;
    oracle.replay().sample(200, kGamma, 0, stream, steps);
    CHECK(oracle.replay().size() == 5);
    for (const auto& step : steps) {
      REQUIRE(step.slot < 5);
      const auto taken = std::min<std::size_t>(3, 5 - step.slot);
      const bool reaches_end = step.slot >= 2;
      REQUIRE(step.terminal == (reaches_end && terminated));
      const double discount = step.terminal ? 0.0 : std::pow(kGamma, taken);
      REQUIRE(step.discount == Approx(discount));
      REQUIRE(step.reward == Approx((1 - std::pow(kGamma, taken)) / (1 - kGamma)));
      REQUIRE(step.next_slot == step.slot + taken);
      REQUIRE((bytes_at(oracle.replay(), step.next_slot) == oracle.observation(step.next_slot)));
    }
  }
}

TEST_CASE("an episode that is cut off does not run on into the next") {
  // As where the environments are replaced while replay is kept.
  for (const std::int64_t n_step : {1, 3, 5}) {
    INFO(n_step);
    core::RandomStream stream(4, core::Purpose::Test, 0);
    ReplayOracle oracle(7, 80, 2);
    oracle.replay().configure(n_step, false);
    for (int round = 0; round < 40; ++round) {
      oracle.play(static_cast<std::size_t>(round % 4), 0.1);
      oracle.begin_episode(0);
      oracle.begin_episode(1);
      check_samples(oracle, n_step, stream);
    }
  }
}

TEST_CASE("stacks of frames and bits are made again from what is stored once") {
  for (const std::size_t frames : {1U, 2U, 4U}) {
    for (const bool bits : {false, true}) {
      for (const std::size_t environments : {1U, 3U}) {
        for (const std::int64_t n_step : {1, 3}) {
          INFO(frames << " frames" << (bits ? " of bits, " : ", ") << environments << " environments, n_step "
                      << n_step);
          core::RandomStream stream(8, core::Purpose::Test, 0);
          ReplayOracle oracle({frames * 11, frames, bits}, 23 * environments, environments);
          oracle.replay().configure(n_step, false);
          oracle.have_lives();
          for (int round = 0; round < 60; ++round) {
            oracle.play(static_cast<std::size_t>(1 + round % 3), 0.2);
            check_samples(oracle, n_step, stream);
            if (round % 20 == 19) oracle.begin_episode(0);
            if (round % 7 == 6) oracle.replay().configure(n_step, false);
          }
        }
      }
    }
  }
}

TEST_CASE("a checkpoint of stacks and bits brings the same samples back") {
  for (const bool bits : {false, true}) {
    ReplayOracle oracle({4 * 9, 4, bits}, 46, 2);
    oracle.replay().configure(2, false);
    oracle.play(70, 0.1);
    core::ByteWriter out;
    oracle.replay().save(oracle.replay().oldest(), out);
    agent::ReplayBuffer again({4 * 9, 4, bits}, 46, 2);
    const auto bytes = out.take();
    core::ByteReader in(bytes, "the test's bytes");
    again.restore(in);
    again.restored(2, false);
    REQUIRE(again.size() == oracle.replay().size());
    for (const auto& [slot, sample] : oracle.samples(2, kGamma)) {
      REQUIRE((bytes_at(again, slot) == sample.observation));
    }
  }
}

TEST_CASE("bits that were stored as bytes are taken back") {
  // As in a checkpoint of earlier versions.
  agent::ReplayBuffer old(9, 30, 1);
  old.configure(1, false);
  std::vector<tests::Bytes> seen;
  for (int i = 0; i < 20; ++i) {
    tests::Bytes observation(9, static_cast<std::byte>(i % 2));
    observation[static_cast<std::size_t>(i) % 9] = std::byte{1};
    std::ranges::copy(observation, old.current(0).begin());
    old.append(0, 0, 0, false, false);
    seen.push_back(observation);
  }
  core::ByteWriter out;
  old.save(old.oldest(), out);
  const auto bytes = out.take();
  core::ByteReader in(bytes, "the test's bytes");
  agent::ReplayBuffer packed({9, 1, true}, 30, 1);
  packed.restore(in);
  packed.restored(1, false);
  for (std::size_t slot = 0; slot < seen.size(); ++slot)
    CHECK((bytes_at(packed, slot) == seen[slot]));
}

TEST_CASE("a million frames of Atari take 7.5 GB at most, one of MinAtar 150 MB") {
  constexpr std::size_t kFrames = 1'000'000;
  const auto bytes = [](const agent::ObservationLayout& layout, std::size_t capacity) {
    const agent::ReplayBuffer replay(layout, capacity, 1);  // pages that nobody has written take no memory
    return replay.bytes();
  };
  CHECK(bytes({4 * 84 * 84, 4}, kFrames / 10) * 10 <= 7'500'000'000);
  CHECK(bytes({10 * 10 * 10, 1, true}, kFrames) <= 150'000'000);  // Seaquest has the most planes
}

TEST_CASE("another n_step keeps the transitions") {
  core::RandomStream stream(5, core::Purpose::Test, 0);
  ReplayOracle oracle(7, 60, 2);
  oracle.replay().configure(1, false);
  for (int round = 0; round < 30; ++round) {
    oracle.play(3, 0.1);
    const std::int64_t n_step = 1 + round % 6;
    oracle.replay().configure(n_step, false);
    check_samples(oracle, n_step, stream);
    oracle.play(2, 0.1);
    check_samples(oracle, n_step, stream);
  }
}

TEST_CASE("observations are stored as the bytes they came in, once") {
  constexpr std::size_t kBytes = 400;
  constexpr std::size_t kCapacity = 1000;
  const agent::ReplayBuffer replay(kBytes, kCapacity, 1);
  CHECK(replay.bytes() >= kBytes * kCapacity);
  CHECK(replay.bytes() < (kBytes + 32) * kCapacity);
}

TEST_CASE("uniform sampling is uniform") {
  constexpr std::size_t kDraws = 200'000;
  ReplayOracle oracle(2, 120, 3);
  oracle.replay().configure(3, false);
  core::RandomStream stream(6, core::Purpose::Replay, 0);
  for (const std::size_t steps : {25U, 200U}) {  // partly filled, and wrapped around
    oracle.play(steps, 0.1);
    std::map<std::size_t, double> counts;
    std::vector<Transition> sampled;
    oracle.replay().sample(kDraws, kGamma, 0, stream, sampled);
    for (const auto& step : sampled)
      ++counts[step.slot];
    const auto slots = static_cast<double>(oracle.samples(3, kGamma).size());
    CHECK(static_cast<double>(counts.size()) == slots);
    const double expected = kDraws / slots;
    double chi_square = 0;
    for (const auto& [slot, count] : counts)
      chi_square += (count - expected) * (count - expected) / expected;
    CHECK(chi_square < slots - 1 + 5 * std::sqrt(2 * (slots - 1)));
  }
}

TEST_CASE("sampling is a function of its stream") {
  ReplayOracle oracle(2, 100, 1);
  oracle.replay().configure(1, false);
  oracle.play(60, 0.1);
  const auto draw = [&](std::uint32_t index) {
    core::RandomStream stream(7, core::Purpose::Replay, index);
    std::vector<Transition> steps;
    oracle.replay().sample(50, kGamma, 0, stream, steps);
    std::vector<std::size_t> slots;
    for (const auto& step : steps)
      slots.push_back(step.slot);
    return slots;
  };
  CHECK(draw(0) == draw(0));
  CHECK(draw(0) != draw(1));
}

TEST_CASE("every transition is counted with its age and reward") {
  ReplayOracle oracle(2, 50, 1);
  oracle.replay().configure(5, false);
  for (int i = 0; i < 8; ++i)
    oracle.step(0, 0, static_cast<float>(i), i == 5, false);
  std::map<std::int64_t, float> seen;
  oracle.replay().for_each_transition(1, [&](std::int64_t age, float reward) { seen[age] = reward; });
  // Slots: 0..5 the first episode, 6 its final observation, 7 and 8 the next, 9 the current one.
  CHECK(seen == std::map<std::int64_t, float>{{9, 0}, {8, 1}, {7, 2}, {6, 3}, {5, 4}, {4, 5}, {2, 6}, {1, 7}});
  int visited = 0;
  oracle.replay().for_each_transition(3, [&](std::int64_t, float) { ++visited; });
  CHECK(visited == 2);  // slots 0 and 3; 6 and 9 hold none
}

}  // namespace qarium::agent_replay_buffer_test
