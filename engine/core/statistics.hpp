#pragma once
#include <span>
#include <vector>

#include "engine/core/random.hpp"

namespace qarium::core {

/// NaN of nothing.
double mean(std::span<const float> values);

/// The value below which `share` (0 .. 1) of the values lie, with linear interpolation between neighbours. NaN of
/// nothing.
double percentile(std::vector<float> values, double share);

/// Spearman's rank correlation, -1 .. 1; equal values share their mean rank. 0 where either side does not vary.
/// Requires equal lengths.
double rank_correlation(std::span<const float> a, std::span<const float> b);

struct Interval {
  double low = 0;
  double high = 0;
};
/// 95 % interval of the mean by the percentile bootstrap (Efron 1979) with `resamples` draws from `stream`. Of one
/// value, that value.
Interval bootstrap_mean(std::span<const float> values, RandomStream stream, int resamples = 2000);

}  // namespace qarium::core
