#include "engine/env/vector_environment.hpp"

#include <cassert>
#include <string>

#include "engine/core/error.hpp"
#include "engine/env/registry.hpp"

namespace qarium::env {
namespace {

constexpr std::uint32_t kEpisodesPerCopy = 1U << 20;
constexpr std::int64_t kMaxCopies = (std::int64_t{1} << 32) / kEpisodesPerCopy;

}  // namespace

VectorEnvironment::VectorEnvironment(const config::EnvironmentOptions& options, std::int64_t n, std::uint64_t seed,
                                     core::Purpose purpose)
    : seed_(seed), purpose_(purpose) {
  if (n < 1 || n > kMaxCopies) {
    throw core::UserError("n_envs = " + std::to_string(n) + ": allowed are 1 to " + std::to_string(kMaxCopies));
  }
  const auto copies = static_cast<std::size_t>(n);
  environments_ = make(options, copies);
  episodes_.assign(copies, 0);
}

void VectorEnvironment::reset(std::size_t i) {
  reset(i, episodes_[i]);
}

void VectorEnvironment::reset(std::size_t i, std::uint32_t number) {
  const auto episode = number % kEpisodesPerCopy;
  environments_[i]->reset({seed_, purpose_, static_cast<std::uint32_t>(i) * kEpisodesPerCopy + episode});
  episodes_[i] = episode + 1;
}

void VectorEnvironment::step(std::span<const int> actions, std::span<StepResult> results) {
  assert(actions.size() == size() && results.size() == size());
  for (std::size_t i = 0; i < environments_.size(); ++i)
    environments_[i]->anticipate(actions[i]);
  for (std::size_t i = 0; i < environments_.size(); ++i)
    results[i] = environments_[i]->step(actions[i]);
}

}  // namespace qarium::env
