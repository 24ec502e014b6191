// The critic's attention over past states: bars, exact values, frames of the states that weigh most.
#include "tests/panel/rig.hpp"

namespace qarium::critic_test {
namespace {

/// A window of `window` states, the first of which has most of the weight.
void weigh(Rig& rig, int window) {
  rig.trainer.hyperparameters.algorithm = "ppo";
  rig.trainer.hyperparameters.critic = "attention";
  rig.trainer.hyperparameters.critic_window = window;
  protocol::CriticView critic;
  critic.window = window;
  const float rest = 0.4F / static_cast<float>(window - 1);
  for (int k = 0; k < window; ++k) {
    critic.weights.push_back(k == 0 ? 0.6F : rest);
    critic.state_values.push_back(k == 0 ? 0.5F : -0.25F);
  }
  rig.stage.critic = critic;
}

}  // namespace

TEST_CASE("the critic's attention tells V, its limits, and the exact weight under the pointer") {
  Rig rig(1600, 900);
  CHECK_FALSE(rig.shows("critic.alpha"));
  weigh(rig, 5);
  rig.frame(2);
  CHECK(rig.says("5 of the last 5 states"));
  CHECK(rig.says("V(s) 0.2000"));
  CHECK(rig.says("0.60"));
  rig.point("critic.alpha", 0.01F);
  rig.frame(2);
  CHECK(rig.says("t - 4: alpha 0.6000, v 0.5000"));
  rig.point("critic.alpha", 0.99F);
  rig.frame(2);
  CHECK(rig.says("now: alpha 0.1000, v -0.2500"));
}

TEST_CASE("frames of the states that weigh most stand in a strip with the present one, and a click goes there") {
  for (const float width : {1280.0F, 1600.0F}) {
    INFO(width);
    Rig rig(width, width > 1300 ? 900 : 720);
    weigh(rig, 100);
    rig.frame(2);
    CHECK(rig.shows("critic.frame.99"));
    CHECK(rig.shows("critic.frame.0"));
    const auto recalls = rig.sent<protocol::Recall>();
    REQUIRE_FALSE(recalls.empty());
    const auto& asked = recalls.back().indices;
    CHECK(asked.size() <= protocol::kRecallLimit);
    CHECK(std::ranges::find(asked, rig.stage.moment.index - 99) != asked.end());
    CHECK(rig.area("critic.frame.99").max.x <= rig.area("critic.frame.0").min.x);
    CHECK(rig.area("critic.frame.0").max.x <= rig.area("critic.alpha").max.x + 1);
    CHECK(rig.area("critic.alpha").height() >= 20);
    rig.click("critic.frame.99");
    const auto seeks = rig.sent<protocol::Seek>();
    REQUIRE_FALSE(seeks.empty());
    CHECK(seeks.back().index == rig.stage.moment.index - 99);
  }
}

}  // namespace qarium::critic_test
