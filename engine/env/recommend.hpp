#pragma once
#include <array>
#include <cstddef>
#include <string_view>

#include "engine/config/hyperparameters.hpp"
#include "engine/env/plain_state_environment.hpp"

namespace qarium::env {

struct RecommendState {
  static constexpr std::size_t kMostClicks = 60;

  struct Click {
    float kaleness = 0;
    float engagement = 0;
  };
  double exposure = 0;  ///< net kaleness exposure
  int clicks = 0;
  std::array<Click, kMostClicks> past{};  ///< in the order in which they were made
};

/// "recommend": "Choc or Kale", the long-term satisfaction of Ie et al. 2019, "RecSim: A Configurable Simulation
/// Platform for Recommender Systems" (arXiv 1909.04847), with its equations and the parameters of its program
/// (environments/long_term_satisfaction.py). A user is shown one item a step and always clicks it. An item's kaleness k
/// lies between 0, choc, which engages now, and 1, kale, which nourishes. With c = 1 - k, after a click
///
///     exposure' = memory_discount exposure + 2 (k - 1/2) + N(0, 0.05)
///     satisfaction = sigmoid(sensitivity exposure)
///     ln engagement ~ N((5 c + 4 k) satisfaction, c + k)
///
/// where a click's engagement is drawn with the satisfaction before it. Exposure begins uniformly in
/// +-1/2 / (1 - memory_discount). The session is over, terminated, after 60 clicks.
///
/// The `items` to choose from are spread evenly from choc to kale and stay the same (RecSim draws them). A reward is
/// the engagement in units of 100. Satisfaction is hidden. Observes float32 [K, 3], K = `past_clicks`, a row for each
/// of the last clicks, the newest first: kaleness, ln(1 + engagement) / 5, and how many clicks ago it was, as a share
/// of K (1 / K for the newest). A row without a click is all zero.
///
/// RecSim's sensitivity of 0.01 hardly lets satisfaction matter: what engages most now is best. The preset has 0.5 and
/// a memory discount of 0.9, where kale must be shown first and choc only to a satisfied user.
class Recommend final : public PlainStateEnvironment<RecommendState> {
 public:
  static constexpr std::string_view kId = "recommend";
  static constexpr std::string_view kDescription = "Recommend what engages now, or what keeps a user satisfied";

  static constexpr double kChocMean = 5;
  static constexpr double kKaleMean = 4;
  static constexpr double kDeviation = 1;  ///< of both
  static constexpr double kInnovation = 0.05;
  static constexpr int kBudget = 60;  ///< clicks of a session
  static constexpr double kRewardUnit = 100;

  /// Throws core::UserError for options out of the table's range.
  explicit Recommend(const config::EnvironmentOptions& options = {});

  /// The clicks that are observed.
  void render_observation(std::span<const std::byte> observation, protocol::Scene& scene) const override;

  double kaleness(int item) const { return static_cast<double>(item) / (items_ - 1); }
  double satisfaction(double exposure) const;
  /// Of ln engagement with this item.
  double mean(int item, double exposure) const;
  /// Expected engagement: that of a log-normal.
  double expected_engagement(int item, double exposure) const;

 private:
  RecommendState begin(core::RandomStream& random) const override;
  StepResult advance(RecommendState& state, int action, core::RandomStream& random) const override;
  void observe_state(const RecommendState& state, std::span<std::byte> out) const override;
  /// The session's clicks as bars, below them how satisfied the user is.
  void draw_state(const RecommendState& state, protocol::Scene& scene) const override;

  int items_;
  double discount_;
  double sensitivity_;
  std::size_t window_;
};

}  // namespace qarium::env
