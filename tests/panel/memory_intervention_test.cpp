#include "tests/panel/attention_fakes.hpp"
#include "tests/panel/memory_fakes.hpp"
#include "tests/panel/rig.hpp"
#include "widgets/intervention/intervention_state.hpp"
#include "widgets/intervention/memory_change.hpp"
#include "widgets/memory/memory_state.hpp"
#include "widgets/memory_pictures/memory_look.hpp"
#include "widgets/memory_pictures/slot_past.hpp"

namespace qarium::memory_intervention_test {

using widgets::Key;

namespace {

void open(Rig& rig, std::string_view kind = "ntm", const fakes::MemorySizes& sizes = {}) {
  rig.stage = fakes::remembering_stage(kind, 50, sizes);
  rig.trainer.network->blocks[2].kind = kind;
  rig.view.workspace = "memory";
  rig.frame(2);
}

protocol::MemoryChange last_intervention(const Rig& rig) {
  const auto sent = rig.sent<protocol::Intervene>();
  REQUIRE_FALSE(sent.empty());
  return sent.back().memory;
}

void choose_slot(Rig& rig, int slot) {
  rig.click("memory.matrix", 0.2F, 1 - (static_cast<float>(slot) + 0.5F) / 32);
}

float column(int at) {
  return (static_cast<float>(at) + 0.5F) / 64;
}

}  // namespace

TEST_CASE("a slot is erased, and again it is as it is") {
  Rig rig;
  open(rig);
  choose_slot(rig, 9);
  REQUIRE(rig.view.of<widgets::MemoryState>().kept.chosen_slot == 9);
  rig.click("memory.erase");
  REQUIRE(last_intervention(rig).slots == std::vector<protocol::SlotContent>{{9, {}}});
  rig.click("memory.erase");
  REQUIRE(last_intervention(rig).empty());
  choose_slot(rig, 9);
  REQUIRE(rig.view.of<widgets::MemoryState>().kept.chosen_slot == -1);
  rig.click("memory.erase");
  REQUIRE(last_intervention(rig).slots.front().slot == fakes::kCueSlot);
}

TEST_CASE("a slot is overwritten with another's content, or with what was written or read at a moment") {
  Rig rig;
  open(rig);
  const auto& view = *rig.stage.memory;
  choose_slot(rig, 9);
  rig.click("memory.overwrite");
  REQUIRE(rig.view.of<widgets::MemoryState>().picking == widgets::Picking::Content);
  REQUIRE(rig.sent<protocol::Intervene>().empty());
  choose_slot(rig, 4);
  REQUIRE(rig.view.of<widgets::MemoryState>().picking == widgets::Picking::Nothing);
  auto slots = last_intervention(rig).slots;
  REQUIRE(slots.size() == 1);
  REQUIRE(slots[0].slot == 9);
  REQUIRE(slots[0].content == std::vector<float>(view.before.begin() + 64, view.before.begin() + 80));
  rig.click("memory.overwrite");
  rig.click("memory.picture.adds", column(0));
  slots = last_intervention(rig).slots;
  REQUIRE(slots[0].content.size() == 16);
  const auto* adds = rig.stage.memory_episode->find(protocol::TraceRole::Adds, 0);
  REQUIRE(std::equal(slots[0].content.begin(), slots[0].content.end(), adds->values.begin()));
  REQUIRE(rig.sent<protocol::Seek>().empty());
}

TEST_CASE("writes are frozen, a read head silenced, and all of it is said in words") {
  Rig rig;
  open(rig, "ntm", {32, 16, 2, 1});
  choose_slot(rig, 9);
  rig.click("memory.erase");
  rig.click("memory.freeze");
  rig.view.of<widgets::MemoryLook>().read_head = 1;
  rig.frame(2);
  rig.click("memory.silence");
  const auto intervention = last_intervention(rig);
  REQUIRE(intervention.freeze_writes);
  REQUIRE(intervention.silenced == std::vector<int>{1});
  REQUIRE(widgets::words_for(intervention).view() == "slot 9 erased, writes frozen, read head 2 silenced");
  rig.click("memory.undo");
  REQUIRE(last_intervention(rig).silenced.empty());
  rig.key(Key::Z, true);
  REQUIRE_FALSE(last_intervention(rig).freeze_writes);
  rig.click("memory.clear");
  REQUIRE(last_intervention(rig).empty());
  rig.key(Key::Z, true);
  REQUIRE(last_intervention(rig).slots.size() == 1);
}

TEST_CASE("the state of another moment is swapped in, whole or in parts") {
  Rig rig(1600, 1100);
  open(rig);
  rig.click("memory.exchange");
  REQUIRE(rig.shows("memory.part.memory"));
  rig.click("memory.picture.inputs", column(5));
  const auto index = rig.stage.memory_episode->first + 5;
  REQUIRE(last_intervention(rig).exchange == protocol::StateExchange{index, {}});
  REQUIRE(rig.sent<protocol::Seek>().empty());
  rig.click("memory.part.h");
  rig.click("memory.part.c");
  REQUIRE(last_intervention(rig).exchange ==
          protocol::StateExchange{index, {"memory", "read_weights", "write_weights", "reads"}});
  rig.click("memory.exchange");
  REQUIRE_FALSE(last_intervention(rig).exchange.has_value());
  rig.click("memory.exchange");
  REQUIRE(rig.view.of<widgets::MemoryState>().picking == widgets::Picking::State);
  rig.key(Key::Escape);
  REQUIRE(rig.view.of<widgets::MemoryState>().picking == widgets::Picking::Nothing);
}

TEST_CASE("g, beta, gamma and the shift are dragged, sent some times a second and undone as one") {
  Rig rig;
  open(rig);
  rig.drag("chain.g", 0.9F, 0.3F, 30);
  auto heads = last_intervention(rig).heads;
  REQUIRE(heads.size() == 1);
  REQUIRE(heads[0].head == 0);
  REQUIRE(*heads[0].g == Approx(0.27).margin(0.05));
  REQUIRE_FALSE(heads[0].gamma.has_value());
  REQUIRE(rig.sent<protocol::Intervene>().size() < 15);
  rig.click("chain.gamma", 0.97F);
  rig.click("chain.beta", 0.03F);
  heads = last_intervention(rig).heads;
  REQUIRE(*heads[0].gamma > 40);
  REQUIRE(*heads[0].beta < 0.02F);
  rig.click("chain.shift", 0.1F, 0.5F);
  heads = last_intervention(rig).heads;
  REQUIRE(heads[0].shift->at(0) == Approx(0.5).margin(0.05));
  REQUIRE((*heads[0].shift)[0] + (*heads[0].shift)[1] + (*heads[0].shift)[2] == Approx(1));
  rig.key(Key::Z, true);
  rig.key(Key::Z, true);
  rig.key(Key::Z, true);
  heads = last_intervention(rig).heads;
  REQUIRE(heads.size() == 1);
  REQUIRE(heads[0].g.has_value());
  REQUIRE_FALSE(heads[0].beta.has_value());
  rig.click("chain.release");
  REQUIRE(last_intervention(rig).empty());
}

TEST_CASE("a counterfactual head is drawn over the factual one, and the values side by side") {
  Rig rig;
  open(rig);
  protocol::MemoryChange change;
  change.heads = {{.head = 0, .g = 0.1F}};
  rig.stage.counterfactual = fakes::memory_counterfactual(rig.stage, change);
  rig.frame(2);
  REQUIRE(rig.heat("memory.strip.sharpened")->values[0] == rig.stage.counterfactual->memory->heads[0].sharpened);
  REQUIRE(rig.heat("memory.strip.sharpened.factual")->values[0] == rig.stage.memory->heads[0].sharpened);
  rig.frame(60);
  REQUIRE(rig.view.of<widgets::InterventionState>().intervention.memory == change);
}

TEST_CASE("changes of attention and memory are one intervention") {
  Rig rig;
  open(rig);
  rig.stage.attention = fakes::attention(4);
  rig.trainer.network->blocks[1].kind = "multi_head";
  rig.click("memory.freeze");
  rig.click("workspace.attention");
  rig.frame(2);
  rig.click("heads.silence.2");
  auto sent = rig.sent<protocol::Intervene>().back();
  REQUIRE(sent.memory.freeze_writes);
  REQUIRE(sent.change.silenced == std::vector<int>{1});
  rig.click("workspace.memory");
  rig.frame(2);
  rig.click("memory.undo");
  sent = rig.sent<protocol::Intervene>().back();
  REQUIRE(sent.change.empty());
  REQUIRE(sent.memory.freeze_writes);
  rig.click("workspace.attention");
  rig.frame(2);
  rig.click("intervention.clear");
  sent = rig.sent<protocol::Intervene>().back();
  REQUIRE(sent.memory.empty());
}

TEST_CASE("both rollouts are played once there is an intervention on the memory") {
  Rig rig;
  open(rig);
  REQUIRE_FALSE(rig.controls.find("counterfactual.play")->enabled);
  REQUIRE_FALSE(rig.shows("counterfactual.factual"));
  rig.click("memory.freeze");
  rig.click("counterfactual.play");
  REQUIRE(rig.sent<protocol::PlayCounterfactual>().size() == 1);
  rig.answer(true, "played on beside");
  auto rollout = fakes::counterfactual_rollout(last_intervention(rig));
  rollout.running = GENERATE(false, true);
  rollout.diverged_at = GENERATE(-1, 12);
  rig.stage.counterfactual_rollout = std::make_shared<protocol::CounterfactualRollout>(rollout);
  rig.frame(2);
  REQUIRE(rig.shows("counterfactual.factual"));
  REQUIRE(rig.shows("counterfactual.changed"));
  rig.point("counterfactual.changed", 0.4F);
  rig.frame(3);
}

TEST_CASE("when a slot was written and read is said, and the frames of those moments asked for") {
  Rig rig;
  open(rig);
  choose_slot(rig, 10);
  const auto& past = rig.view.of<widgets::MemoryState>().kept.past;
  std::vector<int> written;
  for (const auto& moment : past.written)
    written.push_back(moment.column);
  REQUIRE(written == std::vector<int>{2, 13, 24, 35, 46});
  REQUIRE(past.read.empty());
  rig.frame(30);
  const auto first = rig.stage.memory_episode->first;
  const auto asked = rig.sent<protocol::Recall>();
  REQUIRE_FALSE(asked.empty());
  REQUIRE(asked.back().indices == std::vector<std::int64_t>{first + 2, first + 13, first + 24});
  const auto times = asked.size();
  rig.frame(60);
  REQUIRE(rig.sent<protocol::Recall>().size() == times);
  rig.click("memory.frame.1");
  REQUIRE(rig.sent<protocol::Seek>().back().index == first + 13);
}

TEST_CASE("steps are said as ranges, and only the first of many") {
  using Frame = widgets::SlotPast::Frame;
  const std::vector<Frame> run{{0, 1}, {2, 0.2F}, {3, 0.9F}, {4, 0.2F}};
  REQUIRE(widgets::step_words(run, 0).view() == "steps 0, 2 to 4");
  REQUIRE(widgets::step_words({run.data(), 1}, 7).view() == "step 7");
  REQUIRE(widgets::step_words({}, 0).view() == "no more than the others");
  std::vector<Frame> many;
  for (int i = 0; i < 20; ++i)
    many.push_back({2 * i, 0.5F});
  REQUIRE(widgets::step_words(many, 0).view() == "steps 0, 2, 4, 6 and 16 more");
  const auto strongest = widgets::strongest_moments(run, 2);
  REQUIRE(strongest.size() == 2);
  REQUIRE(strongest[1].column == 3);
}

TEST_CASE("kept steps are shown with their frames, those that weigh most or the newest on top") {
  Rig rig;
  open(rig, "memory_bank");
  rig.frame(20);
  REQUIRE(rig.sent<protocol::Recall>().size() == 1);
  REQUIRE(rig.sent<protocol::Recall>()[0].indices.back() == rig.stage.moment.index);
  REQUIRE(rig.shows("memory.frame.7"));
  const auto height = [&](std::string_view control) { return rig.area(control).min.y; };
  REQUIRE(height("memory.frame.3") < height("memory.frame.2"));  // weigh the same, and it is the newer one
  REQUIRE(height("memory.frame.2") < height("memory.frame.7"));
  rig.view.of<widgets::MemoryLook>().kept_order = widgets::KeptOrder::Age;
  rig.frame();
  REQUIRE(height("memory.frame.7") < height("memory.frame.6"));
  REQUIRE(height("memory.frame.6") < height("memory.frame.3"));
  rig.click("memory.frame.5");
  REQUIRE(rig.sent<protocol::Seek>().back().index == rig.stage.moment.index - 2);
}

}  // namespace qarium::memory_intervention_test
