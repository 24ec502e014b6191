#include "engine/agent/rollout/rollout.hpp"

#include <algorithm>

namespace qarium::agent {

Rollout::Rollout(std::size_t observation_bytes, std::size_t environments, std::size_t steps)
    : bytes_(observation_bytes),
      environments_(environments),
      steps_(steps),
      observations_((steps + 1) * environments * observation_bytes),
      taken_(steps * environments) {}

void Rollout::begin_again() {
  const auto all = environments_ * bytes_;
  std::copy_n(observations_.begin() + static_cast<std::ptrdiff_t>(filled_ * all), all, observations_.begin());
  filled_ = 0;
}

std::vector<Segment> Rollout::segments(std::size_t i, bool begins_episode) const {
  std::vector<Segment> all;
  std::size_t begin = 0;
  for (std::size_t t = 0; t < filled_; ++t) {
    if (!step(t, i).over && t + 1 < filled_) continue;
    all.push_back({i, begin, t + 1 - begin, begin > 0 || begins_episode});
    begin = t + 1;
  }
  return all;
}

void Rollout::save(core::ByteWriter& out) const {
  out.put(static_cast<std::uint64_t>(filled_));
  // The observations up to those after the last step, some of which may be there already.
  const auto shown = std::min(filled_ + 1, steps_ + 1) * environments_ * bytes_;
  out.put_bytes({observations_.data(), shown});
  for (std::size_t k = 0; k < filled_ * environments_; ++k) {
    const auto& its = taken_[k];
    out.put(its.action);
    for (const float number : {its.reward, its.value, its.log_probability, its.final_value})
      out.put(number);
    out.put(static_cast<std::uint8_t>(its.terminal));
    out.put(static_cast<std::uint8_t>(its.over));
  }
}

void Rollout::restore(core::ByteReader& in) {
  const auto filled = in.get<std::uint64_t>();
  in.require(filled <= steps_, "holds a longer rollout than n_steps");
  filled_ = filled;
  const auto shown = in.take((filled_ + 1) * environments_ * bytes_);
  std::ranges::copy(shown, observations_.begin());
  for (std::size_t k = 0; k < filled_ * environments_; ++k) {
    auto& its = taken_[k];
    its.action = in.get<std::int32_t>();
    for (auto* number : {&its.reward, &its.value, &its.log_probability, &its.final_value})
      *number = in.get<float>();
    its.terminal = in.get_flag();
    its.over = in.get_flag();
  }
}

}  // namespace qarium::agent
