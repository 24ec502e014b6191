#include "engine/env/repeat_previous.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/env/drawing.hpp"
#include "engine/env/option_range.hpp"

namespace qarium::env {
namespace {

constexpr int kCards = RepeatPreviousState::kCards;
constexpr int kSuits = 4;
constexpr std::array<protocol::Color, kSuits> kColors{kTeal, kAmber, kRose, kBlue};

EnvironmentSpec make_spec() {
  return {.id = std::string(RepeatPrevious::kId),
          .description = std::string(RepeatPrevious::kDescription),
          .observation_space = {.shape = {kSuits}, .low = {0}, .high = {1}},
          .action_space = {{"clubs", "diamonds", "hearts", "spades"}},
          .render_fps = 4,
          .most_reward = 1,
          .most_return = 1,
          .least_reward = -1,
          .least_return = -1};
}

constexpr float kWidth = 8;
constexpr float kDeckBar = -1.2F;

/// Places 0 .. k - 1 for the last k cards; the open one is the last.
class Table {
 public:
  Table(protocol::Scene& scene, int k)
      : shapes_(scene.shapes), k_(k), card_(std::min(1.0F, kWidth / static_cast<float>(k))) {
    clear(scene, {-kWidth / 2 - 0.5F, kWidth / 2 + 0.5F, -1.6F, 1.6F});
  }

  /// A card is taller than wide; without a suit it lies face down.
  void lay(int place, std::optional<std::size_t> suit, bool open) {
    const float half = 0.42F * card_;
    const protocol::Color full = suit ? kColors[*suit] : kSlate;
    shapes_.emplace_back(rectangle({centre(place), 0}, half, 1.4F * half, open ? full : faint(full)));
  }

  void underline(int place) {
    const float y = -0.75F * card_;
    const float x = centre(place);
    shapes_.emplace_back(protocol::Line{{x - 0.4F * card_, y}, {x + 0.4F * card_, y}, 0.1F * card_, kPeriwinkle});
  }

  void show_deck(int left) {
    constexpr float kLeft = -kWidth / 2;
    const float share = static_cast<float>(left) / kCards;
    shapes_.emplace_back(protocol::Line{{kLeft, kDeckBar}, {-kLeft, kDeckBar}, 0.08F, kSlate});
    shapes_.emplace_back(protocol::Line{{kLeft, kDeckBar}, {kLeft + kWidth * share, kDeckBar}, 0.08F, kGrey});
  }

 private:
  float centre(int place) const { return (static_cast<float>(place) - 0.5F * static_cast<float>(k_ - 1)) * card_; }

  std::vector<protocol::Shape>& shapes_;
  int k_;
  float card_;
};

}  // namespace

RepeatPrevious::RepeatPrevious(const config::EnvironmentOptions& options)
    : StatefulEnvironment(make_spec()), k_(within_range("environment.k", options.k)) {}

RepeatPreviousState RepeatPrevious::begin(core::RandomStream& random) const {
  RepeatPreviousState state;
  for (std::size_t i = 0; i < state.suits.size(); ++i)
    state.suits[i] = static_cast<std::uint8_t>(i % kSuits);
  for (std::size_t i = state.suits.size(); i > 1; --i)
    std::swap(state.suits[i - 1], state.suits[random.below(static_cast<std::uint32_t>(i))]);
  state.dealt = 1;
  return state;
}

StepResult RepeatPrevious::advance(RepeatPreviousState& state, int action, core::RandomStream&) const {
  StepResult result;
  if (state.dealt >= k_) {
    const bool right = state.suits[static_cast<std::size_t>(state.dealt - k_)] == action;
    result.reward = static_cast<float>((right ? 1.0 : -1.0) / (kCards - k_));
  }
  ++state.dealt;
  result.terminated = state.dealt == kCards;
  return result;
}

std::array<float, 4> RepeatPrevious::observation_of(const RepeatPreviousState& state) const {
  std::array<float, 4> observation{};
  observation[state.suits[static_cast<std::size_t>(state.dealt - 1)]] = 1;
  return observation;
}

void RepeatPrevious::draw(const std::array<float, 4>& observation, protocol::Scene& scene) const {
  Table table(scene, k_);
  const auto suit = std::ranges::find(observation, 1.0F);
  if (suit == observation.end()) {
    table.lay(k_ - 1, std::nullopt, true);
  } else {
    table.lay(k_ - 1, static_cast<std::size_t>(suit - observation.begin()), true);
  }
}

void RepeatPrevious::draw_state(const RepeatPreviousState& state, protocol::Scene& scene) const {
  Table table(scene, k_);
  for (int place = 0; place < k_; ++place) {
    const int card = state.dealt - k_ + place;
    if (card >= 0) table.lay(place, state.suits[static_cast<std::size_t>(card)], card == state.dealt - 1);
  }
  if (state.dealt >= k_ && state.dealt < kCards) table.underline(0);
  table.show_deck(kCards - state.dealt);
}

}  // namespace qarium::env
