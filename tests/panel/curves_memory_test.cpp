// What the window keeps of a long run is bounded, and nothing of its extent is lost on the way there.
#include <malloc.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "engine/core/random.hpp"
#include "engine/protocol/history.hpp"
#include "tests/catch.hpp"
#include "widgets/curves/curves.hpp"

namespace qarium::curves_memory_test {

using protocol::History;
using protocol::MetricId;
using widgets::Curves;

namespace {

constexpr std::int64_t kUpdates = 1'000'000;
constexpr MetricId kMetrics = 5;

/// In bytes; nothing under a sanitizer, which has a heap of its own.
std::ptrdiff_t heap() {
  const auto info = mallinfo2();
  return static_cast<std::ptrdiff_t>(info.uordblks + info.hblkhd);
}

float value_at(MetricId metric, std::int64_t step) {
  const auto spike = 777'777 - 111'111 * static_cast<std::int64_t>(metric);
  if (step == spike) return 1e6F;
  if (step == spike / 2) return -1e6F;
  return std::sin(1e-3F * static_cast<float>(step % 100'000) + static_cast<float>(metric));
}

/// A run's updates pass through the queue, which the window empties some times a second.
void learn(Curves& curves) {
  History history;
  std::vector<protocol::MetricPoint> points;
  std::vector<protocol::EpisodeRecord> episodes;
  for (std::int64_t step = 0; step < kUpdates; ++step) {
    for (MetricId metric = 0; metric < kMetrics; ++metric)
      history.push(metric, step, value_at(metric, step));
    if (step % 500 != 499) continue;
    history.flush();
    points.clear();
    history.drain(points, episodes);
    for (const auto& point : points)
      curves.add(point);
  }
}

}  // namespace

TEST_CASE("a million updates cost less than 60 MB") {
  const auto before = heap();
  Curves curves;
  learn(curves);
  const auto grown = heap() - before;
  INFO(curves.bytes() << " bytes of curves, the heap has grown by " << grown);
  CHECK(curves.bytes() < 60'000'000);
  CHECK(grown < 60'000'000);
  // Smoothing anew costs nothing that stays.
  curves.set_span(1'000);
  CHECK(curves.bytes() < 60'000'000);
  for (MetricId metric = 0; metric < kMetrics; ++metric) {
    CHECK(curves.raw(metric).size() == static_cast<std::size_t>(kUpdates));
    CHECK(curves.raw(metric).bytes() + curves.smooth(metric).bytes() < 10'000'000);
  }
}

TEST_CASE("no spike of a million updates is lost, in whatever range it is looked at") {
  Curves curves;
  learn(curves);
  core::RandomStream random(31, core::Purpose::Test, 0);
  std::vector<core::Column> columns;
  for (MetricId metric = 0; metric < kMetrics; ++metric) {
    const auto spike = static_cast<double>(777'777 - 111'111 * static_cast<std::int64_t>(metric));
    for (int query = 0; query < 100; ++query) {
      const double from = random.uniform(0, std::floor(spike / 2));
      curves.raw(metric).decimate(from, random.uniform(spike, kUpdates), 1 + random.below(1'500), columns);
      REQUIRE(std::any_of(columns.begin(), columns.end(), [](const auto& column) { return column.maximum == 1e6F; }));
      REQUIRE(std::any_of(columns.begin(), columns.end(), [](const auto& column) { return column.minimum == -1e6F; }));
      REQUIRE(std::is_sorted(columns.begin(), columns.end(), [](auto& a, auto& b) { return a.x < b.x; }));
    }
  }
}

TEST_CASE("a smoothed curve of a million updates is the exponential mean of all of them") {
  constexpr int kSpan = 2'000;
  Curves curves;
  curves.set_span(kSpan);
  double mean = 0;
  std::vector<float> means;
  for (std::int64_t step = 0; step < kUpdates; ++step) {
    const float value = value_at(0, step);
    curves.add(protocol::MetricPoint{0, step, value, value, value, 1});
    mean += std::max(2.0 / (kSpan + 1), 1.0 / static_cast<double>(step + 1)) * (static_cast<double>(value) - mean);
    means.push_back(static_cast<float>(mean));
  }
  std::vector<core::Column> columns;
  const auto& smooth = curves.smooth(0);
  smooth.decimate(0, kUpdates, kUpdates, columns);
  const auto length = smooth.resolution();
  REQUIRE(length > 1);
  REQUIRE(columns.size() == (means.size() + length - 1) / length);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto begin = means.begin() + static_cast<std::ptrdiff_t>(i * length);
    const auto end = means.begin() + static_cast<std::ptrdiff_t>(std::min((i + 1) * length, means.size()));
    REQUIRE(columns[i].minimum == *std::min_element(begin, end));
    REQUIRE(columns[i].maximum == *std::max_element(begin, end));
  }
}

}  // namespace qarium::curves_memory_test
