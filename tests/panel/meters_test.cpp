// What a learner has and has not, in the row of blocks; and an eligibility trace on the blocks' pages.
#include "tests/panel/rig.hpp"

namespace qarium::meters_test {
namespace {

std::shared_ptr<protocol::LearnerHealth> health_of(const Rig& rig) {
  auto health = std::make_shared<protocol::LearnerHealth>();
  if (rig.trainer.health) *health = *rig.trainer.health;
  return health;
}

void stream(Rig& rig, std::int64_t live) {
  rig.trainer.hyperparameters.algorithm = "stream_q";
  rig.trainer.status.replay_capacity = rig.trainer.status.replay_size = 0;
  auto health = health_of(rig);
  health->target_copies = -1;
  health->trace = {{core::Stage::Encoder, "linear0.weight", 100, live, 0.5},
                   {core::Stage::Head, "q.0.weight", 100, 100, 2.0}};
  rig.trainer.health = health;
}

/// The words that a meter shows.
std::string words_in(const Rig& rig, const widgets::Rect& area) {
  std::string words;
  for (const auto& text : rig.texts()) {
    const auto at = text.area.centre();
    if (at.x >= area.min.x && at.x <= area.max.x && at.y >= area.min.y && at.y <= area.max.y) words += text.text + " ";
  }
  return words;
}

}  // namespace

TEST_CASE("the row of blocks says which parts each learner has, and which it has not") {
  for (const float width : {1280.0F, 1600.0F}) {
    INFO(width);
    Rig rig(width, width > 1300 ? 900 : 720, 1, Rig::Faces::Real);
    rig.trainer.status.replay_size = 4'000;
    rig.trainer.status.replay_capacity = 10'000;
    auto health = health_of(rig);
    health->target_copies = 3;
    health->target_distance = 0.0125;
    rig.trainer.health = health;
    const auto meter = [&](const char* name) { return words_in(rig, rig.area(std::string("pipeline.meter.") + name)); };
    rig.frame(2);
    CHECK(meter("replay") == "replay 4 k ");
    CHECK(meter("target").starts_with("target 1.2"));
    CHECK(meter("rollout") == "rollout none ");
    CHECK(meter("trace") == "trace none ");
    CHECK(rig.area("pipeline.meter.trace").max.x <= width);
    for (const char* stage : {"encoder", "attention", "memory", "fusion", "head"})
      CHECK(rig.area(std::string("pipeline.") + stage).max.x <= rig.area("pipeline.meter.replay").min.x);

    stream(rig, 25);
    rig.frame(2);
    CHECK(meter("replay") == "replay none ");
    CHECK(meter("target") == "target none ");
    CHECK(meter("trace") == "trace 2.06 ");

    rig.trainer.hyperparameters.algorithm = "ppo";
    rig.trainer.network->blocks.back().kind = "policy_and_value";
    health = health_of(rig);
    health->trace.clear();
    rig.trainer.health = health;
    rig.trainer.status.rollout_steps = 12;
    rig.trainer.status.rollout_length = 32;
    rig.frame(2);
    CHECK(meter("rollout") == "rollout 12 ");
    CHECK(rig.says("policy_and_value"));
    CHECK(meter("trace") == "trace none ");
    rig.point("pipeline.meter.rollout");
    rig.frame(60);
    CHECK(rig.says("12 of 32"));
  }
}

TEST_CASE("before the learner was looked at no part of it is denied") {
  Rig rig(1600, 900);
  rig.trainer.health.reset();
  rig.frame(2);
  CHECK(words_in(rig, rig.area("pipeline.meter.target")).find("none") == std::string::npos);
  CHECK(words_in(rig, rig.area("pipeline.meter.trace")).find("none") == std::string::npos);
  rig.point("pipeline.meter.trace");
  rig.frame(60);
  CHECK(rig.says("not been looked at yet"));
}

TEST_CASE("a block's page shows the eligibility trace of its parameters as it changes") {
  Rig rig(1600, 900);
  rig.click("pipeline.encoder");
  CHECK_FALSE(rig.says("ELIGIBILITY TRACE"));
  stream(rig, 25);
  rig.frame(2);
  CHECK(rig.says("ELIGIBILITY TRACE"));
  CHECK(rig.shows("block.trace.linear0.weight"));
  CHECK_FALSE(rig.shows("block.trace.q.0.weight"));
  CHECK(rig.says("25 % live"));
  stream(rig, 60);
  rig.frame(2);
  CHECK(rig.says("60 % live"));
}

}  // namespace qarium::meters_test
