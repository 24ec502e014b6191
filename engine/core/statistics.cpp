#include "engine/core/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace qarium::core {
namespace {

std::vector<double> ranks(std::span<const float> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first;
    while (last + 1 < order.size() && values[order[last + 1]] == values[order[first]])
      ++last;
    for (std::size_t i = first; i <= last; ++i)
      ranks[order[i]] = 0.5 * static_cast<double>(first + last);
    first = last + 1;
  }
  return ranks;
}

}  // namespace

double mean(std::span<const float> values) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double percentile(std::vector<float> values, double share) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::sort(values.begin(), values.end());
  const double place = std::clamp(share, 0.0, 1.0) * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const auto above = std::min(below + 1, values.size() - 1);
  return std::lerp(static_cast<double>(values[below]), static_cast<double>(values[above]),
                   place - static_cast<double>(below));
}

double rank_correlation(std::span<const float> a, std::span<const float> b) {
  const auto x = ranks(a);
  const auto y = ranks(b);
  const double middle = 0.5 * (static_cast<double>(x.size()) - 1);
  double both = 0;
  double one = 0;
  double other = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    both += (x[i] - middle) * (y[i] - middle);
    one += (x[i] - middle) * (x[i] - middle);
    other += (y[i] - middle) * (y[i] - middle);
  }
  return one > 0 && other > 0 ? both / std::sqrt(one * other) : 0;
}

Interval bootstrap_mean(std::span<const float> values, RandomStream stream, int resamples) {
  std::vector<float> means(static_cast<std::size_t>(resamples));
  for (auto& resampled : means) {
    double sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i)
      sum += values[stream.below(static_cast<std::uint32_t>(values.size()))];
    resampled = static_cast<float>(sum / static_cast<double>(values.size()));
  }
  return {percentile(means, 0.025), percentile(means, 0.975)};
}

}  // namespace qarium::core
