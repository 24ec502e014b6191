#include "engine/env/flicker.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <stdexcept>

namespace qarium::env {
namespace {

core::RandomStream far_half(core::RandomStream stream) {
  stream.seek(stream.position() + (std::uint64_t{1} << 63U));
  return stream;
}

/// A grid has a dark ground of its own, shapes stand on any.
void dim(protocol::Scene& scene) {
  const auto weaken = [](std::uint8_t& component) { component = static_cast<std::uint8_t>(component * 3 / 10); };
  for (auto& cell : scene.grid.cells) {
    weaken(cell.red);
    weaken(cell.green);
    weaken(cell.blue);
  }
  for (auto& shape : scene.shapes)
    std::visit([&](auto& any) { weaken(any.color.alpha); }, shape);
}

}  // namespace

Flicker::Flicker(std::unique_ptr<Environment> inner, double probability)
    : ObservationWrapper(std::move(inner)), probability_(probability) {
  assert(0 <= probability && probability <= 1);
  for (auto& bound : spec_.observation_space.low)
    bound = std::min(bound, 0.0F);
  for (auto& bound : spec_.observation_space.high)
    bound = std::max(bound, 0.0F);
}

void Flicker::draw() {
  now_.blank = now_.random.uniform() < probability_;
}

void Flicker::reset(core::RandomStream stream) {
  ObservationWrapper::reset(stream);
  now_.random = far_half(stream);
  draw();
}

StepResult Flicker::step(int action) {
  const auto result = ObservationWrapper::step(action);
  draw();
  return result;
}

void Flicker::observe(std::span<std::byte> out) const {
  if (now_.blank) {
    std::ranges::fill(out, std::byte{0});
  } else {
    ObservationWrapper::observe(out);
  }
}

void Flicker::render(protocol::Scene& scene) const {
  ObservationWrapper::render(scene);
  if (now_.blank) dim(scene);
}

void Flicker::render_observation(std::span<const std::byte> observation, protocol::Scene& scene) const {
  ObservationWrapper::render_observation(observation, scene);
  const bool nothing = std::ranges::all_of(observation, [](std::byte byte) { return byte == std::byte{0}; });
  // A grid of nothing is empty already; a cart at 0 would be drawn as if it were seen there.
  if (nothing) scene.shapes.clear();
}

std::vector<std::byte> Flicker::save_state() const {
  const auto inner = ObservationWrapper::save_state();
  std::vector<std::byte> bytes(sizeof now_ + inner.size());
  std::memcpy(bytes.data(), &now_, sizeof now_);
  std::ranges::copy(inner, bytes.begin() + sizeof now_);
  return bytes;
}

void Flicker::restore_state(std::span<const std::byte> state) {
  if (state.size() < sizeof now_) throw std::invalid_argument(spec_.id + ": not a state of this environment");
  ObservationWrapper::restore_state(state.subspan(sizeof now_));
  std::memcpy(&now_, state.data(), sizeof now_);
}

void Flicker::reseed(core::RandomStream stream) {
  ObservationWrapper::reseed(stream);
  now_.random = far_half(stream);
}

}  // namespace qarium::env
