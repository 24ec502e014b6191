#include "engine/env/recommend.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/env/drawing.hpp"
#include "engine/env/option_range.hpp"

namespace qarium::env {
namespace {

constexpr std::size_t kFeatures = 3;
constexpr float kLogUnit = 5;

std::vector<std::string> item_names(std::int64_t items) {
  std::vector<std::string> names;
  for (std::int64_t i = 0; i < items; ++i) {
    const auto share = static_cast<int>(std::lround(100.0 * static_cast<double>(i) / static_cast<double>(items - 1)));
    names.push_back(i == 0 ? "choc" : i == items - 1 ? "kale" : std::to_string(share) + " % kale");
  }
  return names;
}

EnvironmentSpec make_spec(const config::RecommendOptions& options) {
  const int items = within_range("environment.items", options.items);
  const int window = within_range("environment.past_clicks", options.past_clicks);
  return {.id = std::string(Recommend::kId),
          .description = std::string(Recommend::kDescription),
          .observation_space = {.shape = {window, kFeatures}, .low = {0}},
          .action_space = {item_names(items)},
          .render_fps = 6};
}

/// Between choc's colour and kale's.
protocol::Color color_of(float kaleness) {
  const auto mix = [&](std::uint8_t choc, std::uint8_t kale) {
    return static_cast<std::uint8_t>(std::lround(choc + kaleness * (kale - choc)));
  };
  return {mix(kRose.red, kTeal.red), mix(kRose.green, kTeal.green), mix(kRose.blue, kTeal.blue)};
}

constexpr float kWide = 12;
constexpr float kBarHeight = 4;  ///< of an engagement of e^5 - 1 = 147
constexpr float kMeterY = -0.9F;

float height_of(float log_engagement) {
  return kBarHeight * std::min(log_engagement / kLogUnit, 1.25F);
}

/// A bar at this place of so many. Returns its middle.
protocol::Point draw_click(std::vector<protocol::Shape>& shapes, int place, int places, float kaleness,
                           float log_engagement, bool seen) {
  const float each = kWide / static_cast<float>(places);
  const float high = height_of(log_engagement);
  const protocol::Point middle{(static_cast<float>(place) + 0.5F) * each, high / 2};
  const auto color = color_of(kaleness);
  shapes.emplace_back(rectangle(middle, 0.4F * each, std::max(high / 2, 0.02F), seen ? color : faint(color)));
  return middle;
}

void clear_picture(protocol::Scene& scene) {
  clear(scene, {-0.2F, kWide + 0.2F, -1.4F, kBarHeight * 1.25F + 0.1F});
  scene.shapes.emplace_back(protocol::Line{{0, 0}, {kWide, 0}, 0.03F, kSlate});
}

}  // namespace

Recommend::Recommend(const config::EnvironmentOptions& options)
    : PlainStateEnvironment(make_spec(options.recommend)),
      items_(static_cast<int>(options.recommend.items)),
      discount_(within_range("environment.memory_discount", options.recommend.memory_discount)),
      sensitivity_(within_range("environment.sensitivity", options.recommend.sensitivity)),
      window_(static_cast<std::size_t>(options.recommend.past_clicks)) {}

double Recommend::satisfaction(double exposure) const {
  return 1 / (1 + std::exp(-sensitivity_ * exposure));
}

double Recommend::mean(int item, double exposure) const {
  const double kale = kaleness(item);
  return ((1 - kale) * kChocMean + kale * kKaleMean) * satisfaction(exposure);
}

double Recommend::expected_engagement(int item, double exposure) const {
  return std::exp(mean(item, exposure) + kDeviation * kDeviation / 2);
}

RecommendState Recommend::begin(core::RandomStream& random) const {
  RecommendState state;
  state.exposure = random.uniform(-0.5, 0.5) / (1 - discount_);
  return state;
}

StepResult Recommend::advance(RecommendState& state, int action, core::RandomStream& random) const {
  const double engagement = std::exp(mean(action, state.exposure) + kDeviation * random.normal());
  state.exposure = discount_ * state.exposure + 2 * (kaleness(action) - 0.5) + kInnovation * random.normal();
  state.past[static_cast<std::size_t>(state.clicks)] = {static_cast<float>(kaleness(action)),
                                                        static_cast<float>(engagement)};
  ++state.clicks;
  return {.reward = static_cast<float>(engagement / kRewardUnit), .terminated = state.clicks == kBudget};
}

void Recommend::observe_state(const RecommendState& state, std::span<std::byte> out) const {
  std::array<float, RecommendState::kMostClicks * kFeatures> all{};
  const auto shown = std::min(window_, static_cast<std::size_t>(state.clicks));
  for (std::size_t row = 0; row < shown; ++row) {
    const auto& click = state.past[static_cast<std::size_t>(state.clicks) - 1 - row];
    all[row * kFeatures] = click.kaleness;
    all[row * kFeatures + 1] = std::log1p(click.engagement) / kLogUnit;
    all[row * kFeatures + 2] = static_cast<float>(row + 1) / static_cast<float>(window_);
  }
  std::memcpy(out.data(), all.data(), out.size());
}

void Recommend::draw_state(const RecommendState& state, protocol::Scene& scene) const {
  clear_picture(scene);
  scene.places.resize(window_);
  for (int i = 0; i < state.clicks; ++i) {
    const auto& click = state.past[static_cast<std::size_t>(i)];
    const auto row = static_cast<std::size_t>(state.clicks - 1 - i);
    const bool seen = row < window_;
    const auto middle = draw_click(scene.shapes, i, kBudget, click.kaleness, std::log1p(click.engagement), seen);
    if (seen) scene.places[row] = middle;
  }
  // Satisfaction, which the agent does not see: a meter from 0 to 1.
  const float share = static_cast<float>(satisfaction(state.exposure));
  scene.shapes.emplace_back(rectangle({kWide / 2, kMeterY}, kWide / 2, 0.25F, faint(kSlate)));
  scene.shapes.emplace_back(rectangle({kWide * share / 2, kMeterY}, kWide * share / 2, 0.25F, kAmber));
}

void Recommend::render_observation(std::span<const std::byte> observation, protocol::Scene& scene) const {
  std::array<float, RecommendState::kMostClicks * kFeatures> all{};
  std::memcpy(all.data(), observation.data(), std::min(observation.size(), sizeof all));
  clear_picture(scene);
  scene.places.resize(window_);
  for (std::size_t row = 0; row < window_; ++row) {
    const float* click = all.data() + row * kFeatures;
    if (click[2] <= 0) continue;
    scene.places[row] = draw_click(scene.shapes, static_cast<int>(window_ - 1 - row), static_cast<int>(window_),
                                   std::clamp(click[0], 0.0F, 1.0F), std::max(click[1], 0.0F) * kLogUnit, true);
  }
}

}  // namespace qarium::env
