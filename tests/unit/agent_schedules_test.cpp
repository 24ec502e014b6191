// Exploration and importance schedules: where they begin and end, and their shape between.
#include <cmath>
#include <cstdint>

#include "engine/agent/schedules.hpp"
#include "tests/catch.hpp"

namespace qarium::agent_schedules_test {
namespace {

config::Hyperparameters schedule(const std::string& kind) {
  config::Hyperparameters h;
  h.n_timesteps = 10'000;
  h.exploration_initial_eps = 0.8;
  h.exploration_final_eps = 0.05;
  h.exploration_fraction = 0.2;
  h.exploration_schedule = kind;
  return h;
}

}  // namespace

TEST_CASE("epsilon goes from its first to its last value over its share of the run and stays there") {
  for (const std::string kind : {"linear", "exponential"}) {
    INFO(kind);
    const auto h = schedule(kind);
    CHECK(agent::epsilon(h, 0) == Approx(0.8));
    CHECK(agent::epsilon(h, 2'000) == Approx(0.05));
    CHECK(agent::epsilon(h, 2'001) == Approx(0.05));
    CHECK(agent::epsilon(h, 1'000'000) == Approx(0.05));
    for (std::int64_t step = 1; step <= 2'000; ++step) {
      REQUIRE(agent::epsilon(h, step) < agent::epsilon(h, step - 1));
    }
  }
}

TEST_CASE("a linear schedule falls by equal amounts, an exponential one by equal factors") {
  const auto linear = schedule("linear");
  CHECK(agent::epsilon(linear, 500) == Approx(0.8 - 0.75 / 4));
  CHECK(agent::epsilon(linear, 1'000) == Approx(0.425));
  const auto exponential = schedule("exponential");
  const double factor = agent::epsilon(exponential, 1) / agent::epsilon(exponential, 0);
  CHECK(agent::epsilon(exponential, 1'000) == Approx(std::sqrt(0.8 * 0.05)));
  for (const std::int64_t step : {10, 500, 1'999}) {
    CHECK(agent::epsilon(exponential, step + 1) / agent::epsilon(exponential, step) == Approx(factor));
  }
}

TEST_CASE("schedules without length or height are constant") {
  auto h = schedule("linear");
  h.exploration_fraction = 0;
  CHECK(agent::epsilon(h, 0) == Approx(0.05));
  h.exploration_schedule = "exponential";
  CHECK(agent::epsilon(h, 0) == Approx(0.05));
  h.exploration_fraction = 0.5;
  h.exploration_initial_eps = h.exploration_final_eps = 0.3;
  CHECK(agent::epsilon(h, 1'234) == Approx(0.3));
  h.exploration_schedule = "linear";
  h.exploration_initial_eps = h.exploration_final_eps = 0;
  CHECK(agent::epsilon(h, 1'234) == 0);
}

TEST_CASE("the importance exponent reaches 1 at the end of the run") {
  auto h = schedule("linear");
  h.prioritized_replay_beta0 = 0.4;
  CHECK(agent::importance_beta(h, 0) == Approx(0.4));
  CHECK(agent::importance_beta(h, 5'000) == Approx(0.7));
  CHECK(agent::importance_beta(h, 10'000) == Approx(1.0));
  CHECK(agent::importance_beta(h, 20'000) == Approx(1.0));
}

}  // namespace qarium::agent_schedules_test
