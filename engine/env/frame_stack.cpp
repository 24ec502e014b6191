#include "engine/env/frame_stack.hpp"

#include <algorithm>
#include <cassert>
#include <stdexcept>

namespace qarium::env {

FrameStack::FrameStack(std::unique_ptr<Environment> inner, std::int64_t frames)
    : ObservationWrapper(std::move(inner)), frame_(spec_.observation_space.bytes()) {
  assert(frames >= 1);
  auto& space = spec_.observation_space;
  const auto repeat = [&](std::vector<float>& bounds) {
    if (bounds.size() == 1) return;
    const auto one = bounds;
    for (std::int64_t i = 1; i < frames; ++i)
      bounds.insert(bounds.end(), one.begin(), one.end());
  };
  repeat(space.low);
  repeat(space.high);
  space.shape.front() *= frames;
  if (frames > 1) space.parts.clear();  // of no use where they lie once in every frame
  spec_.frames = frames;
  seen_.resize(space.bytes());
}

void FrameStack::reset(core::RandomStream stream) {
  ObservationWrapper::reset(stream);
  ObservationWrapper::observe(newest());
  for (std::size_t at = 0; at + frame_ < seen_.size(); at += frame_)
    std::ranges::copy(newest(), seen_.begin() + static_cast<std::ptrdiff_t>(at));
}

StepResult FrameStack::step(int action) {
  const auto result = ObservationWrapper::step(action);
  std::copy(seen_.begin() + static_cast<std::ptrdiff_t>(frame_), seen_.end(), seen_.begin());
  ObservationWrapper::observe(newest());
  return result;
}

void FrameStack::observe(std::span<std::byte> out) const {
  std::ranges::copy(seen_, out.begin());
}

void FrameStack::render_observation(std::span<const std::byte> observation, protocol::Scene& scene) const {
  ObservationWrapper::render_observation(observation.last(frame_), scene);
}

std::vector<protocol::Landmark> FrameStack::landmarks(std::span<const std::byte> observation) const {
  return ObservationWrapper::landmarks(observation.last(frame_));
}

std::vector<std::byte> FrameStack::save_state() const {
  const auto inner = ObservationWrapper::save_state();
  if (!spec_.capabilities.save_state) return inner;
  auto state = seen_;
  state.insert(state.end(), inner.begin(), inner.end());
  return state;
}

void FrameStack::restore_state(std::span<const std::byte> state) {
  if (state.size() < seen_.size()) throw std::invalid_argument(spec_.id + ": not a state of this environment");
  ObservationWrapper::restore_state(state.subspan(seen_.size()));
  std::ranges::copy(state.first(seen_.size()), seen_.begin());
}

}  // namespace qarium::env
