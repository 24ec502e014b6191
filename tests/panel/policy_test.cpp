// The panel of a family with a critic: the policy's probabilities, its entropy and V in place of action values.
#include <cmath>
#include <numeric>

#include "engine/config/presets.hpp"
#include "tests/panel/rig.hpp"
#include "widgets/learn/shown_values.hpp"
#include "widgets/parts/format.hpp"

namespace qarium::policy_test {

TEST_CASE("logits are shown as probabilities, action values as they are") {
  protocol::StageSnapshot stage;
  stage.moment.action_values = {1, 2, 4};
  stage.history = {stage.moment, stage.moment};
  stage.history[1].action_values = {0, 0, 0};
  const widgets::ShownValues values(stage, false);
  CHECK(values.moment[2] == 4);
  const widgets::ShownValues policy(stage, true);
  const double sum = std::exp(1) + std::exp(2) + std::exp(4);
  CHECK(policy.moment[0] == Approx(std::exp(1) / sum));
  CHECK(policy.moment[2] == Approx(std::exp(4) / sum));
  CHECK(policy.now.empty());
  CHECK(policy.history[0][1] == policy.moment[1]);
  CHECK(policy.history[1][1] == Approx(1.0 / 3));
  double entropy = 0;
  for (const double logit : {1.0, 2.0, 4.0})
    entropy -= std::exp(logit) / sum * std::log(std::exp(logit) / sum);
  CHECK(policy.entropy() == Approx(entropy));
}

TEST_CASE("with a critic the panel is the policy's, and nothing speaks of replay") {
  Rig rig(1600, 900);
  rig.frame(2);
  CHECK(rig.says("Action values"));
  CHECK_FALSE(rig.says("Policy"));
  rig.trainer.hyperparameters = config::preset("cartpole-ppo").hyperparameters;
  rig.trainer.status.rollout_steps = 20;
  rig.trainer.status.rollout_length = 32;
  rig.stage.moment.state_value = 41.25F;
  rig.frame(2);
  CHECK(rig.says("Policy"));
  CHECK(rig.says("V 41.25"));
  CHECK(rig.says("policy and V"));
  CHECK(rig.says("This algorithm keeps no replay"));
  CHECK(rig.says("20 / 32"));
  CHECK_FALSE(rig.says("Action values"));
}

}  // namespace qarium::policy_test
