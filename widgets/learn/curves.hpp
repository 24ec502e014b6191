#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/core/series.hpp"
#include "engine/protocol/commands.hpp"
#include "engine/protocol/history.hpp"

namespace qarium::widgets {

/// A hyperparameter changed here.
struct Stamp {
  std::int64_t step = 0;
  std::string name;
  std::string value;
};

/// Everything that the window plots over learning time, x in environment steps. Owned by the main thread, which adds
/// what arrives from protocol::History.
class Curves {
 public:
  static constexpr int kDefaultSpan = 50;

  void add(const protocol::ScalarPoint& point);
  /// Becomes a point of EpisodeReturn and one of EpisodeLength.
  void add(const protocol::EpisodeRecord& record);
  void add(Stamp stamp) { stamps_.push_back(std::move(stamp)); }
  void clear();

  /// Smoothing is an exponential mean over about this many points, 1 .. 10,000. Smoothed curves are made anew.
  void set_span(int span);
  int span() const { return span_; }

  const core::Series& raw(protocol::Scalar scalar) const { return lines_[index(scalar)].raw; }
  const core::Series& smooth(protocol::Scalar scalar) const { return lines_[index(scalar)].smooth; }
  const std::vector<Stamp>& stamps() const { return stamps_; }
  /// Over all curves; 0 and 0 while there is nothing.
  double first_x() const { return first_x_; }
  double last_x() const { return last_x_; }
  bool empty() const { return points_ == 0; }
  /// Rises with every change, for caches.
  std::uint64_t version() const { return version_; }

 private:
  struct Line {
    core::Series raw;
    core::Series smooth;
    double mean = 0;
    std::int64_t count = 0;
  };
  static constexpr std::size_t index(protocol::Scalar scalar) { return static_cast<std::size_t>(scalar); }
  void append(protocol::Scalar scalar, double x, float minimum, float maximum, float mean);
  static void extend(Line& line, double x, float mean, double span);

  std::array<Line, protocol::kScalarCount> lines_;
  std::vector<Stamp> stamps_;
  int span_ = kDefaultSpan;
  double first_x_ = 0;
  double last_x_ = 0;
  std::int64_t points_ = 0;
  std::uint64_t version_ = 0;
};

}  // namespace qarium::widgets
