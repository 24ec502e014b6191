#pragma once
#include <array>
#include <cstddef>
#include <string_view>

#include "engine/config/hyperparameters.hpp"
#include "engine/env/plain_state_environment.hpp"

namespace qarium::env {

struct TanksState {
  static constexpr std::size_t kMostDeadTime = 20;
  static constexpr std::size_t kTrace = 60;

  double upper = 0;  ///< levels, cm
  double lower = 0;
  double upper_error = 0;  ///< of the levels as they are measured now
  double lower_error = 0;
  double set_point = 0;  ///< of the lower level, cm
  int valve = 0;         ///< per cent open
  int change_in = 0;     ///< steps until the next set point
  /// Valve positions that are under way in the pipe, the next to arrive first; as many as the dead time has steps.
  std::array<int, kMostDeadTime> pipe{};
  int traced = 0;  ///< steps of the two traces below, the newest last
  std::array<float, kTrace> level_trace{};
  std::array<float, kTrace> set_point_trace{};
};

/// "tanks": two tanks, one above the other, as Johansson 2000, "The Quadruple-Tank Process: A Multivariable Laboratory
/// Process with an Adjustable Zero" (IEEE Transactions on Control Systems Technology 8, 456-465), has them at each side
/// of its process. By mass balances and Torricelli's law
///
///     A dh_upper/dt = k u(t - dead time) - a sqrt(2 g h_upper)
///     A dh_lower/dt = a sqrt(2 g h_upper) - a sqrt(2 g h_lower)
///
/// with its cross-sections A = 28 cm^2 and a = 0.071 cm^2, g = 981 cm/s^2 and tanks of 20 cm; k = 14 cm^3/s is what
/// flows through the open valve (all of its pump's flow, 3.33 cm^3/Vs, at 4.2 V). Ours are the dead time, since what
/// leaves the valve takes `dead_time` steps through the pipe, and the step of 10 s, within which the equations are
/// integrated by Euler steps of 1 s. At 10 cm each tank's time constant A / a sqrt(2 h / g) is 56 s.
///
/// The task is to hold the lower level at a set point that is drawn anew, uniformly of 4 to 16 cm, after a number of
/// steps that is uniform between half and one and a half times `set_point_interval`. An action moves the valve by -20,
/// -5, -1, 0, 1, 5 or 20 per cent of its way. A step's reward is minus the distance of level and set point in units of
/// 10 cm; an episode of 200 steps begins at rest and is then truncated. The return is minus a tenth of the mean
/// absolute error, times 200.
///
/// Observes float32: the lower level and the set point, as shares of 20 cm, and, with `upper_level`, the upper level. A
/// measured level has a normal error of standard deviation `level_noise` cm. Neither the valve nor what is in the pipe
/// is observed: an agent that does not remember what it has poured in swings.
class Tanks final : public PlainStateEnvironment<TanksState> {
 public:
  static constexpr std::string_view kId = "tanks";
  static constexpr std::string_view kDescription =
      "Hold a tank's level at a set point, through another tank and a pipe";

  // The process, in cm and s.
  static constexpr double kCrossSection = 28;
  static constexpr double kOutlet = 0.071;
  static constexpr double kGravity = 981;
  static constexpr double kHeight = 20;
  static constexpr double kMostFlow = 14;
  static constexpr double kStep = 10;
  static constexpr double kLeastSetPoint = 4;
  static constexpr double kMostSetPoint = 16;
  /// By how many per cent each action moves the valve.
  static constexpr std::array kMoves{-20, -5, -1, 0, 1, 5, 20};

  /// Throws core::UserError for options out of the table's range.
  explicit Tanks(const config::EnvironmentOptions& options = {});

  /// The levels as far as they were measured, and the set point.
  void render_observation(std::span<const std::byte> observation, protocol::Scene& scene) const override;

 private:
  TanksState begin(core::RandomStream& random) const override;
  StepResult advance(TanksState& state, int action, core::RandomStream& random) const override;
  void observe_state(const TanksState& state, std::span<std::byte> out) const override;
  void draw_state(const TanksState& state, protocol::Scene& scene) const override;

  void measure(TanksState& state, core::RandomStream& random) const;
  int steps_to_change(core::RandomStream& random) const;

  std::size_t dead_time_;
  int interval_;
  double noise_;
  bool upper_level_;
};

}  // namespace qarium::env
