#include <algorithm>
#include <limits>
#include <memory>

#include "tests/panel/attention_fakes.hpp"
#include "tests/panel/rig.hpp"
#include "widgets/attention/attention_panels.hpp"

namespace qarium::alignment_test {
namespace {

/// "the old dog .", two words of it written and the third under way.
protocol::AlignmentView view() {
  protocol::AlignmentView view;
  view.version = 7;
  view.known.source = {"the", "old", "dog", "."};
  view.known.written = {"balo", "deku"};
  view.known.truth = {0, 2, 1, 3};
  view.first = 5;
  view.rows = 3;
  view.weights = {0.9F, 0.05F, 0.03F, 0.02F, 0.1F, 0.2F, 0.625F, 0.05F, 0, 1, 0, 0};
  return view;
}

void open(Rig& rig, protocol::AlignmentView alignment) {
  rig.stage = fakes::attentive_stage(fakes::attention(1, 1, 10, true));
  rig.stage.alignment = std::make_shared<const protocol::AlignmentView>(std::move(alignment));
  rig.trainer.network->blocks[1].kind = "additive";
  rig.view.workspace = "attention";
  rig.frame(2);
}

}  // namespace

TEST_CASE("the alignment is a matrix of written words by source words, with words along both sides") {
  Rig rig(1600, 900);
  open(rig, view());
  const auto* map = rig.heat("attention.alignment");
  REQUIRE(map != nullptr);
  CHECK(map->values[0] == view().weights);
  CHECK(map->style.low == 0);
  CHECK(map->style.high == 1);
  // Three rows of the four that the sentence has.
  const auto grid = rig.area("alignment.map");
  CHECK(map->areas[0].min.x == Approx(grid.min.x));
  CHECK(map->areas[0].width() == Approx(grid.width()));
  CHECK(map->areas[0].height() == Approx(0.75F * grid.height()));
  for (const char* word : {"the", "old", "dog", "balo", "deku", "3 of 4 words"}) {
    INFO(word);
    CHECK(rig.says(word));
  }
  CHECK(rig.heat("attention.matrix") == nullptr);
}

TEST_CASE("pointing at a weight of the alignment names both words, and what was to be said") {
  Rig rig;
  open(rig, view());
  rig.point("alignment.map", 2.5F / 4, 1.5F / 4);
  rig.frame(2);
  CHECK(rig.says("0.625"));
  CHECK(rig.says("deku looks at dog"));
  CHECK(rig.says("to be said here: dog"));
  // A word that is not written yet has no weights.
  rig.point("alignment.map", 0.5F, 3.5F / 4);
  rig.frame(2);
  CHECK(rig.says("framed: the word that is said"));
}

TEST_CASE("a click on a row of the alignment goes to the moment of that word") {
  Rig rig;
  auto alignment = view();
  alignment.first = rig.stage.last - 3;
  open(rig, alignment);
  rig.click("alignment.map", 0.5F, 1.5F / 4);
  const auto sent = rig.sent<protocol::Seek>();
  REQUIRE(sent.size() == 1);
  CHECK(sent.front().index == std::clamp(alignment.first + 1, rig.stage.first, rig.stage.last));
}

TEST_CASE("an alignment whose sizes do not fit together is not drawn") {
  for (int wrong = 0; wrong < 5; ++wrong) {
    INFO(wrong);
    auto alignment = view();
    if (wrong == 0) alignment.weights.pop_back();
    if (wrong == 1) alignment.known.source.clear();
    if (wrong == 2) alignment.rows = -1;
    if (wrong == 3) alignment.known.truth[1] = 4;
    if (wrong == 4) alignment.known.truth[1] = -1;
    REQUIRE_FALSE(widgets::sound_alignment(alignment));
    Rig rig;
    open(rig, alignment);
    CHECK(rig.heat("attention.alignment") == nullptr);
    CHECK(rig.heat("attention.matrix") != nullptr);
  }
}

TEST_CASE("a sentence that was over before its words were all written is drawn, too, and so are odd weights") {
  Rig rig;
  auto alignment = view();
  alignment.known.written = {"balo", "deku", "fumi", "goran", "hesta"};
  alignment.rows = 6;
  alignment.weights.assign(24, std::numeric_limits<float>::quiet_NaN());
  open(rig, alignment);
  REQUIRE(rig.heat("attention.alignment") != nullptr);
  rig.point("alignment.map", 0.1F, 0.99F);
  rig.frame(2);
  CHECK(rig.says("the sentence was over before"));
}

}  // namespace qarium::alignment_test
