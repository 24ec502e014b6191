// What is remembered decides what is done: states exchanged, slots erased, writes frozen.
#include <torch/torch.h>

#include <algorithm>
#include <memory>
#include <string>

#include "engine/core/error.hpp"
#include "engine/inspect/intervention_study.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning.hpp"

namespace qarium::inspect_intervention_study_test {
namespace {

/// An agent, drawn until one comes whose last action goes with what it remembers of the cue.
std::unique_ptr<agent::NetworkPolicy> policy_that_chooses(const config::Hyperparameters& h,
                                                          const inspect::InterventionStudyRequest& request) {
  for (std::uint32_t draw = 0; draw < 600; ++draw) {
    auto policy = std::make_unique<agent::NetworkPolicy>(h, tests::spec_of(h), torch::kCPU, draw);
    try {
      const auto report = inspect::intervene(h, *policy, request);
      if (report.pairs > request.episodes / 4 && report.follows.front().share >= 0.9) return policy;
    } catch (const core::UserError&) {  // on purpose: too few pairs
    }
  }
  return nullptr;
}

}  // namespace

TEST_CASE("choices follow an exchanged state, and come back when it is undone", "[inspect]") {
  for (const std::string kind : {"ntm", "gru"}) {
    INFO(kind);
    auto h = tests::small_maze(kind);
    h.environment.corridor_length = 2;
    h.memory.controller = "feedforward";
    const inspect::InterventionStudyRequest request{24, 1, 5};
    const auto policy = policy_that_chooses(h, request);
    REQUIRE(policy);
    const auto report = inspect::intervene(h, *policy, request);
    CHECK(report.episodes == 24);
    std::int64_t choices = 0;
    for (const auto count : report.choices)
      choices += count;
    CHECK(choices == 24);
    REQUIRE(report.follows.size() == policy->network().state_names().size() + 1);
    CHECK(report.follows.front().what == "all");
    CHECK(report.follows.front().share >= 0.9);
    CHECK(report.kept_when_undone == 1);
    CHECK(report.kept_when_frozen <= 0.75);  // what is never written cannot decide: chance, of 24 episodes
    if (kind == "gru") {
      CHECK(report.carriers.empty());
      CHECK(report.random_sets == 0);
      continue;
    }
    CHECK_FALSE(report.carriers.empty());
    CHECK(std::is_sorted(report.carriers.begin(), report.carriers.end()));
    CHECK((report.kept_without_carriers <= 0.55 || report.carriers.size() == 5));
    CHECK(report.random_sets > 0);
  }
}

TEST_CASE("where there is nothing to intervene in, it is said", "[inspect]") {
  auto h = tests::small_maze("none");
  agent::NetworkPolicy none(h, tests::spec_of(h), torch::kCPU);
  CHECK_THROWS_AS(inspect::intervene(h, none, {}), core::UserError);
  h = tests::small_maze("lstm");
  agent::NetworkPolicy policy(h, tests::spec_of(h), torch::kCPU);
  CHECK_THROWS_WITH(inspect::intervene(h, policy, {8, 20, 1}), ContainsSubstring("--step"));
  CHECK_THROWS_WITH(inspect::intervene(h, policy, {1, 0, 1}), ContainsSubstring("2 episodes"));
}

}  // namespace qarium::inspect_intervention_study_test
