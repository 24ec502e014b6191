// What a learner has and has not, in the row of blocks; and an eligibility trace on the blocks' pages.
#include <algorithm>
#include <limits>
#include <vector>

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

/// Where something of this colour reaches down to the lower edge of an area, from left to right; empty where nothing.
std::vector<float> places_at_the_bottom(const widgets::Rect& area, ImU32 color) {
  std::vector<float> places;
  const auto* drawn = ImGui::GetDrawData();
  for (int i = 0; i < drawn->CmdListsCount; ++i) {
    for (const auto& vertex : drawn->CmdLists[i]->VtxBuffer) {
      const bool inside = vertex.pos.x >= area.min.x && vertex.pos.x <= area.max.x && vertex.pos.y > area.max.y - 2 &&
                          vertex.pos.y <= area.max.y + 2;
      if (inside && vertex.col == color) places.push_back(vertex.pos.x);
    }
  }
  std::sort(places.begin(), places.end());
  return places;
}

}  // namespace

TEST_CASE("the meter of replay tells how old the oldest transition is, and marks the age of what updates draw") {
  Rig rig(1600, 900);
  rig.trainer.status.replay_size = 8'000;
  rig.trainer.status.replay_capacity = 10'000;
  const auto color = rig.theme.text;
  auto health = health_of(rig);
  rig.trainer.health = health;
  const auto help = [&] {
    rig.point("pipeline.meter.target");
    rig.frame(2);
    rig.point("pipeline.meter.replay");
    rig.frame(60);
  };
  help();
  const auto meter = rig.area("pipeline.meter.replay");
  CHECK(rig.says("8,000 of 10,000"));
  CHECK_FALSE(rig.says("oldest"));
  CHECK(places_at_the_bottom(meter, color).empty());

  for (const double age : {2'500.0, 4'000.4}) {
    INFO(age);
    health = health_of(rig);
    health->oldest_in_replay = 8'250;
    health->sampled_age = age;
    rig.trainer.health = health;
    help();
    CHECK(rig.says("8,250"));
    CHECK(rig.says(age < 3'000 ? "2,500 on average" : "4,000 on average"));
    const auto mark = places_at_the_bottom(meter, color);
    REQUIRE_FALSE(mark.empty());
    const float wanted = meter.min.x + static_cast<float>(age / 10'000) * meter.width();
    CHECK(mark.front() >= wanted - 3);
    CHECK(mark.back() <= wanted + 3);
  }

  // Nothing was drawn yet; then nothing was ever kept.
  health = health_of(rig);
  health->sampled_age = std::numeric_limits<double>::quiet_NaN();
  rig.trainer.health = health;
  help();
  CHECK(rig.says("8,250"));
  CHECK_FALSE(rig.says("on average"));
  CHECK(places_at_the_bottom(meter, color).empty());
  rig.trainer.health.reset();
  help();
  CHECK(rig.says("8,000 of 10,000"));
  CHECK_FALSE(rig.says("oldest"));
}

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
