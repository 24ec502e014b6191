// Sequences: where they begin and end, what they carry, and how they are drawn.
#include <cmath>
#include <cstring>
#include <map>
#include <vector>

#include "engine/agent/dqn/value_rescaling.hpp"
#include "engine/agent/replay/sequence_replay.hpp"
#include "engine/core/error.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning.hpp"

namespace qarium::agent_sequence_replay_test {
namespace {

/// Episodes of known lengths in one environment; the observation is the number of the step since the very first, the
/// recurrent_state's one state number too.
class Recorder {
 public:
  Recorder(std::size_t capacity, const agent::SequenceOptions& options)
      : replay(sizeof(float), capacity, 1), sequences(replay, 1, options) {
    recurrent_state = tests::state_of(1, {{2}});
  }

  void episode(std::int64_t length, bool terminated = true) {
    recurrent_state.acted(0, -1, 0);
    for (std::int64_t t = 0; t < length; ++t)
      step(t == length - 1, terminated);
    write(-1);
    replay.begin_episode(0);
  }

  /// An episode that is given up after so many steps.
  void abandoned_episode(std::int64_t length) {
    recurrent_state.acted(0, -1, 0);
    for (std::int64_t t = 0; t < length; ++t)
      step(false, false);
    write(-1);
    replay.begin_episode(0);
    sequences.abandon_episode(0);
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
  agent::RecurrentState recurrent_state;
  std::int64_t clock = 0;

 private:
  void step(bool over, bool terminated) {
    write(static_cast<float>(clock));
    recurrent_state.values.assign(2, static_cast<float>(clock));
    sequences.before_step(0, recurrent_state);
    replay.append(0, static_cast<int>(clock % 3), static_cast<float>(clock), over && terminated, over && !terminated);
    sequences.after_step(0, over);
    recurrent_state.acted(0, static_cast<int>(clock % 3), static_cast<float>(clock));
    ++clock;
  }
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

TEST_CASE("an episode that is given up leaves whole sequences alone, and none that goes on into the next", "[agent]") {
  Recorder recorder(20, {4, 0, 2, true});
  for (int i = 0; i < 30; ++i) {
    const auto began = recorder.clock;
    recorder.abandoned_episode(1 + i % 7);
    const auto given_up = recorder.clock;
    recorder.episode(5);
    for (const auto& [first, sequence] : recorder.drawn(300)) {
      std::size_t slot = sequence.slot;
      for (std::int64_t t = 0; t < sequence.steps; ++t) {
        CHECK(recorder.number(slot) == static_cast<float>(first + t));
        slot = recorder.replay.following(slot);
      }
      if (first >= began && first < given_up) {
        CHECK(sequence.steps == 4);
        CHECK(first + 4 <= given_up);
      }
      if (first == given_up) CHECK(sequence.begins_episode);
    }
  }
}

TEST_CASE("priorities are forgotten where what they measured is another", "[agent]") {
  Recorder recorder(100, {4, 0, 0, true});
  recorder.episode(8);
  auto found = recorder.drawn();
  recorder.sequences.set_priority(found.at(0).slot, 100, 100, 1, 0);
  recorder.sequences.set_priority(found.at(4).slot, 1e-3, 1e-3, 1, 0);
  CHECK(recorder.drawn(300).size() == 1);
  recorder.sequences.forget_priorities();
  found = recorder.drawn(300);
  REQUIRE(found.size() == 2);
  CHECK(found.at(0).weight == found.at(4).weight);
}

TEST_CASE("states that would take too much room are refused in words", "[agent]") {
  // 50 sequences begin in 100 steps.
  const agent::SequenceOptions options{4, 0, 2, false};
  const auto fits = agent::kMostStateBytes / 50;
  CHECK_NOTHROW(agent::require_room_for_states(fits, 100, options));
  CHECK_THROWS_WITH(agent::require_room_for_states(fits + 1, 100, options),
                    ContainsSubstring("up to 50 states") && ContainsSubstring("sequence_overlap"));
  CHECK_THROWS_AS(agent::require_room_for_states(fits + 1, 99, options), core::UserError);
  CHECK_NOTHROW(agent::require_room_for_states(fits + 1, 98, options));
}

TEST_CASE("a stored state takes the room of its numbers", "[agent]") {
  const auto recurrent_state = tests::state_of(2, {{3, 5}, {70}, {1}});
  const auto row = recurrent_state.state_row(1);
  CHECK(row.size() == 15 + 70 + 1);
  CHECK(row.capacity() == row.size());
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

}  // namespace qarium::agent_sequence_replay_test
