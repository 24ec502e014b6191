#pragma once
/// Replay as one would write it without a thought for speed: every slot ever written, in a list for each environment.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <vector>

#include "engine/agent/replay/replay_buffer.hpp"
#include "engine/core/random.hpp"
#include "tests/unit/learning.hpp"

namespace qarium::tests {

/// What a sample that begins at some slot must be.
struct ExpectedSample {
  Bytes observation;
  Bytes next;
  int action = 0;
  double reward = 0;
  double discount = 0;
  bool terminal = false;
};

class ReplayOracle {
 public:
  /// Observations are random bytes, or, with `floats`, random normal float32. Where the layout says so they are stacks
  /// of frames, as env::FrameStack makes them, or of bits.
  ReplayOracle(const agent::ObservationLayout& layout, std::size_t capacity, std::size_t environments,
               bool floats = false)
      : replay_(layout, capacity, environments),
        ring_(capacity / environments),
        layout_(layout),
        floats_(floats),
        rows_(environments) {
    for (std::size_t i = 0; i < environments; ++i)
      write(i, true);
  }

  agent::ReplayBuffer& replay() { return replay_; }
  std::size_t ring() const { return ring_; }

  /// Takes one step of an environment, to a new random observation.
  /// With `goes_on` the end is one of what is learned alone, as where a life is lost.
  void step(std::size_t environment, int action, float reward, bool terminated, bool truncated, bool goes_on = false) {
    auto& row = rows_[environment].back();
    row.transition = true;
    row.action = action;
    row.reward = reward;
    row.terminated = terminated;
    row.over = terminated || truncated;
    replay_.append(environment, action, reward, terminated, truncated);
    write(environment, false);
    if (row_before_last(environment).over && !goes_on) begin_episode(environment);
  }
  /// The current observation becomes final, whether or not the episode was over.
  void begin_episode(std::size_t environment) {
    replay_.begin_episode(environment);
    write(environment, true);
  }
  /// Steps of random actions, rewards and ends until each environment has taken `steps`.
  void play(std::size_t steps, double end_probability, std::uint32_t actions = 6) {
    for (std::size_t i = 0; i < steps; ++i) {
      for (std::size_t environment = 0; environment < rows_.size(); ++environment) {
        const auto action = static_cast<int>(random_.below(actions));
        const auto reward = static_cast<float>(random_.normal());
        const bool over = random_.uniform() < end_probability;
        const bool terminated = random_.below(2) == 0;
        const bool goes_on = lives_ && terminated && random_.below(2) == 0;
        step(environment, action, reward, over && terminated, over && !terminated, goes_on);
      }
    }
  }

  /// From here on some ends are those of a life.
  void have_lives() { lives_ = true; }

  /// Every sample that may be drawn, by slot.
  std::map<std::size_t, ExpectedSample> samples(std::int64_t n_step, double gamma) const {
    std::map<std::size_t, ExpectedSample> all;
    for (std::size_t environment = 0; environment < rows_.size(); ++environment) {
      const auto& rows = rows_[environment];
      const std::size_t whole = ring_ - (layout_.frames - 1);  // rows whose frames are all there
      const std::size_t oldest = rows.size() > whole ? rows.size() - whole : 0;
      for (std::size_t begin = oldest; begin < rows.size(); ++begin) {
        if (const auto sample = sample_from(rows, begin, n_step, gamma)) {
          all[environment * ring_ + begin % ring_] = *sample;
        }
      }
    }
    return all;
  }
  /// Slots written since this one.
  std::int64_t age(std::size_t slot) const {
    const auto& rows = rows_[slot / ring_];
    std::size_t index = rows.size() - 1;
    while (index % ring_ != slot % ring_)
      --index;
    return static_cast<std::int64_t>(rows.size() - 1 - index);
  }
  const Bytes& observation(std::size_t slot) const {
    return rows_[slot / ring_][rows_[slot / ring_].size() - 1 - static_cast<std::size_t>(age(slot))].observation;
  }

 private:
  struct Row {
    Bytes observation;
    bool transition = false;
    int action = 0;
    float reward = 0;
    bool terminated = false;
    bool over = false;
  };

  const Row& row_before_last(std::size_t environment) const { return rows_[environment].end()[-2]; }

  Bytes random_frame() {
    Bytes frame(layout_.bytes / layout_.frames);
    for (std::size_t i = 0; i < frame.size(); ++i) {
      if (!floats_) frame[i] = static_cast<std::byte>(random_.below(layout_.bits ? 2 : 256));
      if (!floats_ || i % sizeof(float) != 0) continue;
      const auto number = static_cast<float>(random_.normal());
      std::memcpy(frame.data() + i, &number, sizeof number);
    }
    return frame;
  }

  void write(std::size_t environment, bool begins_episode) {
    Row row;
    const auto frame = random_frame();
    auto& seen = row.observation;
    if (begins_episode) {
      for (std::size_t i = 0; i < layout_.frames; ++i)
        seen.insert(seen.end(), frame.begin(), frame.end());
    } else {
      seen = rows_[environment].back().observation;
      seen.erase(seen.begin(), seen.begin() + static_cast<std::ptrdiff_t>(frame.size()));
      seen.insert(seen.end(), frame.begin(), frame.end());
    }
    const auto place = replay_.current(environment);
    std::memcpy(place.data(), seen.data(), seen.size());
    rows_[environment].push_back(std::move(row));
  }

  static std::optional<ExpectedSample> sample_from(const std::vector<Row>& rows, std::size_t begin, std::int64_t n_step,
                                                   double gamma) {
    ExpectedSample sample;
    sample.observation = rows[begin].observation;
    sample.action = rows[begin].action;
    for (std::int64_t k = 0; k < n_step; ++k) {
      const auto& row = rows[begin + static_cast<std::size_t>(k)];
      if (!row.transition) return std::nullopt;
      sample.reward += std::pow(gamma, k) * row.reward;
      sample.next = rows[begin + static_cast<std::size_t>(k) + 1].observation;
      sample.terminal = row.terminated;
      sample.discount = row.terminated ? 0 : std::pow(gamma, k + 1);
      if (row.over) break;
    }
    return sample;
  }

  agent::ReplayBuffer replay_;
  std::size_t ring_;
  agent::ObservationLayout layout_;
  bool floats_;
  bool lives_ = false;
  std::vector<std::vector<Row>> rows_;
  core::RandomStream random_{1, core::Purpose::Test, 0};
};

}  // namespace qarium::tests
