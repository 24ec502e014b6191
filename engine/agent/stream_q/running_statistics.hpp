#pragma once
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/core/bytes.hpp"

namespace qarium::agent {

/// Mean and variance of numbers that come one after another, of each of several by itself (Welford 1962).
class RunningStatistics {
 public:
  explicit RunningStatistics(std::size_t size) : mean_(size, 0), squares_(size, 0) {}

  void add(std::span<const float> numbers) {
    ++count_;
    for (std::size_t i = 0; i < mean_.size(); ++i) {
      const double difference = numbers[i] - mean_[i];
      mean_[i] += difference / static_cast<double>(count_);
      squares_[i] += difference * (numbers[i] - mean_[i]);
    }
  }

  std::int64_t count() const { return count_; }
  double mean(std::size_t i) const { return mean_[i]; }
  /// 1 where there are fewer than two numbers.
  double variance(std::size_t i) const { return count_ < 2 ? 1 : squares_[i] / static_cast<double>(count_ - 1); }
  /// What numbers less their mean are multiplied by to have the variance 1.
  double scale(std::size_t i) const { return 1 / std::sqrt(variance(i) + 1e-8); }

  void save(core::ByteWriter& out) const {
    out.put(count_);
    out.put_all(mean_);
    out.put_all(squares_);
  }
  void restore(core::ByteReader& in) {
    count_ = in.get<std::int64_t>();
    auto mean = in.get_all<double>();
    auto squares = in.get_all<double>();
    in.require(count_ >= 0 && mean.size() == mean_.size() && squares.size() == squares_.size(),
               "holds statistics of something else");
    mean_ = std::move(mean);
    squares_ = std::move(squares);
  }

 private:
  std::int64_t count_ = 0;
  std::vector<double> mean_;
  std::vector<double> squares_;
};

}  // namespace qarium::agent
