#include "tests/panel/rig.hpp"
#include "widgets/learn/learn_state.hpp"
#include "widgets/parts/scene_view.hpp"
#include "widgets/update/update_state.hpp"

namespace qarium::canvas_test {
namespace {

std::size_t calls(const Rig& rig, std::string_view prefix) {
  return static_cast<std::size_t>(std::count_if(rig.canvas.calls.begin(), rig.canvas.calls.end(),
                                                [&](const auto& call) { return call.key.starts_with(prefix); }));
}

}  // namespace

TEST_CASE("the stage is one grid on the canvas, in whole square cells") {
  Rig rig;
  REQUIRE(calls(rig, "stage") == 1);
  const auto& call = rig.canvas.calls.front();
  REQUIRE(call.rows == 10);
  const float cell = call.area.width() / 10;
  REQUIRE(cell == std::floor(cell));
  REQUIRE(call.area.width() == call.area.height());
  REQUIRE(cell >= 20);
}

TEST_CASE("the whole batch is offered to the canvas under one key") {
  Rig rig;
  REQUIRE(calls(rig, "replay") == rig.trainer.replay->batch.size());
}

TEST_CASE("the strip of samples has room for every number in full") {
  Rig rig;
  const float before = rig.area("replay.sample.0").width();
  for (auto& sample : rig.trainer.replay->batch)
    sample.td_error = -1234567.0F;
  rig.frame(2);
  REQUIRE(rig.area("replay.sample.0").width() > before);
  REQUIRE(rig.area("replay.sample.1").min.x >= rig.area("replay.sample.0").max.x);
}

TEST_CASE("shapes keep their aspect and need no canvas") {
  const auto scene = fakes::cartpole_scene(3);
  const auto area = widgets::scene_area(scene, {{0, 0}, {400, 300}});
  REQUIRE(area.width() / area.height() == Approx(4.8 / 2.2).epsilon(0.02));
  Rig rig;
  rig.stage.scene = scene;
  rig.frame();
  REQUIRE(calls(rig, "stage") == 0);
}

TEST_CASE("clicking a sample shows its transition, which stays while the batch moves on") {
  Rig rig;
  rig.trainer.update.reset();
  rig.click("replay.sample.3");
  rig.frame(2);
  REQUIRE(rig.view.workspace == "update");
  const auto& state = rig.view.of<widgets::UpdateState>();
  REQUIRE(state.number == 3);
  const float target = state.shown->samples[3].target;
  REQUIRE(target == rig.trainer.replay->batch[3].target);
  REQUIRE(calls(rig, "update.before") == 1);
  REQUIRE(calls(rig, "update.after") == 1);
  rig.trainer.replay->batch.clear();
  auto next = fakes::update();
  next.basis.position.updates += 4;
  for (auto& sample : next.samples)
    sample.target += 1;
  rig.trainer.update = std::make_shared<const protocol::UpdateView>(next);
  rig.frame(2);
  REQUIRE(state.shown->samples[3].target == target);
  rig.key(widgets::Key::Escape);
  REQUIRE(rig.view.workspace == "learn");
}

TEST_CASE("samples are sorted by error or by age") {
  Rig rig;
  rig.click("replay.sort");
  rig.frame();
  rig.click("replay.sort.by |TD error|");
  REQUIRE(rig.view.of<widgets::LearnState>().replay_sort == widgets::ReplaySort::TdError);
  rig.frame();
  const auto& batch = rig.trainer.replay->batch;
  const auto& order = rig.view.of<widgets::LearnState>().sample_order;
  for (std::size_t i = 1; i < order.size(); ++i) {
    REQUIRE(std::abs(batch[order[i - 1]].td_error) >= std::abs(batch[order[i]].td_error));
  }
  rig.view.of<widgets::LearnState>().replay_sort = widgets::ReplaySort::Age;
  rig.frame();
  for (std::size_t i = 1; i < order.size(); ++i)
    REQUIRE(batch[order[i - 1]].age <= batch[order[i]].age);
}

}  // namespace qarium::canvas_test
