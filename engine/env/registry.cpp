#include "engine/env/registry.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/core/text.hpp"
#include "engine/env/acrobot.hpp"
#include "engine/env/breakout.hpp"
#include "engine/env/cartpole.hpp"
#include "engine/env/catch_ball.hpp"
#include "engine/env/flicker.hpp"
#include "engine/env/mask_velocity.hpp"
#include "engine/env/memory_chain.hpp"
#include "engine/env/mountain_car.hpp"
#include "engine/env/repeat_previous.hpp"
#include "engine/env/tmaze.hpp"

namespace qarium::env {
namespace {

template <class Kind>
constexpr Registration registration(std::string_view preset) {
  return {Kind::kId, Kind::kDescription, preset,
          [](const config::EnvironmentOptions& options) -> std::unique_ptr<Environment> {
            return std::make_unique<Kind>(options);
          }};
}

// clang-format off
constexpr std::array kRegistry{
    registration<CartPole>("cartpole"),
    registration<MountainCar>("mountain-car"),
    registration<Acrobot>("acrobot"),
    registration<Breakout>("breakout"),
    registration<CatchBall>("catch"),
    registration<TMazePassive>("tmaze"),
    registration<TMazeActive>("tmaze"),
    registration<MemoryLen>("memory-len"),
    registration<MemorySize>("memory-len"),
    registration<RepeatPrevious>("repeat-previous"),
};
// clang-format on

}  // namespace

std::span<const Registration> registry() {
  return kRegistry;
}

const Registration& registration_of(std::string_view id) {
  const auto found = std::ranges::find(kRegistry, id, &Registration::id);
  if (found != kRegistry.end()) return *found;
  std::vector<std::string_view> ids;
  for (const auto& known : kRegistry)
    ids.push_back(known.id);
  throw core::UserError("no environment is called \"" + std::string(id) + "\"; did you mean \"" +
                        std::string(core::closest(id, ids)) + "\"? Known are " + core::join(ids) + ".");
}

std::unique_ptr<Environment> make(const config::EnvironmentOptions& options) {
  auto environment = registration_of(options.id).make(options);
  if (options.mask_velocity) environment = std::make_unique<MaskVelocity>(std::move(environment));
  if (options.flicker_prob > 0) environment = std::make_unique<Flicker>(std::move(environment), options.flicker_prob);
  return environment;
}

}  // namespace qarium::env
