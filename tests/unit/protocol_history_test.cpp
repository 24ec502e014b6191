// History: nothing is lost between the trainer and the window, however slowly the window reads.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <map>
#include <thread>
#include <vector>

#include "engine/protocol/history.hpp"
#include "tests/catch.hpp"

namespace qarium::protocol_history_test {

using protocol::EpisodeRecord;
using protocol::History;
using protocol::MetricId;
using protocol::MetricPoint;

namespace {

constexpr MetricId kLoss = 2;
constexpr MetricId kGradientNorm = 7;

float value_at(std::int64_t step) {
  return static_cast<float>(std::sin(0.1 * static_cast<double>(step)));
}

EpisodeRecord record_at(std::int64_t episode) {
  return {.step = 10 * episode, .episode = episode, .episode_return = value_at(episode), .length = 10};
}

/// Checks that the points are a partition of the values pushed at steps 0 .. n - 1, in order: each point tells the
/// extent, mean and number of the values since the one before it.
void check_partition(const std::vector<MetricPoint>& points, std::int64_t n) {
  std::int64_t next = 0;
  for (const auto& point : points) {
    REQUIRE(point.count >= 1);
    REQUIRE(point.step == next + point.count - 1);
    float minimum = value_at(next);
    float maximum = minimum;
    double sum = 0;
    for (; next <= point.step; ++next) {
      minimum = std::min(minimum, value_at(next));
      maximum = std::max(maximum, value_at(next));
      sum += value_at(next);
    }
    REQUIRE(point.minimum == minimum);
    REQUIRE(point.maximum == maximum);
    REQUIRE(point.mean == Approx(sum / static_cast<double>(point.count)).margin(1e-4));
  }
  CHECK(next == n);
}

void check_all_episodes(const std::vector<EpisodeRecord>& episodes, std::int64_t n) {
  REQUIRE(episodes.size() == static_cast<std::size_t>(n));
  for (std::int64_t i = 0; i < n; ++i) {
    const auto& record = episodes[static_cast<std::size_t>(i)];
    REQUIRE(record.episode == i);
    REQUIRE(record.step == 10 * i);
    REQUIRE(record.episode_return == value_at(i));
    REQUIRE(record.length == 10);
  }
}

}  // namespace

TEST_CASE("what fits arrives as it was pushed") {
  History history(64);
  for (std::int64_t i = 0; i < 20; ++i)
    history.push(kLoss, i, value_at(i));
  for (std::int64_t i = 0; i < 20; ++i)
    history.push(record_at(i));
  std::vector<MetricPoint> scalars;
  std::vector<EpisodeRecord> episodes;
  history.drain(scalars, episodes);
  CHECK(scalars.size() == 20);
  check_partition(scalars, 20);
  check_all_episodes(episodes, 20);
  history.drain(scalars, episodes);
  CHECK(scalars.size() == 20);
  CHECK(episodes.size() == 20);
}

TEST_CASE("points that overflow merge, each metric by itself, and nothing of their extent is lost") {
  History history(8);
  constexpr std::int64_t kPushes = 1000;
  std::vector<MetricPoint> scalars;
  std::vector<EpisodeRecord> episodes;
  for (std::int64_t i = 0; i < kPushes; ++i) {
    history.push(kLoss, i, value_at(i));
    history.push(kGradientNorm, i, value_at(i));
    if (i % 301 == 300) {
      history.drain(scalars, episodes);
      history.flush();
    }
  }
  while (true) {
    const auto before = scalars.size();
    history.flush();
    history.drain(scalars, episodes);
    if (scalars.size() == before) break;
  }
  std::map<MetricId, std::vector<MetricPoint>> kinds;
  for (const auto& point : scalars)
    kinds[point.metric].push_back(point);
  REQUIRE(kinds.size() == 2);
  for (const auto& [kind, points] : kinds) {
    CHECK((kind == kLoss || kind == kGradientNorm));
    CHECK(points.size() < 100);
    CHECK(std::any_of(points.begin(), points.end(), [](const MetricPoint& point) { return point.count > 1; }));
    check_partition(points, kPushes);
  }
}

TEST_CASE("episodes that overflow are kept and sent later, in order") {
  History history(8);
  constexpr std::int64_t kEpisodes = 500;
  for (std::int64_t i = 0; i < kEpisodes; ++i)
    history.push(record_at(i));
  std::vector<MetricPoint> scalars;
  std::vector<EpisodeRecord> episodes;
  history.drain(scalars, episodes);
  CHECK(episodes.size() < 100);
  while (episodes.size() < kEpisodes) {
    const auto before = episodes.size();
    history.flush();
    history.drain(scalars, episodes);
    REQUIRE(episodes.size() > before);
  }
  check_all_episodes(episodes, kEpisodes);
}

TEST_CASE("one thread pushes while another drains, and nothing is lost") {
  const auto capacity = GENERATE(as<std::size_t>{}, 4, 64, 1 << 15);
  constexpr std::int64_t kPushes = 50'000;
  History history(capacity);
  std::atomic<bool> received{false};
  std::thread producer([&] {
    for (std::int64_t i = 0; i < kPushes; ++i) {
      history.push(kLoss, i, value_at(i));
      history.push(record_at(i));
      if (i % 64 == 0) history.flush();
    }
    while (!received.load(std::memory_order_acquire)) {
      history.flush();
      std::this_thread::yield();
    }
  });
  std::vector<MetricPoint> scalars;
  std::vector<EpisodeRecord> episodes;
  while (episodes.size() < kPushes || scalars.empty() || scalars.back().step < kPushes - 1) {
    history.drain(scalars, episodes);
    std::this_thread::yield();
  }
  received.store(true, std::memory_order_release);
  producer.join();
  check_partition(scalars, kPushes);
  check_all_episodes(episodes, kPushes);
}

TEST_CASE("reading ends although the other thread never stops to push") {
  History history;
  std::atomic<bool> enough{false};
  std::thread producer([&] {
    for (std::int64_t i = 0; !enough.load(std::memory_order_relaxed); ++i)
      history.push(kLoss, i, 1.0F);
  });
  std::vector<MetricPoint> scalars;
  std::vector<EpisodeRecord> episodes;
  std::size_t most = 0;
  for (int i = 0; i < 200; ++i) {
    scalars.clear();
    history.drain(scalars, episodes);
    most = std::max(most, scalars.size());
  }
  enough.store(true, std::memory_order_relaxed);
  producer.join();
  CHECK(most <= std::size_t{1} << 16);
}

}  // namespace qarium::protocol_history_test
