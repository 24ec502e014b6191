#include "engine/env/registry.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/core/text.hpp"
#include "engine/env/acrobot.hpp"
#include "engine/env/asterix.hpp"
#include "engine/env/breakout.hpp"
#include "engine/env/cartpole.hpp"
#include "engine/env/catch_ball.hpp"
#include "engine/env/flicker.hpp"
#include "engine/env/frame_stack.hpp"
#include "engine/env/freeway.hpp"
#include "engine/env/gymnasium/gymnasium_environment.hpp"
#include "engine/env/mask_velocity.hpp"
#include "engine/env/memory_chain.hpp"
#include "engine/env/mountain_car.hpp"
#include "engine/env/recommend.hpp"
#include "engine/env/repeat_previous.hpp"
#include "engine/env/seaquest.hpp"
#include "engine/env/space_invaders.hpp"
#include "engine/env/tagging.hpp"
#include "engine/env/tanks.hpp"
#include "engine/env/tmaze.hpp"
#include "engine/env/translation.hpp"

namespace qarium::env {
namespace {

template <class Kind>
constexpr Registration registration(std::string_view preset) {
  return {Kind::kId, Kind::kDescription, preset,
          [](const config::EnvironmentOptions& options) -> std::unique_ptr<Environment> {
            return std::make_unique<Kind>(options);
          }};
}

/// A game of MinAtar with these of its actions.
template <class Game, minatar::Actions kActions>
constexpr Registration registration(std::string_view preset) {
  return {Game::kIds[static_cast<std::size_t>(kActions)], Game::kDescription, preset,
          [](const config::EnvironmentOptions& options) -> std::unique_ptr<Environment> {
            return std::make_unique<MinAtar<Game>>(options, kActions);
          }};
}

constexpr auto kAll = minatar::Actions::All;
constexpr auto kMinimal = minatar::Actions::Minimal;

// clang-format off
constexpr std::array kRegistry{
    registration<CartPole>("cartpole"),
    registration<MountainCar>("mountain-car"),
    registration<Acrobot>("acrobot"),
    registration<AsterixGame, kAll>("asterix"),
    registration<AsterixGame, kMinimal>("asterix"),
    registration<BreakoutGame, kAll>("breakout"),
    registration<BreakoutGame, kMinimal>("breakout"),
    registration<FreewayGame, kAll>("freeway"),
    registration<FreewayGame, kMinimal>("freeway"),
    registration<SeaquestGame, kAll>("seaquest"),
    registration<SeaquestGame, kMinimal>("seaquest"),
    registration<SpaceInvadersGame, kAll>("space-invaders"),
    registration<SpaceInvadersGame, kMinimal>("space-invaders"),
    registration<CatchBall>("catch"),
    registration<TMazePassive>("tmaze"),
    registration<TMazeActive>("tmaze"),
    registration<MemoryLen>("memory-len"),
    registration<MemorySize>("memory-len"),
    registration<RepeatPrevious>("repeat-previous"),
    registration<Tanks>("tanks"),
    registration<Recommend>("recommend"),
    registration<Tagging>("tagging"),
    registration<Translation>("translation"),
};
// clang-format on

std::unique_ptr<Environment> wrapped(std::unique_ptr<Environment> environment,
                                     const config::EnvironmentOptions& options) {
  if (options.mask_velocity) environment = std::make_unique<MaskVelocity>(std::move(environment));
  if (options.flicker_prob > 0) environment = std::make_unique<Flicker>(std::move(environment), options.flicker_prob);
  if (gymnasium::is_arcade(options.id) && options.arcade.frame_stack > 1)
    environment = std::make_unique<FrameStack>(std::move(environment), options.arcade.frame_stack);
  return environment;
}

}  // namespace

std::span<const Registration> registry() {
  return kRegistry;
}

std::vector<std::string_view> ids() {
  std::vector<std::string_view> all;
  all.reserve(kRegistry.size());
  for (const auto& known : kRegistry)
    all.push_back(known.id);
  return all;
}

const Registration& registration_of(std::string_view id) {
  const auto found = std::ranges::find(kRegistry, id, &Registration::id);
  if (found != kRegistry.end()) return *found;
  const auto known = ids();
  throw core::UserError("no environment is called \"" + std::string(id) + "\"; did you mean \"" +
                        std::string(core::closest(id, known)) + "\"? Known are " + core::join(known) + ".");
}

bool is_bridged(std::string_view id) {
  return id.starts_with(gymnasium::kPrefix);
}

std::vector<std::unique_ptr<Environment>> make(const config::EnvironmentOptions& options, std::size_t n) {
  std::vector<std::unique_ptr<Environment>> environments;
  if (is_bridged(options.id)) {
    environments = gymnasium::make(options, n);
  } else {
    const auto& registration = registration_of(options.id);
    while (environments.size() < n)
      environments.push_back(registration.make(options));
  }
  for (auto& environment : environments)
    environment = wrapped(std::move(environment), options);
  return environments;
}

std::unique_ptr<Environment> make(const config::EnvironmentOptions& options) {
  return std::move(make(options, 1).front());
}

}  // namespace qarium::env
