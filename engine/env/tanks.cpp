#include "engine/env/tanks.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "engine/env/drawing.hpp"
#include "engine/env/option_range.hpp"

namespace qarium::env {
namespace {

constexpr double kEulerStep = 1;
constexpr double kRewardUnit = 10;

EnvironmentSpec make_spec(const config::TanksOptions& options) {
  std::vector<std::string> names;
  names.reserve(Tanks::kMoves.size());
  for (const int move : Tanks::kMoves)
    names.push_back(move == 0 ? "hold" : (move < 0 ? "close " : "open ") + std::to_string(std::abs(move)));
  return {.id = std::string(Tanks::kId),
          .description = std::string(Tanks::kDescription),
          .observation_space = {.shape = {options.upper_level ? 3 : 2}, .low = {-1}, .high = {2}},
          .action_space = {std::move(names)},
          .max_episode_steps = 200,
          .render_fps = 10,
          .most_reward = 0,
          .most_return = 0};
}

double outflow(double level) {
  return Tanks::kOutlet * std::sqrt(2 * Tanks::kGravity * std::max(level, 0.0));
}

void trace(TanksState& state) {
  if (state.traced == static_cast<int>(TanksState::kTrace)) {
    std::shift_left(state.level_trace.begin(), state.level_trace.end(), 1);
    std::shift_left(state.set_point_trace.begin(), state.set_point_trace.end(), 1);
    --state.traced;
  }
  const auto at = static_cast<std::size_t>(state.traced++);
  state.level_trace[at] = static_cast<float>(state.lower);
  state.set_point_trace[at] = static_cast<float>(state.set_point);
}

// The picture: the tanks at the left, at a tenth of a unit a centimetre, the traces at the right.
constexpr float kUnit = 0.1F;
constexpr float kTankHeight = static_cast<float>(Tanks::kHeight) * kUnit;
constexpr float kHalfTank = 0.7F;
constexpr protocol::Point kUpperTank{2.6F, 2.7F};  ///< middle of the floor
constexpr protocol::Point kLowerTank{3.3F, 0.1F};
constexpr float kPipeY = 5.1F;
constexpr float kPipeLeft = 0.9F;
constexpr float kWall = 0.06F;
constexpr float kTraceLeft = 4.6F;
constexpr float kTraceRight = 8.4F;

void draw_tank(std::vector<protocol::Shape>& shapes, const protocol::Point& floor, std::optional<double> level) {
  const float left = floor.x - kHalfTank;
  const float right = floor.x + kHalfTank;
  if (level) {
    const float high = kUnit * static_cast<float>(std::clamp(*level, 0.0, Tanks::kHeight));
    shapes.emplace_back(rectangle({floor.x, floor.y + high / 2}, kHalfTank, high / 2, kBlue));
  }
  shapes.emplace_back(protocol::Line{{left, floor.y}, {right, floor.y}, kWall, kSlate});
  for (const float x : {left, right})
    shapes.emplace_back(protocol::Line{{x, floor.y}, {x, floor.y + kTankHeight}, kWall, kSlate});
}

void draw_set_point(std::vector<protocol::Shape>& shapes, double set_point) {
  const float y = kLowerTank.y + kUnit * static_cast<float>(set_point);
  const float right = kLowerTank.x + kHalfTank;
  shapes.emplace_back(protocol::Line{{kLowerTank.x - kHalfTank, y}, {right, y}, 0.05F, kAmber});
  shapes.emplace_back(
      protocol::Polygon{{{right + 0.08F, y}, {right + 0.3F, y + 0.13F}, {right + 0.3F, y - 0.13F}}, kAmber});
}

/// What flows is as thick as the share of the open valve's flow that it is.
void draw_flow(std::vector<protocol::Shape>& shapes, const protocol::Point& from, const protocol::Point& to,
               double share) {
  if (share > 0) shapes.emplace_back(protocol::Line{from, to, 0.02F + 0.2F * static_cast<float>(share), kBlue});
}

void draw_pipe(std::vector<protocol::Shape>& shapes, const TanksState& state, std::size_t dead_time) {
  const float end = kUpperTank.x;
  const auto cells = static_cast<float>(dead_time);
  shapes.emplace_back(rectangle({(kPipeLeft + end) / 2, kPipeY}, (end - kPipeLeft) / 2, 0.16F, faint(kSlate)));
  for (std::size_t i = 0; i < dead_time; ++i) {
    const float right = end - (end - kPipeLeft) * static_cast<float>(i) / cells;
    draw_flow(shapes, {right - (end - kPipeLeft) / cells, kPipeY}, {right, kPipeY}, state.pipe[i] / 100.0);
  }
  // The valve: how far it is open.
  const float open = 0.3F * static_cast<float>(state.valve) / 100;
  shapes.emplace_back(rectangle({kPipeLeft - 0.25F, kPipeY}, 0.2F, 0.3F, faint(kSlate)));
  shapes.emplace_back(rectangle({kPipeLeft - 0.25F, kPipeY}, 0.2F, open, kTeal));
  const double arrives = (dead_time > 0 ? state.pipe.front() : state.valve) / 100.0;
  draw_flow(shapes, {end, kPipeY}, {end, kUpperTank.y + kUnit * static_cast<float>(state.upper)}, arrives);
}

void draw_trace(std::vector<protocol::Shape>& shapes, std::span<const float> values, protocol::Color color) {
  constexpr float kEach = (kTraceRight - kTraceLeft) / static_cast<float>(TanksState::kTrace - 1);
  for (std::size_t i = 1; i < values.size(); ++i) {
    const auto at = [&](std::size_t index) {
      const auto back = static_cast<float>(values.size() - 1 - index);
      return protocol::Point{kTraceRight - back * kEach, kLowerTank.y + kUnit * values[index]};
    };
    shapes.emplace_back(protocol::Line{at(i - 1), at(i), 0.04F, color});
  }
}

void clear_picture(protocol::Scene& scene) {
  clear(scene, {0, 8.6F, -0.1F, 5.6F});
}

}  // namespace

Tanks::Tanks(const config::EnvironmentOptions& options)
    : PlainStateEnvironment(make_spec(options.tanks)),
      dead_time_(static_cast<std::size_t>(within_range("environment.dead_time", options.tanks.dead_time))),
      interval_(within_range("environment.set_point_interval", options.tanks.set_point_interval)),
      noise_(within_range("environment.level_noise", options.tanks.level_noise)),
      upper_level_(options.tanks.upper_level) {}

int Tanks::steps_to_change(core::RandomStream& random) const {
  return interval_ / 2 + static_cast<int>(random.below(static_cast<std::uint32_t>(interval_ + 1)));
}

void Tanks::measure(TanksState& state, core::RandomStream& random) const {
  if (noise_ == 0) return;
  state.lower_error = noise_ * random.normal();
  state.upper_error = noise_ * random.normal();
}

TanksState Tanks::begin(core::RandomStream& random) const {
  TanksState state;
  state.valve = 40 + static_cast<int>(random.below(41));
  const double flow = kMostFlow * state.valve / 100;
  state.upper = state.lower = flow * flow / (kOutlet * kOutlet * 2 * kGravity);
  state.pipe.fill(state.valve);
  state.set_point = random.uniform(kLeastSetPoint, kMostSetPoint);
  state.change_in = steps_to_change(random);
  measure(state, random);
  trace(state);
  return state;
}

StepResult Tanks::advance(TanksState& state, int action, core::RandomStream& random) const {
  state.valve = std::clamp(state.valve + kMoves[static_cast<std::size_t>(action)], 0, 100);
  int arrives = state.valve;
  if (dead_time_ > 0) {
    arrives = state.pipe.front();
    std::shift_left(state.pipe.begin(), state.pipe.begin() + static_cast<std::ptrdiff_t>(dead_time_), 1);
    state.pipe[dead_time_ - 1] = state.valve;
  }
  for (double time = 0; time < kStep; time += kEulerStep) {
    const double between = outflow(state.upper);
    const double out = outflow(state.lower);
    state.upper += kEulerStep / kCrossSection * (kMostFlow * arrives / 100 - between);
    state.lower += kEulerStep / kCrossSection * (between - out);
    state.upper = std::clamp(state.upper, 0.0, kHeight);
    state.lower = std::clamp(state.lower, 0.0, kHeight);
  }
  const double error = std::abs(state.lower - state.set_point);
  if (--state.change_in <= 0) {
    state.set_point = random.uniform(kLeastSetPoint, kMostSetPoint);
    state.change_in = steps_to_change(random);
  }
  measure(state, random);
  trace(state);
  return {.reward = static_cast<float>(-error / kRewardUnit)};
}

void Tanks::observe_state(const TanksState& state, std::span<std::byte> out) const {
  const auto measured = [](double level) { return std::clamp(static_cast<float>(level / kHeight), -1.0F, 2.0F); };
  const std::array<float, 3> all = {measured(state.lower + state.lower_error), measured(state.set_point),
                                    measured(state.upper + state.upper_error)};
  std::memcpy(out.data(), all.data(), out.size());
}

void Tanks::draw_state(const TanksState& state, protocol::Scene& scene) const {
  clear_picture(scene);
  auto& shapes = scene.shapes;
  draw_pipe(shapes, state, dead_time_);
  const float fall = kUpperTank.x + 0.5F;
  draw_flow(shapes, {fall, kUpperTank.y}, {fall, kLowerTank.y + kUnit * static_cast<float>(state.lower)},
            outflow(state.upper) / kMostFlow);
  draw_tank(shapes, kUpperTank, state.upper);
  draw_tank(shapes, kLowerTank, state.lower);
  draw_set_point(shapes, state.set_point);
  const auto traced = static_cast<std::size_t>(state.traced);
  shapes.emplace_back(protocol::Line{{kTraceLeft, kLowerTank.y}, {kTraceRight, kLowerTank.y}, 0.02F, kSlate});
  draw_trace(shapes, std::span(state.set_point_trace).first(traced), kAmber);
  draw_trace(shapes, std::span(state.level_trace).first(traced), kBlue);
}

void Tanks::render_observation(std::span<const std::byte> observation, protocol::Scene& scene) const {
  std::array<float, 3> seen{};
  std::memcpy(seen.data(), observation.data(), std::min(observation.size(), sizeof seen));
  clear_picture(scene);
  draw_tank(scene.shapes, kUpperTank, upper_level_ ? std::optional(kHeight * seen[2]) : std::nullopt);
  draw_tank(scene.shapes, kLowerTank, kHeight * seen[0]);
  draw_set_point(scene.shapes, std::clamp(kHeight * seen[1], 0.0, kHeight));
}

}  // namespace qarium::env
