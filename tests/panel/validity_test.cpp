// docs/VALIDITY.md, row by row: what can be seen for longer than what it was taken from says so.
#include "widgets/validity/validity.hpp"

#include <functional>

#include "tests/panel/attention_fakes.hpp"
#include "tests/panel/laboratory_fakes.hpp"
#include "tests/panel/memory_fakes.hpp"
#include "tests/panel/rig.hpp"
#include "widgets/laboratory/laboratory_state.hpp"
#include "widgets/memory/memory_state.hpp"
#include "widgets/moments.hpp"

namespace qarium::validity_test {

using widgets::outdated_words;

namespace {

/// The stage goes on to something else.
struct Change {
  std::string_view what;
  std::function<void(protocol::Basis&)> happen;
};
const std::vector<Change> kChanges{
    {"weights", [](auto& basis) { ++basis.weights; }},
    {"network", [](auto& basis) { ++basis.network, ++basis.weights; }},
    {"environment", [](auto& basis) { ++basis.environment, basis.environment_id = "CartPole-v1"; }},
    {"moment", [](auto& basis) { ++basis.frame; }},
    {"intervention", [](auto& basis) { basis.attention.uniform = true; }},
};

void open_faithfulness(Rig& rig, bool of_a_frame) {
  rig.stage = fakes::attentive_stage(fakes::attention(4));
  auto faithfulness = fakes::faithfulness();
  faithfulness.basis = rig.stage.basis;
  if (of_a_frame) {
    faithfulness.episodes = 0;
  } else {
    faithfulness.basis.frame = 0;
  }
  rig.stage.faithfulness = std::make_shared<protocol::Faithfulness>(faithfulness);
  rig.trainer.network->blocks[1].kind = "multi_head";
  rig.view.workspace = "attention";
  rig.frame(2);
}

void open_rollout(Rig& rig) {
  rig.stage = fakes::remembering_stage("ntm");
  protocol::MemoryChange change;
  change.slots = {{9, {}}};
  auto rollout = fakes::counterfactual_rollout(change);
  rig.stage.counterfactual = fakes::memory_counterfactual(rig.stage, change);
  rig.stage.basis.memory = change;
  rollout.basis = rig.stage.basis;
  rig.stage.counterfactual_rollout = std::make_shared<protocol::CounterfactualRollout>(rollout);
  rig.trainer.network->blocks[2].kind = "ntm";
  rig.view.workspace = "memory";
  rig.frame(2);
}

}  // namespace

TEST_CASE("a basis says what of it is no longer shown, in words") {
  protocol::Basis measured = fakes::basis(fakes::stage().moment);
  protocol::Basis shown = measured;
  CHECK(outdated_words(measured, shown).empty());
  // The same weights at a later place of learning are the same network.
  shown.position.environment_steps += 500;
  CHECK(outdated_words(measured, shown).empty());
  ++shown.weights;
  CHECK(outdated_words(measured, shown).view() == "measured on the network of step 398,112");
  ++shown.network;
  CHECK(outdated_words(measured, shown).view() == "measured on another network, of step 398,112");
  shown = measured;
  ++shown.frame;
  CHECK(outdated_words(measured, shown, "played").view() == "played at step 219 of episode 9");
  measured.frame = 0;
  CHECK(outdated_words(measured, shown).empty());
  shown = measured;
  shown.memory.freeze_writes = true;
  CHECK(outdated_words(measured, shown).view() == "measured without the intervention");
  CHECK(outdated_words(shown, measured).view() == "measured with writes frozen");
  shown = measured;
  ++shown.environment;
  shown.environment_id = "CartPole-v1";
  ++shown.frame;
  CHECK(outdated_words(measured, shown).view() == "measured in MinAtar/Breakout-v0");
  shown.environment_id = measured.environment_id;
  CHECK(outdated_words(measured, shown).view() == "measured in an earlier MinAtar/Breakout-v0");
}

TEST_CASE("a faithfulness test is about the network, moment and intervention that it measured") {
  const bool of_a_frame = GENERATE(true, false);
  for (const auto& change : kChanges) {
    INFO(change.what << " " << of_a_frame);
    Rig rig(1920, 1080);
    open_faithfulness(rig, of_a_frame);
    REQUIRE_FALSE(rig.shows("faithfulness.again"));
    REQUIRE(rig.said("better than chance")->color == rig.theme.good);
    REQUIRE(rig.said("not learned")->color == rig.theme.attention);
    change.happen(rig.stage.basis);
    rig.frame(2);
    const bool outdated = of_a_frame || change.what != "moment";
    CHECK(rig.shows("faithfulness.again") == outdated);
    CHECK(rig.says("Measured ") == outdated);
    CHECK((rig.said("better than chance")->color == rig.theme.good) == !outdated);
    CHECK((rig.said("not learned")->color == rig.theme.attention) == !outdated);
    if (!outdated) continue;
    CHECK(rig.said("better than chance")->color == rig.theme.quiet);
    rig.click("faithfulness.again");
    REQUIRE(rig.sent<protocol::TestFaithfulness>().size() == 1);
    CHECK(rig.sent<protocol::TestFaithfulness>()[0].episodes == (of_a_frame ? 0 : 3));
  }
}

TEST_CASE("what is being measured while learning goes on says of which network it is") {
  Rig rig(1920, 1080);
  open_faithfulness(rig, false);
  auto running = *rig.stage.faithfulness;
  running.running = true;
  rig.stage.faithfulness = std::make_shared<protocol::Faithfulness>(running);
  ++rig.stage.basis.weights;
  rig.frame(2);
  CHECK(rig.says("Measured on the network of step 398,112."));
  CHECK_FALSE(rig.shows("faithfulness.again"));
}

TEST_CASE("two rollouts are about the network, moment and intervention that they were played with") {
  for (const auto& change : kChanges) {
    INFO(change.what);
    Rig rig;
    open_rollout(rig);
    REQUIRE_FALSE(rig.shows("counterfactual.again"));
    REQUIRE(rig.said("They diverge after")->color == rig.theme.attention);
    change.happen(rig.stage.basis);
    rig.frame(2);
    CHECK(rig.says("Played "));
    CHECK(rig.said("They diverge after")->color == rig.theme.quiet);
    rig.click("counterfactual.again");
    CHECK(rig.sent<protocol::PlayCounterfactual>().size() == 1);
  }
}

TEST_CASE("cleared, an intervention's rollouts cannot be played again and say with what they were") {
  Rig rig;
  open_rollout(rig);
  rig.stage.counterfactual.reset();
  rig.stage.basis.memory = {};
  rig.frame(2);
  CHECK(rig.says("Played with slot 9 erased."));
  CHECK_FALSE(rig.shows("counterfactual.again"));
}

TEST_CASE("rollouts keep the names of the actions that they were played with") {
  Rig rig;
  open_rollout(rig);
  rig.stage.action_names = {"push", "pull"};
  rig.frame(2);
  CHECK(rig.says("up against down"));
}

TEST_CASE("beside attention and memory stand the values of the network that they are of") {
  const std::string workspace = GENERATE("attention", "memory");
  Rig rig(1920, 1080);
  rig.stage = workspace == "memory" ? fakes::remembering_stage("ntm") : fakes::attentive_stage(fakes::attention(4));
  rig.trainer.network->blocks[workspace == "memory" ? 2 : 1].kind = workspace == "memory" ? "ntm" : "multi_head";
  rig.view.workspace = workspace;
  // Another network has come while the stage stands still.
  rig.stage.values_now.assign(rig.stage.moment.action_values.size(), 0.125F);
  rig.stage.values_now[0] = 0.375F;
  ++rig.stage.basis.network;
  rig.frame(2);
  CHECK(rig.says("0.3750"));
  CHECK(rig.says("0.1250"));
  char old[32];
  std::snprintf(old, sizeof old, "%.4f", static_cast<double>(rig.stage.moment.action_values[1]));
  CHECK_FALSE(rig.says(old));
}

TEST_CASE("the watched episode's values say which network they are of") {
  auto stage = fakes::stage();
  const auto words = [&] { return std::string(widgets::evaluated_words(stage).view()); };
  CHECK(words() == "now");
  stage.values_now = stage.moment.action_values;
  CHECK(words() == "by the network of step 398,112");
  ++stage.basis.network;
  CHECK(words() == "by another network, of step 398,112");
  stage = fakes::stage(5);
  stage.values_now.clear();
  CHECK(words() == "as it was");
}

TEST_CASE("strips that were looked at before the network learned on say since when") {
  Rig rig(1920, 1080);
  rig.stage = fakes::remembering_stage("ntm");
  rig.trainer.network->blocks[2].kind = "ntm";
  auto episode = *rig.stage.memory_episode;
  episode.weights = rig.stage.basis.weights;
  rig.stage.memory_episode = std::make_shared<protocol::MemoryEpisode>(episode);
  rig.view.workspace = "memory";
  rig.frame(2);
  CHECK_FALSE(rig.says("as seen since"));
  episode.weights = rig.stage.basis.weights - 2;
  episode.position = {9'000, 100};
  rig.stage.memory_episode = std::make_shared<protocol::MemoryEpisode>(episode);
  rig.frame(2);
  CHECK(rig.says("as seen since the network of step 9,000"));
}

TEST_CASE("frames of another time line are asked for again") {
  Rig rig;
  rig.stage = fakes::remembering_stage("ntm");
  rig.trainer.network->blocks[2].kind = "ntm";
  rig.view.workspace = "memory";
  rig.frame(30);
  REQUIRE(rig.sent<protocol::Recall>().size() == 1);
  ++rig.stage.time_line;  // acted from an earlier moment, and as long as before again
  rig.frame(30);
  CHECK(rig.sent<protocol::Recall>().size() == 2);
}

TEST_CASE("a transition that is looked at says when its batch is no longer the last") {
  Rig rig;
  rig.click("replay.sample.0");
  rig.frame();
  CHECK(rig.says("Update 102,902, at step 412,608"));
  CHECK_FALSE(rig.says("rom an earlier batch"));
  rig.trainer.hyperparameters.gamma = 0.5;  // what the update was made with stays
  rig.frame(2);
  const auto before = rig.said("y = r")->text;
  const auto numbers = rig.said("= 1.000 +")->text;
  auto next = fakes::update();
  next.basis.weights += 4;
  next.basis.position.updates += 4;
  for (auto& sample : next.samples)
    sample.reward += 1;
  rig.trainer.update = std::make_shared<const protocol::UpdateView>(next);
  rig.frame(2);
  CHECK(rig.says("From an earlier batch, of update 102,902"));
  CHECK(rig.said("y = r")->text == before);
  CHECK(rig.said("= 1.000 +")->text == numbers);
  rig.click("update.newest");
  rig.frame(2);
  CHECK_FALSE(rig.says("rom an earlier batch"));
  CHECK(rig.says("Update 102,906, at step 412,608"));
  CHECK(rig.says("= 2.000 +"));
}

TEST_CASE("the laboratory says of what its numbers are when something else is chosen") {
  Rig rig;
  rig.laboratory = fakes::laboratory("ntm", 10);
  rig.laboratory.solved = true;
  rig.laboratory.running = false;
  rig.view.workspace = "laboratory";
  auto& experiment = rig.view.of<widgets::LaboratoryState>().experiment;
  experiment.seed = rig.laboratory.options.hyperparameters.seed;
  rig.frame(2);
  REQUIRE(rig.said("solved")->color == rig.theme.good);
  experiment.memory = "lstm";
  rig.frame(2);
  CHECK(rig.said("solved")->color == rig.theme.quiet);
  CHECK(rig.says("learned"));
}

TEST_CASE("the bar above the laboratory is of the laboratory's network") {
  Rig rig;
  rig.laboratory = fakes::laboratory("ntm", 10);
  rig.view.workspace = "laboratory";
  rig.frame(2);
  CHECK_FALSE(rig.shows("pipeline.encoder"));
  CHECK(rig.says("The laboratory's own network"));
  rig.view.workspace = "learn";
  rig.frame(2);
  CHECK(rig.shows("pipeline.encoder"));
}

TEST_CASE("hidden panels do not make another network of the pipeline") {
  Rig rig;
  rig.trainer.hyperparameters.head = {.dueling = false, .width = 64, .layers = 1};
  rig.trainer.network.reset();  // nothing is copied while panels are hidden
  rig.view.panels_hidden = true;
  rig.frame(2);
  CHECK(rig.says("mlp"));
  CHECK_FALSE(rig.says("plain"));
}

}  // namespace qarium::validity_test
