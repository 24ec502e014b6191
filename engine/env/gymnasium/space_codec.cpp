#include "engine/env/gymnasium/space_codec.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>

#include "engine/core/error.hpp"
#include "engine/env/drawing.hpp"

namespace qarium::env::gymnasium {
namespace {

using nlohmann::json;

/// Infinity cannot be written in JSON: null stands for it.
std::vector<float> bounds(const json& values, float infinity) {
  std::vector<float> all;
  for (const auto& value : values)
    all.push_back(value.is_null() ? infinity : value.get<float>());
  return all;
}

PartKind kind_of(const std::string& name) {
  if (name == "numbers") return PartKind::Numbers;
  if (name == "symbol") return PartKind::Symbol;
  if (name == "words") return PartKind::Words;
  throw core::UserError("a part is of the unknown kind '" + name + "'");
}

/// The parts, which must lie one after another over all `size` numbers.
std::vector<Part> parts_of(const json& description, std::int64_t size) {
  std::vector<Part> parts;
  std::int64_t end = 0;
  for (const auto& part : description) {
    parts.push_back({part.at("name").get<std::string>(), kind_of(part.at("kind").get<std::string>()),
                     part.at("offset").get<std::int64_t>(), part.at("shape").get<std::vector<std::int64_t>>(),
                     part.at("whole").get<bool>()});
    const auto& its = parts.back();
    const bool sound = std::ranges::all_of(its.shape, [](auto extent) { return extent > 0; });
    if (!sound || its.offset != end) throw core::UserError("its parts do not lie one after another");
    end += its.size();
  }
  if (!parts.empty() && end != size) throw core::UserError("its parts are not the whole observation");
  return parts;
}

std::vector<float> numbers_of(const Box& space, std::span<const std::byte> observation) {
  std::vector<float> numbers(static_cast<std::size_t>(space.size()));
  if (space.type == ScalarType::Float32) {
    std::memcpy(numbers.data(), observation.data(), observation.size());
  } else {
    std::ranges::transform(observation, numbers.begin(), [](std::byte byte) { return static_cast<float>(byte); });
  }
  return numbers;
}

protocol::Color shade(float share) {
  const auto level = static_cast<std::uint8_t>(255 * std::clamp(share, 0.0F, 1.0F));
  return {level, level, level};
}

/// The place of each number between its bounds, or, where these are no numbers, among all.
std::vector<float> shares_of(const Box& space, const std::vector<float>& numbers) {
  const auto [least, greatest] = std::ranges::minmax(numbers);
  std::vector<float> shares(numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    float low = space.low[space.low.size() == 1 ? 0 : i];
    float high = space.high[space.high.size() == 1 ? 0 : i];
    if (!std::isfinite(low) || !std::isfinite(high)) {
      low = least;
      high = greatest;
    }
    shares[i] = high > low ? (numbers[i] - low) / (high - low) : 0;
  }
  return shares;
}

}  // namespace

EnvironmentSpec spec_of(const json& description, const std::string& id) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  EnvironmentSpec spec;
  spec.id = id;
  spec.description = "An environment of Gymnasium";
  try {
    auto& space = spec.observation_space;
    space.shape = description.at("shape").get<std::vector<std::int64_t>>();
    space.type = description.at("bytes").get<bool>() ? ScalarType::Uint8 : ScalarType::Float32;
    space.low = bounds(description.at("low"), -kInfinity);
    space.high = bounds(description.at("high"), kInfinity);
    const auto fits = [&](const auto& all) {
      return all.size() == 1 || static_cast<std::int64_t>(all.size()) == space.size();
    };
    if (space.size() < 1 || !fits(space.low) || !fits(space.high)) throw core::UserError("bounds do not fit the shape");
    space.parts = parts_of(description.at("parts"), space.size());
    spec.action_space.names = description.at("actions").get<std::vector<std::string>>();
    if (spec.action_space.n() < 1) throw core::UserError("it has no actions");
    spec.max_episode_steps = description.at("limit").get<std::int64_t>();
    spec.render_fps = std::clamp(description.at("fps").get<double>(), 1.0, 60.0);
    const bool repeats = description.at("rewind").get<std::string>() != "none";
    spec.capabilities = {.save_state = repeats, .render_observation = is_picture(space), .deterministic = repeats};
  } catch (const std::exception& error) {
    throw core::UserError(id + " cannot be used: " + error.what());
  }
  return spec;
}

bool is_picture(const Box& space) {
  return space.type == ScalarType::Uint8 && space.shape.size() == 3 && (space.shape[0] == 1 || space.shape[0] == 3);
}

void draw_observation(const Box& space, std::span<const std::byte> observation, protocol::Scene& scene) {
  const auto& shape = space.shape;
  const bool is_grid = shape.size() >= 2;
  const auto columns = static_cast<int>(shape.back());
  const auto rows = static_cast<int>(space.size() / columns);
  if (is_picture(space) && shape[0] == 3) {
    const auto cells = static_cast<std::size_t>(shape[1] * shape[2]);
    clear(scene, static_cast<int>(shape[1]), static_cast<int>(shape[2]));
    const auto level = [&](std::size_t at) { return std::to_integer<std::uint8_t>(observation[at]); };
    for (std::size_t i = 0; i < cells; ++i)
      scene.grid.cells[i] = {level(i), level(cells + i), level(2 * cells + i)};
    return;
  }
  clear(scene, is_grid ? rows : 1, columns);
  const auto shares = shares_of(space, numbers_of(space, observation));
  std::ranges::transform(shares, scene.grid.cells.begin(), shade);
}

}  // namespace qarium::env::gymnasium
