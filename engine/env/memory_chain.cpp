#include "engine/env/memory_chain.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <optional>

#include "engine/env/drawing.hpp"
#include "engine/env/option_range.hpp"

namespace qarium::env {
namespace {

constexpr int kSizeExperimentLength = 2;

using Bits = std::array<int, MemoryChainState::kMaxBits>;  ///< -1 or 1; 0 = not seen

EnvironmentSpec make_spec(std::string_view id, std::string_view description, int bits) {
  const auto n = static_cast<std::size_t>(bits);
  std::vector<float> low(n + 2, -1);
  std::vector<float> high(n + 2, 1);
  low[0] = low[1] = 0;
  high[1] = static_cast<float>(bits - 1);
  return {.id = std::string(id),
          .description = std::string(description),
          .observation_space = {.shape = {bits + 2}, .low = std::move(low), .high = std::move(high)},
          .action_space = {{"-1", "+1"}},
          .render_fps = 4,
          .most_reward = 1,
          .most_return = 1,
          .least_reward = -1,
          .least_return = -1};
}

bool bit(const MemoryChainState& state, int i) {
  return (state.context >> static_cast<unsigned>(i) & 1U) != 0;
}

/// t of the observation.
int time_of(const MemoryChainState& state) {
  return std::max(0, state.steps - 1);
}

/// What is to be drawn.
struct View {
  Bits bits{};
  bool bright = false;
  std::optional<int> query;
  float time_left = 1;  ///< share of the chain
};

constexpr float kWidth = 8;
constexpr float kTimeBar = -0.9F;

void draw_chain(const View& view, int bits, protocol::Scene& scene) {
  clear(scene, {-kWidth / 2 - 0.5F, kWidth / 2 + 0.5F, -1.5F, 1.5F});
  auto& shapes = scene.shapes;
  const float cell = std::min(1.0F, kWidth / static_cast<float>(bits));
  for (int i = 0; i < bits; ++i) {
    const int value = view.bits[static_cast<std::size_t>(i)];
    const protocol::Point centre{(static_cast<float>(i) - 0.5F * static_cast<float>(bits - 1)) * cell, 0.4F};
    const protocol::Color full = value > 0 ? kTeal : value < 0 ? kAmber : kSlate;
    const protocol::Color color = view.bright || value == 0 ? full : faint(full);
    shapes.emplace_back(rectangle(centre, 0.42F * cell, 0.42F * cell, color));
    if (view.query == i) {
      const float y = centre.y - 0.6F * cell;
      shapes.emplace_back(protocol::Line{{centre.x - 0.4F * cell, y}, {centre.x + 0.4F * cell, y}, 0.1F * cell, kBlue});
    }
  }
  constexpr float kLeft = -kWidth / 2;
  shapes.emplace_back(protocol::Line{{kLeft, kTimeBar}, {-kLeft, kTimeBar}, 0.08F, kSlate});
  shapes.emplace_back(protocol::Line{{kLeft, kTimeBar}, {kLeft + kWidth * view.time_left, kTimeBar}, 0.08F, kGrey});
}

}  // namespace

MemoryChain::MemoryChain(std::string_view id, std::string_view description, int length, int bits)
    : PlainStateEnvironment(make_spec(id, description, bits)), length_(length), bits_(bits) {}

MemoryLen::MemoryLen(const config::EnvironmentOptions& options)
    : MemoryChain(kId, kDescription, within_range("environment.memory_length", options.memory_length), 1) {}

MemorySize::MemorySize(const config::EnvironmentOptions& options)
    : MemoryChain(kId, kDescription, kSizeExperimentLength, within_range("environment.num_bits", options.num_bits)) {}

MemoryChainState MemoryChain::begin(core::RandomStream& random) const {
  MemoryChainState state;
  for (int i = 0; i < bits_; ++i)
    state.context |= static_cast<std::uint64_t>(random.below(2)) << static_cast<unsigned>(i);
  state.query = static_cast<int>(random.below(static_cast<std::uint32_t>(bits_)));
  return state;
}

StepResult MemoryChain::advance(MemoryChainState& state, int action, core::RandomStream&) const {
  if (++state.steps <= length_) return {};
  return {.reward = bit(state, state.query) == (action == 1) ? 1.0F : -1.0F, .terminated = true};
}

void MemoryChain::observe_state(const MemoryChainState& state, std::span<std::byte> out) const {
  const auto put = [&](int i, float value) {
    std::memcpy(out.data() + static_cast<std::size_t>(i) * sizeof value, &value, sizeof value);
  };
  const int time = time_of(state);
  std::ranges::fill(out, std::byte{0});
  put(0, static_cast<float>(1.0 - static_cast<double>(time) / length_));
  if (time == length_ - 1) put(1, static_cast<float>(state.query));
  if (time > 0) return;
  for (int i = 0; i < bits_; ++i)
    put(2 + i, bit(state, i) ? 1.0F : -1.0F);
}

void MemoryChain::draw_state(const MemoryChainState& state, protocol::Scene& scene) const {
  const int time = time_of(state);
  View view{.bright = time == 0,
            .query = state.query,
            .time_left = 1 - static_cast<float>(time) / static_cast<float>(length_)};
  for (int i = 0; i < bits_; ++i)
    view.bits[static_cast<std::size_t>(i)] = bit(state, i) ? 1 : -1;
  draw_chain(view, bits_, scene);
}

void MemoryChain::render_observation(std::span<const std::byte> observation, protocol::Scene& scene) const {
  const auto get = [&](int i) {
    float value = 0;
    std::memcpy(&value, observation.data() + static_cast<std::size_t>(i) * sizeof value, sizeof value);
    return value;
  };
  View view{.bright = true, .time_left = get(0)};
  const auto time = std::lround((1 - get(0)) * static_cast<float>(length_));
  if (time == length_ - 1) view.query = static_cast<int>(get(1));
  for (int i = 0; i < bits_; ++i)
    view.bits[static_cast<std::size_t>(i)] = static_cast<int>(get(2 + i));
  draw_chain(view, bits_, scene);
}

}  // namespace qarium::env
