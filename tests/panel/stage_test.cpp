// The learner's own environment on the stage.
#include "tests/panel/rig.hpp"

namespace qarium::stage_test {

TEST_CASE("the learner's own environment is drawn, and asked for, only where it is chosen") {
  Rig rig;
  const auto asked = [&] { return protocol::wants(widgets::window_needs(rig.view), protocol::Part::LearnerStage); };
  const auto drawn = [&](std::string_view key) {
    return std::any_of(rig.canvas.calls.begin(), rig.canvas.calls.end(),
                       [&](const auto& call) { return call.key == key; });
  };
  rig.frame(2);
  CHECK_FALSE(asked());
  rig.click("stage.learner");
  rig.frame();
  CHECK(asked());
  CHECK(rig.says("learning is about to begin"));

  protocol::LearnerMoment moment;
  moment.scene = *rig.stage.scene;
  moment.step = 41;
  moment.return_so_far = 6;
  moment.action = 3;
  moment.reward = 1;
  rig.trainer.learner = moment;
  rig.trainer.action_names = rig.stage.action_names;
  rig.canvas.calls.clear();
  rig.frame();
  CHECK(drawn("stage.learner"));
  CHECK_FALSE(drawn("stage"));
  CHECK(rig.says("look only"));
  CHECK(rig.says("step 41"));
  CHECK(rig.says("right"));
  CHECK_FALSE(rig.says("ended the episode"));
  rig.trainer.learner->ended = true;
  rig.frame();
  CHECK(rig.says("ended the episode"));

  // The pictures of the memory are of the watched episode: so is the stage beside them.
  rig.view.workspace = "memory";
  rig.frame(2);
  CHECK_FALSE(asked());
  rig.view.workspace = "learn";
  rig.frame(2);
  rig.click("stage.learner");
  CHECK_FALSE(asked());
}

TEST_CASE("words of a scene are drawn where it says, and small ones are left out") {
  Rig rig;
  protocol::Scene scene;
  scene.right = 10;
  scene.top = 4;
  scene.shapes.emplace_back(protocol::Text{{5, 3}, 1, {200, 200, 200}, "Jordan"});
  scene.shapes.emplace_back(protocol::Text{{5, 1}, 0.01F, {200, 200, 200}, "unseen"});
  scene.shapes.emplace_back(protocol::Text{{5, 2}, 1, {200, 200, 200}, ""});
  rig.stage.scene = scene;
  rig.frame(2);
  CHECK(rig.says("Jordan"));
  CHECK_FALSE(rig.says("unseen"));
}

}  // namespace qarium::stage_test
