#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "engine/agent/policy.hpp"
#include "engine/core/random.hpp"
#include "engine/env/spaces.hpp"
#include "engine/protocol/attention_view.hpp"

namespace qarium::inspect {

/// The gap of `action` against its best rival in each row of action values [n, actions].
std::vector<float> gaps(std::span<const float> values, std::size_t actions, int action);

/// A state whose cells are taken away or shown, token by token.
struct Removal {
  std::span<const std::byte> observation;
  const env::Box& space;
  const std::vector<std::vector<int>>& cells;  ///< of each token
  int action = 0;                              ///< greedy in the intact state
  float gap = 1;                               ///< its intact gap
  int intervals = 20;
};

/// The gap divided by the intact gap, at shares 0, 1/n, ..., 1 of the tokens in this order: removed from the intact
/// observation, or with `insertion` shown in an empty one. RISE (Petsiuk 2018, section 4.1), with the gap as measure.
std::vector<float> removal_curve(agent::Policy& policy, const Removal& removal, std::span<const int> order,
                                 bool insertion);

/// Tokens by falling weight; equal ones in their own order.
std::vector<int> order_by_weight(std::span<const float> map);
std::vector<int> random_order(std::size_t tokens, core::RandomStream& stream);

/// Curves of one state, in one direction.
struct StateCurves {
  std::vector<float> map;
  std::vector<float> uniform;
  std::vector<std::vector<float>> random;
};

/// Puts the curves of states together: means over states, intervals over episodes, or over orders where only one state
/// is looked at.
class RemovalSummary {
 public:
  RemovalSummary(bool insertion, bool over_orders) : insertion_(insertion), over_orders_(over_orders) {}

  void add(const StateCurves& state);
  void end_episode();
  protocol::FaithfulnessCurve result(core::RandomStream stream) const;

 private:
  bool insertion_;
  bool over_orders_;
  std::int64_t states_ = 0;
  std::vector<double> map_;
  std::vector<double> uniform_;
  std::vector<double> random_;
  std::int64_t episode_states_ = 0;
  std::vector<double> episode_random_;
  double episode_gain_ = 0;
  std::vector<std::vector<float>> spread_;  ///< random curves: one an order, or the mean of each episode
  std::vector<float> gains_;                ///< likewise
};

/// Mean height of a curve over evenly spaced points (trapezoids).
double area_under(std::span<const float> curve);

}  // namespace qarium::inspect
