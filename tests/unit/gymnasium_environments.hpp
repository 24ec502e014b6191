#pragma once
/// What the tests of the bridge to Gymnasium share: environments of tests/gymnasium, and ways to look at them.

#include <signal.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/env/gymnasium/gymnasium_environment.hpp"
#include "engine/env/registry.hpp"
#include "tests/catch.hpp"

namespace qarium::tests {

using env::gymnasium::EnvironmentFailure;
using env::gymnasium::GymnasiumEnvironment;
using env::gymnasium::SharedWorker;

/// Whether there is a Python with gymnasium here; says why not, once a test.
inline bool available() {
  setenv("PYTHONPATH", QARIUM_SOURCE_DIR "/tests/gymnasium", 1);
  try {
    env::gymnasium::find_interpreter();
    return true;
  } catch (const core::UserError& error) {
    WARN("skipped: " << error.what());
    return false;
  }
}

inline config::EnvironmentOptions options_for(const std::string& name) {
  config::EnvironmentOptions options;
  options.id = "gym:qarium_test_envs:" + name + "-v0";
  options.step_timeout = 2;
  return options;
}

/// An environment whose worker can be reached.
struct Reachable {
  explicit Reachable(const std::string& name, double patience = 2, std::size_t slots = 1)
      : shared(std::make_shared<SharedWorker>(
            env::gymnasium::WorkerOrder{.interpreter = env::gymnasium::find_interpreter(),
                                        .id = "qarium_test_envs:" + name + "-v0",
                                        .slots = slots,
                                        .patience = {.start = 60, .answer = patience}})),
        environment(shared, 0) {
    environment.reset({1, core::Purpose::Test, 0});
  }

  std::shared_ptr<SharedWorker> shared;
  GymnasiumEnvironment environment;
};

inline std::vector<float> numbers(const env::Environment& environment) {
  std::vector<std::byte> bytes(environment.spec().observation_space.bytes());
  environment.observe(bytes);
  std::vector<float> all(bytes.size() / sizeof(float));
  std::memcpy(all.data(), bytes.data(), bytes.size());
  return all;
}

inline std::vector<int> bytes_of(const env::Environment& environment) {
  std::vector<std::byte> bytes(environment.spec().observation_space.bytes());
  environment.observe(bytes);
  std::vector<int> all;
  for (const auto byte : bytes)
    all.push_back(std::to_integer<int>(byte));
  return all;
}

/// What so many steps lead to: rewards and observations, one after another.
inline std::vector<float> play(env::Environment& environment, int steps) {
  std::vector<float> seen;
  for (int i = 0; i < steps; ++i) {
    const auto result = environment.step((i * 7 + i / 3) % environment.spec().action_space.n());
    seen.push_back(result.reward);
    for (const float number : numbers(environment))
      seen.push_back(number);
    if (result.over()) break;
  }
  return seen;
}

/// Steps until the environment fails; its words.
inline std::string words_of_failure(env::Environment& environment) {
  for (int i = 0; i < 200; ++i) {
    try {
      environment.step(0);
    } catch (const EnvironmentFailure& failure) {
      return failure.what();
    }
  }
  return "it did not fail";
}

inline bool runs(pid_t process) {
  return kill(process, 0) == 0;
}

inline int open_descriptors() {
  int count = 0;
  for ([[maybe_unused]] const auto& one : std::filesystem::directory_iterator("/proc/self/fd"))
    ++count;
  return count;
}

}  // namespace qarium::tests
