// When a row of the hyperparameter table applies.
#include <algorithm>
#include <memory>
#include <string_view>

#include "engine/config/configuration.hpp"
#include "engine/config/hyperparameters.hpp"
#include "tests/catch.hpp"

namespace qarium::config_conditions_test {

using config::Hyperparameters;

TEST_CASE("conditions name hyperparameters and values that there are, and none waits for itself") {
  for (const auto& row : config::parameters()) {
    INFO(row.name);
    for (const auto& condition : row.when) {
      INFO(condition.name);
      CHECK(condition.name != row.name);
      const auto& other = config::parameter(condition.name);
      // What it hangs on must itself hold: a row repeats the conditions of those that it names.
      for (const auto& inherited : other.when)
        CHECK(std::ranges::any_of(row.when, [&](const auto& its) {
          return its.name == inherited.name && its.values == inherited.values && its.unless == inherited.unless;
        }));
      CHECK_FALSE(condition.values.empty());
      for (const auto value : condition.values)
        CHECK_NOTHROW(config::set(*std::make_unique<Hyperparameters>(), other, config::parse(other, value)));
    }
    CHECK(config::conditions(row).empty() == row.when.empty());
  }
}

TEST_CASE("a row applies where its conditions hold") {
  Hyperparameters h;
  const auto applies = [&](std::string_view name) { return config::applies(h, config::parameter(name)); };
  CHECK(applies("learning_rate"));
  CHECK(applies("memory.kind"));
  CHECK_FALSE(applies("memory.slots"));
  CHECK_FALSE(applies("memory.hidden"));
  CHECK_FALSE(applies("sequence_length"));
  h.memory.kind = "dnc";
  CHECK(applies("memory.slots"));
  CHECK(applies("memory.hidden"));
  CHECK(applies("sequence_length"));
  CHECK_FALSE(applies("memory.write_heads"));
  CHECK_FALSE(applies("memory.score"));
  h.memory.kind = "temporal";
  CHECK_FALSE(applies("memory.slots"));
  CHECK(applies("memory.score"));
  CHECK_FALSE(applies("attention.query"));
  h.attention.kind = "dot";
  CHECK(applies("attention.query"));
  CHECK_FALSE(applies("attention.heads"));
  CHECK_FALSE(applies("attention.blocks"));
  h.attention.kind = "transformer";
  CHECK(applies("attention.heads"));
  CHECK(applies("attention.blocks"));
  CHECK(applies("adam_beta1"));
  CHECK_FALSE(applies("rmsprop_alpha"));
  h.optimizer = "rmsprop_centered";
  CHECK_FALSE(applies("adam_beta1"));
  CHECK(applies("rmsprop_alpha"));
  CHECK_FALSE(applies("prioritized_replay_alpha"));
  h.prioritized_replay = true;
  CHECK(applies("prioritized_replay_alpha"));
  CHECK(applies("encoder.width"));
  h.encoder.kind = "grid_conv";
  CHECK_FALSE(applies("encoder.width"));
  CHECK(applies("encoder.channels"));
  CHECK(applies("environment.mask_velocity"));
  CHECK_FALSE(applies("environment.corridor_length"));
  h.environment.id = "tmaze_active";
  CHECK_FALSE(applies("environment.mask_velocity"));
  CHECK(applies("environment.corridor_length"));
  CHECK(applies("environment.flicker_prob"));
}

TEST_CASE("conditions are told in words") {
  CHECK(config::conditions(config::parameter("learning_rate")).empty());
  CHECK(config::conditions(config::parameter("memory.slots")) == "memory.kind is ntm, dnc or mann");
  CHECK(config::conditions(config::parameter("memory.order")) == "memory.kind is ntm");
  CHECK(config::conditions(config::parameter("memory.hidden")) == "memory.kind is not none");
  CHECK(config::conditions(config::parameter("rmsprop_alpha")) ==
        "algorithm is not stream_q and optimizer is rmsprop or rmsprop_centered");
}

}  // namespace qarium::config_conditions_test
