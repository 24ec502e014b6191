#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "engine/env/tanks.hpp"

/// The simple rules of the fields, which agents are compared with.
namespace qarium::fields {

/// A PI controller of the lower tank's level, tuned by the rules of Skogestad 2003, "Simple analytic rules for model
/// reduction and PID controller tuning" (SIMC): the model, linear around a level of 10 cm, is two time constants tau1 =
/// tau2 with the gain k and the dead time; by the half rule tau = tau1 + tau2 / 2 and theta = dead time + tau2 / 2 +
/// half a step; with tau_c = theta K = tau / (k (tau_c + theta)) and tau_I = min(tau, 4 (tau_c + theta)). It knows its
/// valve, as controllers do, moves it by the move that comes nearest to where it wants it, and its integral stops where
/// the valve is all open or closed.
class PiController {
 public:
  /// What the rules' gain and integral time are multiplied by.
  struct Factors {
    double gain = 1;
    double integral_time = 1;
  };

  /// `valve` as the episode begins, per cent.
  PiController(std::int64_t dead_time, double valve) : PiController(dead_time, valve, Factors{}) {}
  PiController(std::int64_t dead_time, double valve, const Factors& factors) : wanted_(valve), valve_(valve) {
    constexpr double kLevel = 10;
    const double flow = env::Tanks::kOutlet * std::sqrt(2 * env::Tanks::kGravity * kLevel);
    const double gain = 2 * kLevel / (100 * flow / env::Tanks::kMostFlow);  // cm a per cent
    const double lag = env::Tanks::kCrossSection / env::Tanks::kOutlet * std::sqrt(2 * kLevel / env::Tanks::kGravity);
    const double tau = 1.5 * lag;
    const double theta = env::Tanks::kStep * static_cast<double>(dead_time) + lag / 2 + env::Tanks::kStep / 2;
    gain_ = factors.gain * tau / (gain * 2 * theta);
    integral_time_ = factors.integral_time * std::min(tau, 8 * theta);
  }

  double gain() const { return gain_; }
  double integral_time() const { return integral_time_; }

  /// The move for this level and set point, cm.
  int act(double level, double set_point) {
    const double error = set_point - level;
    wanted_ += gain_ * ((error - error_before_) + env::Tanks::kStep / integral_time_ * error);
    error_before_ = error;
    wanted_ = std::clamp(wanted_, 0.0, 100.0);
    const auto distance = [&](int move) { return std::abs(std::clamp(valve_ + move, 0.0, 100.0) - wanted_); };
    const auto& moves = env::Tanks::kMoves;
    const auto best = std::min_element(moves.begin(), moves.end(), [&](int a, int b) {
      return distance(a) != distance(b) ? distance(a) < distance(b) : std::abs(a) < std::abs(b);
    });
    valve_ = std::clamp(valve_ + *best, 0.0, 100.0);
    return static_cast<int>(best - moves.begin());
  }

 private:
  double wanted_;
  double valve_;
  double gain_;
  double integral_time_;
  double error_before_ = 0;
};

}  // namespace qarium::fields
