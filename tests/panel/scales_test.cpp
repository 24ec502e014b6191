// What sets the scales of colours and axes, and how numbers read.
#include "tests/panel/attention_fakes.hpp"
#include "tests/panel/memory_fakes.hpp"
#include "tests/panel/rig.hpp"
#include "widgets/attention/attention_state.hpp"
#include "widgets/memory_pictures/memory_look.hpp"
#include "widgets/parts/format.hpp"
#include "widgets/parts/robust_range.hpp"

namespace qarium::scales_test {
namespace {

void open_memory(Rig& rig, const std::function<void(protocol::MemoryEpisode&)>& change) {
  rig.stage = fakes::remembering_stage("ntm");
  auto episode = *rig.stage.memory_episode;
  change(episode);
  rig.stage.memory_episode = std::make_shared<protocol::MemoryEpisode>(episode);
  rig.trainer.network->blocks[2].kind = "ntm";
  rig.view.workspace = "memory";
  rig.frame(2);
}

protocol::MemoryTrace& trace_of(protocol::MemoryEpisode& episode, protocol::TraceRole role) {
  for (auto& trace : episode.traces) {
    if (trace.role == role) return trace;
  }
  FAIL("no such trace");
  return episode.traces.front();
}

/// The row of the loss's plot that tells how far what is cut off goes.
void add_losses(Rig& rig, float spike) {
  rig.curves.clear();
  for (std::int64_t step = 0; step < 40'000; step += 100)
    rig.curves.add(
        fakes::point("loss", step, step == 20'000 ? spike : 1 + 0.2F * static_cast<float>(step % 700) / 700));
  rig.frame(2);
}

}  // namespace

TEST_CASE("a few columns that stand out do not set a scale, and what is not an outlier does") {
  using widgets::robust_top;
  std::vector<float> tops(50, 1.0F);
  CHECK(robust_top(tops) == 1);
  tops.back() = 5.6F;
  CHECK(robust_top(tops) == Approx(1.25F));
  tops = std::vector<float>(50, 1.0F);
  tops[3] = 2;  // no more than some spread
  CHECK(robust_top(tops) == 2);
  tops = std::vector<float>(50, 0.0F);
  tops[0] = 1;  // all others say nothing: this is what there is to see
  CHECK(robust_top(tops) == 1);
  tops = {1, 9, 1};
  CHECK(robust_top(tops) == 9);
  tops = {NAN, INFINITY};
  CHECK(robust_top(tops) == 0);
}

TEST_CASE("a robust range leaves out spikes on either side and says how far they went") {
  std::vector<float> minima;
  std::vector<float> maxima;
  for (int i = 0; i < 100; ++i) {
    minima.push_back(0.5F);
    maxima.push_back(1.0F + 0.01F * static_cast<float>(i % 10));
  }
  auto range = widgets::robust_range(minima, maxima);
  CHECK_FALSE(range.cut_above());
  CHECK_FALSE(range.cut_below());
  maxima[7] = 5'000;
  minima[9] = -800;
  range = widgets::robust_range(minima, maxima);
  CHECK(range.most == 5'000);
  CHECK(range.least == -800);
  CHECK(range.high < 2);
  CHECK(range.low > -1);
  std::vector<float> few_low{0, 0, 0};
  std::vector<float> few_high{1, 1, 500};
  CHECK(widgets::robust_range(few_low, few_high).high == 500);
}

TEST_CASE("the value of a state that the episode ended in does not pale the steps before") {
  Rig rig(1920, 1080);
  open_memory(rig, [](auto& episode) {
    auto& output = trace_of(episode, protocol::TraceRole::Output);
    std::fill(output.values.begin(), output.values.end(), 0.9F);
    std::fill(output.values.end() - output.rows, output.values.end(), 5.6F);
  });
  const auto* picture = rig.heat("memory.picture.outputs");
  REQUIRE(picture != nullptr);
  CHECK(picture->style.high == Approx(1.125F));
  CHECK(rig.says("5.600"));  // the true extreme stands in the legend
}

TEST_CASE("reads of next to nothing are not drawn full") {
  Rig rig(1920, 1080);
  open_memory(rig, [](auto& episode) {
    auto& reads = trace_of(episode, protocol::TraceRole::Reads);
    std::fill(reads.values.begin(), reads.values.end(), 1e-6F);
    auto& weights = trace_of(episode, protocol::TraceRole::ReadWeights);
    std::fill(weights.values.begin(), weights.values.end(), 1.0F / static_cast<float>(weights.rows));
  });
  CHECK(rig.heat("memory.picture.reads")->style.high >= 0.05F);
  // A head that reads everywhere alike is seen to: half as bright as it could be.
  CHECK(rig.heat("memory.picture.read weights")->style.high == Approx(2.0F / 32));
}

TEST_CASE("an addressing chain whose weights are all alike is not drawn full") {
  Rig rig;
  open_memory(rig, [](auto&) {});
  auto view = *rig.stage.memory;
  for (auto& head : view.heads) {
    for (auto* weights : {&head.previous, &head.content, &head.interpolated, &head.shifted, &head.sharpened})
      std::fill(weights->begin(), weights->end(), 1.0F / 32);
  }
  rig.stage.memory = std::make_shared<protocol::MemoryView>(view);
  rig.frame(2);
  CHECK(rig.heat("memory.strip.sharpened")->style.high == Approx(2.0F / 32));
}

TEST_CASE("a map that weighs all tokens alike does not look as if it weighed something") {
  Rig rig;
  auto view = fakes::attention(2);
  std::fill(view.weights.begin(), view.weights.end(), 0.01F);
  rig.stage = fakes::attentive_stage(view);
  rig.trainer.network->blocks[1].kind = "multi_head";
  rig.view.workspace = "attention";
  rig.frame(2);
  CHECK(rig.heat("attention.map")->style.high == Approx(0.02F));
  CHECK(rig.heat("attention.heads")->style.high == Approx(0.02F));
}

TEST_CASE("one loss of thousands does not flatten the curve, and is told") {
  Rig rig;
  add_losses(rig, 1.1F);
  CHECK_FALSE(rig.says(" 5,000"));
  const auto before = rig.said("0.500");
  add_losses(rig, 5'000);
  CHECK(rig.says(" 5,000"));  // behind an arrow, which the test's font does not have
  const auto axis = rig.area("curves.loss");
  // Labels of the axis go by the usual values.
  bool thousands = false;
  for (const auto& text : rig.texts()) {
    const bool beside = text.area.max.x < axis.min.x && text.area.min.x > axis.min.x - 60 &&
                        text.area.min.y > axis.min.y - 20 && text.area.max.y < axis.max.y + 20;
    thousands = thousands || (beside && text.text.find('k') != std::string::npos);
  }
  CHECK_FALSE(thousands);
}

TEST_CASE("terminal states neither set the scale of the action values' past nor are drawn in it") {
  Rig rig;
  const auto before = rig.canvas.calls.size();
  for (auto& moment : rig.stage.history) {
    if (moment.index % 240 != 239) continue;
    moment.terminated = true;
    for (auto& value : moment.action_values)
      value = 60;
  }
  rig.frame(2);
  CHECK(rig.canvas.calls.size() == before);
  CHECK(rig.shows("action_values.history"));
}

TEST_CASE("what rounds to nothing has no sign") {
  CHECK(widgets::fixed(-0.001, 2).view() == "0.00");
  CHECK(widgets::fixed(-0.006, 2).view() == "-0.01");
  CHECK(widgets::fixed(0.0, 2).view() == "0.00");
  CHECK(widgets::fixed(NAN, 2).view() == "–");
  CHECK(widgets::signed_fixed(0.001, 2).view() == "0.00");
  CHECK(widgets::signed_fixed(-0.004, 2).view() == "0.00");
  CHECK(widgets::signed_fixed(0.05, 2).view() == "+0.05");
  CHECK(widgets::signed_fixed(-0.05, 2).view() == "-0.05");
  Rig rig;
  auto view = fakes::attention(4);
  for (auto& entropy : view.entropy)
    entropy = -1e-4F;
  rig.stage = fakes::attentive_stage(view);
  rig.trainer.network->blocks[1].kind = "multi_head";
  rig.view.workspace = "attention";
  rig.frame(2);
  CHECK(rig.says("H 0.00"));
  CHECK_FALSE(rig.says("-0.00"));
}

TEST_CASE("the steps named above the pictures are those in sight") {
  Rig rig;
  rig.stage = fakes::remembering_stage("ntm", 512);
  rig.trainer.network->blocks[2].kind = "ntm";
  rig.view.workspace = "memory";
  rig.frame(3);
  CHECK(rig.says(" to 511 of 512"));
  CHECK_FALSE(rig.says(" · steps 0 to 511"));
  rig.stage.moment.index = rig.stage.memory_episode->first + 3;
  rig.frame(3);
  CHECK(rig.says("steps 0 to "));
  CHECK_FALSE(rig.says("to 511 of"));
}

TEST_CASE("pointing at a token draws what it is made of, and says so") {
  Rig rig;
  auto view = fakes::attention(4);
  view.field = 3;
  rig.stage = fakes::attentive_stage(view);
  rig.trainer.network->blocks[1].kind = "multi_head";
  rig.view.workspace = "attention";
  rig.frame(2);
  CHECK_FALSE(rig.says("sees 3"));
  rig.point("attention.frame", 0.45F, 0.35F);
  rig.frame(2);
  CHECK(rig.says("sees 3"));
  // Around token (3, 4) the three by three cells from (2, 3) on.
  const auto frame = rig.area("attention.frame");
  const widgets::TokenGrid grid(view, frame, 10, 10);
  const auto field = grid.field(3, 4);
  CHECK(field.min.x == Approx(frame.min.x + 0.3F * frame.width()).margin(0.5));
  CHECK(field.max.y == Approx(frame.min.y + 0.5F * frame.height()).margin(0.5));
}

TEST_CASE("the frame lies beneath the map of each head, where its tokens are") {
  Rig rig;
  rig.stage = fakes::attentive_stage(fakes::attention(4));
  rig.trainer.network->blocks[1].kind = "multi_head";
  rig.view.workspace = "attention";
  rig.frame(2);
  REQUIRE(rig.heat("attention.heads")->style.veil);
  int beneath = 0;
  for (const auto& call : rig.canvas.calls) {
    if (!call.key.starts_with("attention.heads.frame.")) continue;
    const auto map = rig.heat("attention.heads")->areas[static_cast<std::size_t>(beneath++)];
    CHECK(call.area.min.x == Approx(map.min.x).margin(0.5));
    CHECK(call.area.max.y == Approx(map.max.y).margin(0.5));
  }
  CHECK(beneath == 4);
  // Tokens that do not cover the border lie inside of the frame.
  auto inner = fakes::attention(1, 1, 8);
  inner.top = inner.left = 1;
  inner.cells_per_token = 1;
  const widgets::Rect map{{100, 100}, {180, 180}};
  const auto frame = widgets::frame_beneath(inner, map, 10, 10);
  CHECK(frame.min.x == Approx(90));
  CHECK(frame.max.x == Approx(190));
  CHECK(widgets::TokenGrid(inner, frame, 10, 10).area().min.y == Approx(map.min.y));
}

TEST_CASE("weight beside an object is said to be within 1 cell of it") {
  Rig rig(1920, 1080);
  rig.stage = fakes::attentive_stage(fakes::attention(2));
  rig.stage.faithfulness = std::make_shared<protocol::Faithfulness>(fakes::faithfulness());
  rig.trainer.network->blocks[1].kind = "multi_head";
  rig.view.workspace = "attention";
  rig.frame(2);
  CHECK(rig.says("within 1 cell"));
  CHECK_FALSE(rig.says("objects 61"));
  CHECK_FALSE(rig.says("weight on objects"));
}

TEST_CASE("until a tooltip can be seen the window asks to be drawn again, however still it stands") {
  Rig rig;
  rig.point("transport.pause");
  bool seen = false;
  for (int i = 0; i < 60 && !seen; ++i) {
    INFO(i);
    REQUIRE(std::isfinite(rig.view.transient.wake_at));
    rig.frame();
    seen = rig.says("Pause learning");
  }
  REQUIRE(seen);
  rig.frame(2);
  CHECK_FALSE(std::isfinite(rig.view.transient.wake_at));
}

TEST_CASE("a click beside the page of actions closes it and is a click all the same") {
  Rig rig;
  rig.click("transport.take_over");
  REQUIRE(rig.shows("transport.take_over.left"));
  rig.click("workspace.memory");
  CHECK(rig.view.workspace == "memory");
  CHECK_FALSE(rig.shows("transport.take_over.left"));
  rig.click("transport.take_over");
  CHECK(rig.shows("transport.take_over.left"));
  rig.click("transport.take_over");
  CHECK_FALSE(rig.shows("transport.take_over.left"));
  rig.click("transport.take_over");
  rig.click("transport.take_over.up");
  REQUIRE(rig.sent<protocol::Act>().size() == 1);
  CHECK(rig.sent<protocol::Act>()[0].action == 2);
  CHECK_FALSE(rig.shows("transport.take_over.left"));
  rig.click("transport.take_over");
  rig.key(widgets::Key::Escape);
  CHECK_FALSE(rig.shows("transport.take_over.left"));
}

TEST_CASE("buttons that have no room for all of their words have fewer and whole ones") {
  Rig rig(1280, 720);
  rig.stage = fakes::remembering_stage("ntm");
  rig.trainer.network->blocks[2].kind = "ntm";
  rig.view.workspace = "memory";
  rig.frame(2);
  for (const auto* name :
       {"memory.silence", "memory.erase", "memory.overwrite", "memory.freeze", "counterfactual.play"}) {
    const auto button = rig.area(name);
    for (const auto& text : rig.texts()) {
      if (button.contains(text.area.centre())) CHECK(text.text.find("...") == std::string::npos);
    }
  }
}

}  // namespace qarium::scales_test
