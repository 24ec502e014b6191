#pragma once
#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "engine/core/bytes.hpp"
#include "engine/core/series.hpp"
#include "engine/protocol/metrics.hpp"

namespace qarium::widgets {

/// A hyperparameter changed here.
struct Stamp {
  std::int64_t step = 0;
  std::string name;
  std::string value;
};

/// Every metric over learning time, x in environment steps, each as it came and smoothed. Owned by the main thread,
/// which adds what arrives from protocol::History.
class Curves {
 public:
  static constexpr int kDefaultSpan = 50;

  void add(const protocol::MetricPoint& point);
  void add(Stamp stamp) { stamps_.push_back(std::move(stamp)); }
  /// Something that is kept elsewhere was measured at this step: learning time goes on to there.
  void reach(double step);
  void clear();

  /// Smoothing is an exponential mean over about this many points, 1 .. 10,000. Smoothed curves are made anew.
  void set_span(int span);
  int span() const { return span_; }

  /// Empty for a metric of which nothing came.
  const core::Series& raw(protocol::MetricId metric) const;
  const core::Series& smooth(protocol::MetricId metric) const;
  const std::vector<Stamp>& stamps() const { return stamps_; }
  /// Over all curves; 0 and 0 while there is nothing.
  double first_x() const { return first_x_; }
  double last_x() const { return last_x_; }
  bool empty() const { return points_ == 0; }
  /// Rises with every change, for caches.
  std::uint64_t version() const { return version_; }
  /// What the curves hold of the heap.
  std::size_t bytes() const;

  /// All of them, by the names of their metrics; those of very many points as they are seen over the whole width.
  void write(core::ByteWriter& out, std::span<const protocol::Metric> metrics) const;
  /// What was written in place of what is here; what is no metric here is passed over. Throws core::UserError where the
  /// bytes are no curves.
  void read(core::ByteReader& in, std::span<const protocol::Metric> metrics);

 private:
  struct Line {
    core::Series raw;
    core::Series smooth;
    double mean = 0;
    std::int64_t count = 0;
  };
  static void extend(Line& line, double x, float mean, double span);

  std::deque<Line> lines_;  ///< by MetricId; their places stay
  Line none_;
  std::vector<Stamp> stamps_;
  int span_ = kDefaultSpan;
  double first_x_ = 0;
  double last_x_ = 0;
  std::int64_t points_ = 0;
  std::uint64_t version_ = 0;
};

}  // namespace qarium::widgets
