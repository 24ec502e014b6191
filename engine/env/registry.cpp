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
constexpr Registration registration() {
  return {Kind::kId, Kind::kDescription, [](const config::EnvironmentOptions& options) -> std::unique_ptr<Environment> {
            return std::make_unique<Kind>(options);
          }};
}

// clang-format off
constexpr std::array kRegistry{
    registration<CartPole>(),
    registration<MountainCar>(),
    registration<Acrobot>(),
    registration<Breakout>(),
    registration<CatchBall>(),
    registration<TMazePassive>(),
    registration<TMazeActive>(),
    registration<MemoryLen>(),
    registration<MemorySize>(),
    registration<RepeatPrevious>(),
};
// clang-format on

}  // namespace

std::span<const Registration> registry() {
  return kRegistry;
}

std::unique_ptr<Environment> make(const config::EnvironmentOptions& options) {
  const auto found = std::ranges::find(kRegistry, options.id, &Registration::id);
  if (found != kRegistry.end()) {
    auto environment = found->make(options);
    if (options.mask_velocity) environment = std::make_unique<MaskVelocity>(std::move(environment));
    if (options.flicker_prob > 0) environment = std::make_unique<Flicker>(std::move(environment), options.flicker_prob);
    return environment;
  }

  std::vector<std::string_view> ids;
  ids.reserve(kRegistry.size());
  for (const auto& known : kRegistry)
    ids.push_back(known.id);
  throw core::UserError("no environment is called \"" + options.id + "\"; did you mean \"" +
                        std::string(core::closest(options.id, ids)) + "\"? Known are " + core::join(ids) + ".");
}

}  // namespace qarium::env
