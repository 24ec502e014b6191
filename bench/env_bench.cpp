// usage: qarium_env_bench [SECONDS [BATCH IDS...]]
//
// How many steps a second environments make as a batch: each step with its observation written to its place, and
// episodes that are over begun anew. Without ids the games of MinAtar, on one core. One line each: the id and the steps
// a second.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "engine/env/registry.hpp"
#include "engine/env/vector_environment.hpp"

namespace {

using namespace qarium;

constexpr std::int64_t kBatch = 64;
constexpr std::size_t kRoundsOfActions = 512;

double steps_per_second(std::string_view id, std::int64_t copies, double seconds) {
  config::EnvironmentOptions options;
  options.id = id;
  env::VectorEnvironment batch(options, copies, 1, core::Purpose::Environment);
  const auto bytes = batch.spec().observation_space.bytes();
  std::vector<std::byte> observations(batch.size() * bytes);
  std::vector<env::StepResult> results(batch.size());
  core::RandomStream random(1, core::Purpose::Test, 0);
  std::vector<std::vector<int>> actions(kRoundsOfActions, std::vector<int>(batch.size()));
  for (auto& round : actions) {
    for (auto& action : round)
      action = static_cast<int>(random.below(static_cast<std::uint32_t>(batch.spec().action_space.n())));
  }
  for (std::size_t i = 0; i < batch.size(); ++i)
    batch.reset(i);
  std::int64_t steps = 0;
  const auto began = std::chrono::steady_clock::now();
  double taken = 0;
  do {
    for (const auto& round : actions) {
      batch.step(round, results);
      for (std::size_t i = 0; i < batch.size(); ++i) {
        if (results[i].over()) batch.reset(i);
        batch.observe(i, std::span(observations).subspan(i * bytes, bytes));
      }
    }
    steps += static_cast<std::int64_t>(kRoundsOfActions) * copies;
    taken = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  } while (taken < seconds);
  return static_cast<double>(steps) / taken;
}

}  // namespace

int main(int count, char** arguments) {
  const double seconds = count > 1 ? std::atof(arguments[1]) : 1;
  const std::int64_t copies = count > 2 ? std::atoll(arguments[2]) : kBatch;
  std::vector<std::string> ids(arguments + std::min(count, 3), arguments + count);
  if (ids.empty()) {
    for (const auto id : env::ids()) {
      if (id.starts_with("MinAtar/") && id.ends_with("-v0")) ids.emplace_back(id);
    }
  }
  for (const auto& id : ids)
    std::printf("%s %.0f\n", id.c_str(), steps_per_second(id, copies, seconds));
}
