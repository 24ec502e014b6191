// Series against a brute-force oracle that keeps every point.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "engine/core/random.hpp"
#include "engine/core/series.hpp"
#include "tests/catch.hpp"

namespace qarium::core_series_test {

using core::Column;
using core::Series;

namespace {

struct Points {
  std::vector<double> x;
  std::vector<float> y;
};

/// `n` points of a random walk. With `even` steps, point i lies at x = i; otherwise steps vary, some of them zero.
Points random_walk(std::size_t n, bool even, std::uint32_t index) {
  core::RandomStream random(21, core::Purpose::Test, index);
  Points points;
  double x = 0;
  double y = 0;
  for (std::size_t i = 0; i < n; ++i) {
    points.x.push_back(x);
    points.y.push_back(static_cast<float>(y));
    x += even ? 1 : std::max(0.0, random.uniform(-1, 4));
    y += random.normal();
  }
  return points;
}

Series series_of(const Points& points) {
  Series series;
  for (std::size_t i = 0; i < points.x.size(); ++i)
    series.append(points.x[i], points.y[i]);
  return series;
}

struct Extent {
  float minimum = std::numeric_limits<float>::infinity();
  float maximum = -std::numeric_limits<float>::infinity();
};

/// The extent of points first .. last - 1.
Extent extent_of(const Points& points, std::size_t first, std::size_t last) {
  Extent extent;
  for (std::size_t i = first; i < std::min(last, points.y.size()); ++i) {
    extent.minimum = std::min(extent.minimum, points.y[i]);
    extent.maximum = std::max(extent.maximum, points.y[i]);
  }
  return extent;
}

Extent extent_of(const std::vector<Column>& columns) {
  Extent extent;
  for (const auto& column : columns) {
    extent.minimum = std::min(extent.minimum, column.minimum);
    extent.maximum = std::max(extent.maximum, column.maximum);
  }
  return extent;
}

}  // namespace

TEST_CASE("a series of nothing") {
  Series series;
  CHECK(series.empty());
  CHECK(series.size() == 0);
  std::vector<Column> columns(3);
  series.decimate(0, 1, 100, columns);
  CHECK(columns.empty());
}

TEST_CASE("a short series is drawn as it is") {
  const auto points = random_walk(20, true, 0);
  const auto series = series_of(points);
  std::vector<Column> columns;
  series.decimate(0, 19, 100, columns);
  REQUIRE(columns.size() == 20);
  for (std::size_t i = 0; i < 20; ++i) {
    CHECK(columns[i].x == points.x[i]);
    CHECK(columns[i].minimum == points.y[i]);
    CHECK(columns[i].maximum == points.y[i]);
    CHECK(columns[i].mean == points.y[i]);
  }
  series.decimate(4.5, 8.5, 100, columns);
  REQUIRE(columns.size() == 6);  // 5 to 8 and a neighbour on each side
  CHECK(columns.front().x == 4);
  CHECK(columns.back().x == 9);
  CHECK(series.first_x() == 0);
  CHECK(series.last_x() == 19);
}

TEST_CASE("the columns of a whole series are runs of its points with their extent and mean") {
  const auto n = GENERATE(as<std::size_t>{}, 9, 64, 65, 73, 513, 577, 1000, 4097, 5000, 32'769, 40'000);
  const auto wanted = GENERATE(as<std::size_t>{}, 1, 3, 10, 100, 640);
  const auto points = random_walk(n, true, 1);
  const auto series = series_of(points);
  std::vector<Column> columns;
  series.decimate(0, static_cast<double>(n), wanted, columns);
  INFO(n << " points, " << wanted << " columns wanted, " << columns.size() << " given");
  CHECK(columns.size() <= 2 * wanted + 2);
  CHECK(columns.size() >= std::min(n, wanted) / 8);
  // Points lie at 0, 1, 2 ...: a run that begins at `first` and has its middle at x ends at 2 x - first.
  std::size_t first = 0;
  for (const auto& column : columns) {
    const auto last = static_cast<std::size_t>(2 * column.x) - first + 1;
    REQUIRE(last > first);
    REQUIRE(last <= n);
    const auto faithfulness = extent_of(points, first, last);
    REQUIRE(column.minimum == faithfulness.minimum);
    REQUIRE(column.maximum == faithfulness.maximum);
    double sum = 0;
    for (std::size_t i = first; i < last; ++i)
      sum += points.y[i];
    REQUIRE(column.mean == Approx(sum / static_cast<double>(last - first)).margin(1e-2));
    first = last;
  }
  CHECK(first == n);
}

TEST_CASE("any range of a series shows all that is in it and nothing from far outside") {
  const bool even = GENERATE(true, false);
  const auto points = random_walk(20'000, even, 2);
  const auto series = series_of(points);
  core::RandomStream random(22, core::Purpose::Test, 0);
  std::vector<Column> columns;
  for (int query = 0; query < 2000; ++query) {
    double from = random.uniform(-50, points.x.back() + 50);
    double to = random.uniform(-50, points.x.back() + 50);
    if (from > to) std::swap(from, to);
    const std::size_t wanted = 1 + random.below(300);
    series.decimate(from, to, wanted, columns);
    const auto begin =
        static_cast<std::size_t>(std::lower_bound(points.x.begin(), points.x.end(), from) - points.x.begin());
    const auto end =
        static_cast<std::size_t>(std::upper_bound(points.x.begin(), points.x.end(), to) - points.x.begin());
    REQUIRE(columns.size() <= 2 * wanted + 2);
    REQUIRE(std::is_sorted(columns.begin(), columns.end(), [](auto& a, auto& b) { return a.x < b.x; }));
    for (const auto& column : columns) {
      REQUIRE(column.minimum <= column.mean);
      REQUIRE(column.mean <= column.maximum);
    }
    const auto shown = extent_of(columns);
    const auto inside = extent_of(points, begin, end);
    REQUIRE(shown.minimum <= inside.minimum);
    REQUIRE(shown.maximum >= inside.maximum);
    // A column at either edge may hold its whole run, which is no longer than 8 / wanted of the range.
    const std::size_t slack = 9 + 8 * (end - begin) / wanted;
    const auto around = extent_of(points, begin > slack ? begin - slack : 0, end + slack);
    REQUIRE(shown.minimum >= around.minimum);
    REQUIRE(shown.maximum <= around.maximum);
  }
}

TEST_CASE("a range shows the neighbour on each side, so that a line enters and leaves it") {
  const auto series = series_of(random_walk(1000, true, 3));
  std::vector<Column> columns;
  series.decimate(500.2, 500.8, 100, columns);
  REQUIRE(columns.size() == 2);
  CHECK(columns[0].x == 500);
  CHECK(columns[1].x == 501);
}

TEST_CASE("a spike never disappears") {
  constexpr std::size_t kPoints = 30'000;
  core::RandomStream random(23, core::Purpose::Test, 0);
  std::vector<Column> columns;
  for (int trial = 0; trial < 20; ++trial) {
    const auto spike = random.below(kPoints);
    Series series;
    for (std::size_t i = 0; i < kPoints; ++i)
      series.append(static_cast<double>(i), i == spike ? 1000.0F : 0.0F);
    for (int query = 0; query < 50; ++query) {
      const double from = random.uniform(-10, spike);
      const double to = random.uniform(spike, kPoints + 10);
      series.decimate(from, to, 1 + random.below(1000), columns);
      const auto shows = [](const Column& column) { return column.maximum == 1000.0F; };
      REQUIRE(std::count_if(columns.begin(), columns.end(), shows) == 1);
    }
  }
}

TEST_CASE("the nearest point is the nearest") {
  const auto points = random_walk(3000, false, 4);
  const auto series = series_of(points);
  core::RandomStream random(24, core::Purpose::Test, 0);
  for (int query = 0; query < 2000; ++query) {
    const double x = random.uniform(-20, points.x.back() + 20);
    double best = std::numeric_limits<double>::infinity();
    for (const double candidate : points.x)
      best = std::min(best, std::abs(candidate - x));
    const auto found = series.nearest(x);
    REQUIRE(std::abs(found.x - x) == best);
    bool real = false;
    for (std::size_t i = 0; i < points.x.size(); ++i)
      real |= points.x[i] == found.x && points.y[i] == found.mean;
    REQUIRE(real);
  }
}

TEST_CASE("values that are not finite are dropped and counted") {
  Series series;
  series.append(0, 1);
  series.append(1, std::numeric_limits<float>::quiet_NaN());
  series.append(2, std::numeric_limits<float>::infinity());
  series.append(3, 2);
  CHECK(series.size() == 2);
  CHECK(series.dropped() == 2);
  series.clear();
  CHECK(series.empty());
  CHECK(series.dropped() == 0);
  series.append(0, 5);
  CHECK(series.nearest(10).mean == 5);
}

TEST_CASE("a merged point keeps its extent") {
  Series series;
  for (int i = 0; i < 100; ++i)
    series.append(i, static_cast<float>(-i), static_cast<float>(i), 0.5F);
  std::vector<Column> columns;
  series.decimate(0, 99, 2, columns);
  const auto extent = extent_of(columns);
  CHECK(extent.minimum == -99);
  CHECK(extent.maximum == 99);
  for (const auto& column : columns)
    CHECK(column.mean == Approx(0.5));
}

TEST_CASE("ten million points are drawn with as many columns as ten thousand") {
  constexpr std::size_t kColumns = 800;
  Series series;
  std::vector<Column> columns;
  std::size_t next = 0;
  for (const std::size_t n : {std::size_t{10'000}, std::size_t{1'000'000}, std::size_t{10'000'000}}) {
    for (; next < n; ++next)
      series.append(static_cast<double>(next), next == 1234 ? 9.0F : 1.0F);
    for (const double part : {1.0, 0.5, 0.01}) {
      series.decimate(0, part * static_cast<double>(n), kColumns, columns);
      CHECK(columns.size() <= 2 * kColumns + 2);
      CHECK(columns.size() >= std::min(kColumns / 8, static_cast<std::size_t>(part * static_cast<double>(n))));
      CHECK(extent_of(columns).maximum == (part * static_cast<double>(n) >= 1234 ? 9.0F : 1.0F));
    }
  }
}

TEST_CASE("beyond the runs that are kept points share them, and nothing of their extent is lost") {
  const auto points = random_walk(700'000, GENERATE(true, false), 5);
  const auto series = series_of(points);
  CHECK(series.size() == points.x.size());
  CHECK(series.resolution() == 16);
  CHECK(series.first_x() == Approx(points.x.front()).margin(1e-5));
  CHECK(series.last_x() == points.x.back());
  core::RandomStream random(25, core::Purpose::Test, 0);
  std::vector<Column> columns;
  for (int query = 0; query < 300; ++query) {
    double from = random.uniform(-50, points.x.back() + 50);
    double to = query % 2 == 0 ? random.uniform(-50, points.x.back() + 50) : from + random.uniform(0, 2000);
    if (from > to) std::swap(from, to);
    const std::size_t wanted = 1 + random.below(2000);
    series.decimate(from, to, wanted, columns);
    REQUIRE(columns.size() <= 2 * wanted + 2);
    REQUIRE(std::is_sorted(columns.begin(), columns.end(), [](auto& a, auto& b) { return a.x < b.x; }));
    const auto begin =
        static_cast<std::size_t>(std::lower_bound(points.x.begin(), points.x.end(), from) - points.x.begin());
    const auto end =
        static_cast<std::size_t>(std::upper_bound(points.x.begin(), points.x.end(), to) - points.x.begin());
    const auto shown = extent_of(columns);
    const auto inside = extent_of(points, begin, end);
    REQUIRE(shown.minimum <= inside.minimum);
    REQUIRE(shown.maximum >= inside.maximum);
    const std::size_t slack = 3 * series.resolution() + 8 * (end - begin) / wanted;
    const auto around = extent_of(points, begin > slack ? begin - slack : 0, end + slack);
    REQUIRE(shown.minimum >= around.minimum);
    REQUIRE(shown.maximum <= around.maximum);
  }
}

TEST_CASE("the runs of a long series have the extent and mean of their points") {
  constexpr std::size_t kPoints = 600'123;
  const auto points = random_walk(kPoints, true, 6);
  const auto series = series_of(points);
  std::vector<Column> columns;
  series.decimate(0, kPoints, kPoints, columns);
  const auto length = series.resolution();
  REQUIRE(columns.size() == (kPoints + length - 1) / length);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto first = i * length;
    const auto last = std::min(first + length, kPoints);
    const auto extent = extent_of(points, first, last);
    REQUIRE(columns[i].minimum == extent.minimum);
    REQUIRE(columns[i].maximum == extent.maximum);
    REQUIRE(columns[i].x == static_cast<double>(first + last - 1) / 2);
    double sum = 0;
    for (std::size_t j = first; j < last; ++j)
      sum += points.y[j];
    REQUIRE(columns[i].mean == Approx(sum / static_cast<double>(last - first)).margin(1e-3));
    REQUIRE(series.nearest(columns[i].x).x == columns[i].x);
  }
}

TEST_CASE("ten million points take no more room than they may, and it grows by small pieces") {
  Series series;
  std::size_t before = 0;
  std::size_t most = 0;
  std::size_t most_at_once = 0;
  for (std::size_t i = 0; i < 10'000'000; ++i) {
    series.append(static_cast<double>(i), i == 7'654'321 ? 100.0F : static_cast<float>(i % 13));
    const auto bytes = series.bytes();
    if (bytes > before) most_at_once = std::max(most_at_once, bytes - before);
    before = bytes;
    most = std::max(most, bytes);
  }
  INFO(most << " bytes at most, " << most_at_once << " at once");
  CHECK(most <= Series::kMostBytes);
  CHECK(most_at_once <= std::size_t{1} << 18U);
  std::vector<Column> columns;
  series.decimate(0, 1e7, 500, columns);
  CHECK(extent_of(columns).maximum == 100.0F);
  CHECK(extent_of(columns).minimum == 0.0F);
  CHECK(series.nearest(7'654'321).maximum == 100.0F);
}

TEST_CASE("x never goes back") {
  Series series;
  for (const double x : {3.0, 5.0, 1.0, 5.0, 4.0, 9.0})
    series.append(x, 1);
  std::vector<Column> columns;
  series.decimate(0, 10, 100, columns);
  REQUIRE(columns.size() == 6);
  CHECK(std::is_sorted(columns.begin(), columns.end(), [](auto& a, auto& b) { return a.x < b.x; }));
  CHECK(columns[2].x == 5);
  CHECK(series.last_x() == 9);
}

}  // namespace qarium::core_series_test
