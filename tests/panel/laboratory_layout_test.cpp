#include <cmath>
#include <limits>

#include "tests/panel/laboratory_fakes.hpp"
#include "tests/panel/layout.hpp"
#include "widgets/laboratory/laboratory_state.hpp"

namespace qarium::laboratory_layout_test {
namespace {

void show(Rig& rig, const char* kind = "ntm", int length = 20) {
  rig.laboratory = fakes::laboratory(kind, length);
  rig.laboratory_curve = fakes::laboratory_curve();
  rig.view.workspace = "laboratory";
  rig.frame(3);
}

}  // namespace

TEST_CASE("the laboratory fits its window and nothing covers another") {
  const auto [width, height] = GENERATE(std::pair{1280.0F, 720.0F}, std::pair{1600.0F, 900.0F},
                                        std::pair{1920.0F, 1080.0F}, std::pair{2560.0F, 1440.0F});
  const auto* kind = GENERATE("ntm", "dnc", "lstm");
  const int length = GENERATE(1, 20, 120);
  Rig rig(width, height);
  show(rig, kind, length);
  check_inside(rig, width, height);
  check_apart(rig);
  for (const auto* name :
       {"laboratory.task", "laboratory.memory", "laboratory.preset", "laboratory.start", "laboratory.length",
        "laboratory.plot", "laboratory.picture.error", "splitter.laboratory.left"}) {
    INFO(name);
    CHECK(rig.shows(name));
  }
}

TEST_CASE("the laboratory fits at any scale") {
  const float scale = GENERATE(0.5F, 0.75F, 1.25F, 1.5F, 2.0F, 3.0F);
  Rig rig(1280, 720, scale);
  show(rig);
  check_inside(rig, 1280, 720);
  check_apart(rig);
}

TEST_CASE("a laboratory that has not begun, failed, or makes no sense is drawn") {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  Rig rig(1280, 720);
  SECTION("not begun") {
    rig.view.workspace = "laboratory";
    rig.frame(3);
    REQUIRE_FALSE(rig.shows("laboratory.plot"));
  }
  SECTION("failed") {
    show(rig);
    rig.laboratory.error = "the loss is not a number; a learning rate of 1 is too large for this task and memory";
    rig.laboratory.seconds = std::nan("");
    rig.laboratory.sequences_per_second = INFINITY;
  }
  SECTION("parts that do not fit") {
    show(rig);
    auto sample = *rig.laboratory.sample;
    sample.memory.resize(2);
    sample.scored.resize(3);
    rig.laboratory.sample = std::make_shared<protocol::LaboratorySample>(sample);
  }
  SECTION("no numbers") {
    show(rig);
    auto sample = *rig.laboratory.sample;
    ++sample.version;
    std::fill(sample.answer.begin(), sample.answer.end(), kNan);
    for (auto& trace : sample.episode.traces)
      std::fill(trace.values.begin(), trace.values.end(), kNan);
    rig.laboratory.sample = std::make_shared<protocol::LaboratorySample>(sample);
    rig.laboratory_curve.add({20'000, std::nan(""), INFINITY});
  }
  SECTION("a sample of nothing") {
    show(rig);
    rig.laboratory.sample = std::make_shared<protocol::LaboratorySample>();
  }
  SECTION("a shorter sequence than the cursor") {
    show(rig);
    rig.view.of<widgets::LaboratoryState>().cursor = 400;
    rig.view.of<widgets::LaboratoryState>().hovered = 400;
    rig.view.of<widgets::LaboratoryState>().experiment.task = "unheard_of";
    rig.view.of<widgets::LaboratoryState>().experiment.memory = "unheard_of";
    rig.view.of<widgets::LaboratoryState>().experiment.preset = "unheard_of";
  }
  rig.frame(3);
  point_at_everything(rig);
}

TEST_CASE("windows of any size hold the laboratory") {
  const auto [width, height] = GENERATE(std::pair{320.0F, 200.0F}, std::pair{64.0F, 48.0F}, std::pair{5000.0F, 300.0F},
                                        std::pair{400.0F, 3000.0F});
  const float scale = GENERATE(0.5F, 1.0F, 3.0F);
  Rig rig(width, height, scale);
  show(rig);
}

TEST_CASE("the splitters of the laboratory move and are remembered") {
  Rig rig;
  show(rig);
  const auto before = rig.view.of<widgets::LaboratoryState>().left_fraction;
  rig.point("splitter.laboratory.left");
  rig.press();
  rig.point("laboratory.picture.inputs");
  rig.frame(2);
  rig.release();
  REQUIRE(rig.view.of<widgets::LaboratoryState>().left_fraction > before);
  check_inside(rig, 1600, 900);
  check_apart(rig);
}

}  // namespace qarium::laboratory_layout_test
