#include "engine/inspect/removal.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "engine/core/statistics.hpp"
#include "engine/inspect/empty_cells.hpp"

namespace qarium::inspect {
namespace {

void accumulate(std::vector<double>& sum, std::span<const float> values) {
  sum.resize(values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    sum[i] += values[i];
}

std::vector<float> divided(const std::vector<double>& sum, std::int64_t count) {
  std::vector<float> mean(sum.size());
  for (std::size_t i = 0; i < sum.size(); ++i)
    mean[i] = static_cast<float>(sum[i] / static_cast<double>(std::max<std::int64_t>(1, count)));
  return mean;
}

std::vector<float> mean_of(const std::vector<std::vector<float>>& curves) {
  std::vector<double> sum;
  for (const auto& curve : curves)
    accumulate(sum, curve);
  return divided(sum, static_cast<std::int64_t>(curves.size()));
}

std::vector<float> percentiles(const std::vector<std::vector<float>>& curves, double share) {
  if (curves.empty()) return {};
  std::vector<float> result(curves.front().size());
  for (std::size_t point = 0; point < result.size(); ++point) {
    std::vector<float> values;
    values.reserve(curves.size());
    for (const auto& curve : curves)
      values.push_back(curve[point]);
    result[point] = static_cast<float>(core::percentile(std::move(values), share));
  }
  return result;
}

}  // namespace

std::vector<float> gaps(std::span<const float> values, std::size_t actions, int action) {
  std::vector<float> result(values.size() / actions);
  for (std::size_t row = 0; row < result.size(); ++row) {
    float rival = -std::numeric_limits<float>::infinity();
    for (std::size_t a = 0; a < actions; ++a) {
      if (static_cast<int>(a) != action) rival = std::max(rival, values[row * actions + a]);
    }
    result[row] = values[row * actions + static_cast<std::size_t>(action)] - rival;
  }
  return result;
}

std::vector<float> removal_curve(agent::Policy& policy, const Removal& removal, std::span<const int> order,
                                 bool insertion) {
  std::vector<std::vector<std::byte>> states;
  const std::vector<std::byte> intact(removal.observation.begin(), removal.observation.end());
  std::vector<std::byte> state = intact;
  const auto n = order.size();
  std::size_t done = 0;
  for (int point = 0; point <= removal.intervals; ++point) {
    const auto until = (n * static_cast<std::size_t>(point) + static_cast<std::size_t>(removal.intervals) / 2) /
                       static_cast<std::size_t>(removal.intervals);
    if (insertion) {
      state = intact;
      for (std::size_t i = until; i < n; ++i)
        empty_cells(state, removal.space, removal.cells[static_cast<std::size_t>(order[i])]);
    } else {
      for (; done < until; ++done)
        empty_cells(state, removal.space, removal.cells[static_cast<std::size_t>(order[done])]);
    }
    states.push_back(state);
  }
  const std::vector<std::span<const std::byte>> batch(states.begin(), states.end());
  auto curve = gaps(policy.evaluate(batch).preferences, static_cast<std::size_t>(policy.actions()), removal.action);
  for (auto& value : curve)
    value /= removal.gap;
  return curve;
}

std::vector<int> order_by_weight(std::span<const float> map) {
  std::vector<int> order(map.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](int a, int b) { return map[static_cast<std::size_t>(a)] > map[static_cast<std::size_t>(b)]; });
  return order;
}

std::vector<int> random_order(std::size_t tokens, core::RandomStream& stream) {
  std::vector<int> order(tokens);
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t left = tokens; left > 1; --left)
    std::swap(order[left - 1], order[stream.below(static_cast<std::uint32_t>(left))]);
  return order;
}

double area_under(std::span<const float> curve) {
  double sum = 0;
  for (std::size_t i = 1; i < curve.size(); ++i)
    sum += 0.5 * (static_cast<double>(curve[i - 1]) + static_cast<double>(curve[i]));
  return curve.size() < 2 ? 0 : sum / static_cast<double>(curve.size() - 1);
}

void RemovalSummary::add(const StateCurves& state) {
  const double sign = insertion_ ? 1 : -1;  // a good map falls early where cells go, and rises early where they come
  const double map_area = area_under(state.map);
  const auto mean_random = mean_of(state.random);
  accumulate(map_, state.map);
  accumulate(uniform_, state.uniform);
  accumulate(random_, mean_random);
  accumulate(episode_random_, mean_random);
  episode_gain_ += sign * (map_area - area_under(mean_random));
  ++states_;
  ++episode_states_;
  if (!over_orders_) return;
  for (const auto& curve : state.random) {
    spread_.push_back(curve);
    gains_.push_back(static_cast<float>(sign * (map_area - area_under(curve))));
  }
}

void RemovalSummary::end_episode() {
  if (!over_orders_ && episode_states_ > 0) {
    spread_.push_back(divided(episode_random_, episode_states_));
    gains_.push_back(static_cast<float>(episode_gain_ / static_cast<double>(episode_states_)));
  }
  episode_random_.clear();
  episode_gain_ = 0;
  episode_states_ = 0;
}

protocol::FaithfulnessCurve RemovalSummary::result(core::RandomStream stream) const {
  protocol::FaithfulnessCurve curve;
  if (states_ == 0) return curve;
  curve.map = divided(map_, states_);
  curve.uniform = divided(uniform_, states_);
  curve.random = divided(random_, states_);
  curve.random_low = percentiles(spread_, 0.025);
  curve.random_high = percentiles(spread_, 0.975);
  curve.map_area = static_cast<float>(area_under(curve.map));
  curve.uniform_area = static_cast<float>(area_under(curve.uniform));
  curve.random_area = static_cast<float>(area_under(curve.random));
  if (gains_.empty()) return curve;
  curve.gain = static_cast<float>(core::mean(gains_));
  const auto interval = core::bootstrap_mean(gains_, stream);
  curve.gain_low = static_cast<float>(interval.low);
  curve.gain_high = static_cast<float>(interval.high);
  return curve;
}

}  // namespace qarium::inspect
