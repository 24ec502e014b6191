#include "tests/panel/rig.hpp"

namespace qarium::transport_test {

TEST_CASE("clicking pause while learning asks to pause, and to run while paused") {
  Rig rig;
  rig.click("transport.pause");
  REQUIRE(rig.sent<protocol::Pause>().size() == 1);
  REQUIRE(rig.sent<protocol::Run>().empty());

  rig.trainer.status.activity = protocol::Activity::Paused;
  rig.click("transport.pause");
  REQUIRE(rig.sent<protocol::Pause>().size() == 1);
  REQUIRE(rig.sent<protocol::Run>().size() == 1);
  REQUIRE(rig.commands.size() == 2);
}

TEST_CASE("the step buttons advance by one of their unit") {
  Rig rig;
  rig.click("transport.step");
  rig.click("transport.update");
  rig.click("transport.episode");
  const auto steps = rig.sent<protocol::Step>();
  REQUIRE(steps.size() == 3);
  REQUIRE(steps[0].unit == protocol::Unit::EnvironmentStep);
  REQUIRE(steps[1].unit == protocol::Unit::Update);
  REQUIRE(steps[2].unit == protocol::Unit::Episode);
  for (const auto& step : steps)
    REQUIRE(step.n == 1);
}

TEST_CASE("the stage plays, halts and moves by steps") {
  Rig rig;
  rig.click("transport.play");
  REQUIRE(rig.sent<protocol::Halt>().size() == 1);
  rig.stage = fakes::stage(50);
  rig.frame();
  rig.click("transport.play");
  REQUIRE(rig.sent<protocol::Play>().size() == 1);
  rig.click("transport.back");
  rig.click("transport.forward");
  const auto moves = rig.sent<protocol::StageStep>();
  REQUIRE(moves.size() == 2);
  REQUIRE(moves[0].n == -1);
  REQUIRE(moves[1].n == 1);
}

TEST_CASE("stage speed is chosen from a list") {
  Rig rig;
  rig.click("transport.speed");
  rig.frame();
  rig.click("transport.speed.0.25×");
  rig.click("transport.speed");
  rig.frame();
  rig.click("transport.speed.max");
  const auto speeds = rig.sent<protocol::Speed>();
  REQUIRE(speeds.size() == 2);
  REQUIRE(speeds[0].factor == 0.25);
  REQUIRE(speeds[1].factor == protocol::kUnlimitedSpeed);
}

TEST_CASE("the scrubber seeks where it is clicked, within what is kept") {
  Rig rig;
  rig.stage.first = 1'000;
  rig.click("transport.scrubber", 0.5F, 0.5F);
  auto seeks = rig.sent<protocol::Seek>();
  REQUIRE(seeks.size() == 1);
  const auto middle = (rig.stage.first + rig.stage.last) / 2;
  REQUIRE(std::abs(seeks[0].index - middle) < 30);

  rig.click("transport.scrubber", 0.0F, 0.5F);
  REQUIRE(rig.sent<protocol::Seek>().back().index == rig.stage.first);
}

TEST_CASE("dragging the scrubber seeks along the way and ends where it is let go") {
  Rig rig;
  rig.drag("transport.scrubber", 0.8F, 0.2F, 40);
  const auto seeks = rig.sent<protocol::Seek>();
  REQUIRE(seeks.size() > 4);
  REQUIRE(seeks.size() < 40);
  for (const auto& seek : seeks) {
    REQUIRE(seek.index >= rig.stage.first);
    REQUIRE(seek.index <= rig.stage.last);
  }
  const auto expected = static_cast<double>(rig.stage.last) * 0.2;
  REQUIRE(std::abs(static_cast<double>(seeks.back().index) - expected) < 60);
}

TEST_CASE("with no past there is nothing to seek") {
  Rig rig;
  rig.stage.first = rig.stage.last = 0;
  rig.click("transport.scrubber", 0.3F);
  REQUIRE(rig.commands.empty());
}

TEST_CASE("resume needs a moment in the past whose state is kept") {
  Rig rig;
  rig.click("transport.resume");
  REQUIRE(rig.commands.empty());

  rig.stage = fakes::stage(132);
  rig.frame();
  rig.click("transport.resume");
  rig.click("transport.branch");
  REQUIRE(rig.sent<protocol::Resume>().size() == 1);
  REQUIRE(rig.sent<protocol::Branch>().size() == 1);

  rig.stage.can_resume = false;
  rig.frame();
  rig.click("transport.resume");
  rig.click("transport.branch");
  REQUIRE(rig.commands.size() == 2);
}

TEST_CASE("an action can be taken over from the transport and from the action values") {
  Rig rig;
  rig.click("transport.take_over");
  rig.frame();
  rig.click("transport.take_over.right");
  REQUIRE(rig.sent<protocol::Act>().size() == 1);
  REQUIRE(rig.sent<protocol::Act>()[0].action == 3);
  rig.frame(3);
  rig.click("action_values.take.down");
  REQUIRE(rig.sent<protocol::Act>().back().action == 4);
  rig.click("transport.new_episode");
  REQUIRE(rig.sent<protocol::NewEpisode>().size() == 1);
}

TEST_CASE("the history beside the bars seeks, and moves the one time cursor") {
  Rig rig;
  rig.point("action_values.history", 0.5F);
  rig.frame();
  REQUIRE(rig.view.transient.hovered_moment.has_value());
  rig.click("action_values.history", 0.01F);
  REQUIRE(rig.sent<protocol::Seek>().size() == 1);
  REQUIRE(rig.sent<protocol::Seek>()[0].index == rig.stage.history.front().index);
}

TEST_CASE("how random the watched agent acts is chosen beside its values") {
  Rig rig;
  rig.click("action_values.epsilon");
  rig.frame();
  rig.click("action_values.epsilon.5 % random");
  REQUIRE(rig.sent<protocol::StageEpsilon>().size() == 1);
  REQUIRE(rig.sent<protocol::StageEpsilon>()[0].epsilon == 0.05);
}

}  // namespace qarium::transport_test
