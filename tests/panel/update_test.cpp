// The Update workspace: every transition of a batch is reached, and what is said of it is what the snapshot holds.
#include <cmath>
#include <limits>
#include <set>

#include "tests/panel/layout.hpp"
#include "tests/panel/rig.hpp"
#include "widgets/parts/format.hpp"
#include "widgets/update/update_state.hpp"

namespace qarium::update_test {
namespace {

using widgets::Key;

std::string text_of(const widgets::ShortText& text) {
  return std::string(text.view());
}
std::string text_of(float value) {
  return text_of(widgets::number(static_cast<double>(value)));
}

/// Whether these words were drawn, over several lines too.
bool tells(const Rig& rig, std::string_view words) {
  std::string all;
  for (const auto& line : rig.texts())
    all += line.text + " ";
  return all.find(words) != std::string::npos;
}

/// The last transition that the panels showed, in the snapshot.
const protocol::TransitionView& shown(const Rig& rig) {
  const auto& state = rig.view.of<widgets::UpdateState>();
  return state.shown->samples.at(state.number);
}

void show(Rig& rig, const protocol::UpdateView& update) {
  rig.trainer.update = std::make_shared<const protocol::UpdateView>(update);
  rig.view.workspace = "update";
  rig.frame(2);
}

}  // namespace

TEST_CASE("the next update opens the part that shows it, by key and by button, where one looks at learning") {
  Rig rig;
  SECTION("key") {
    rig.key(Key::U);
  }
  SECTION("button") {
    rig.click("transport.update");
  }
  REQUIRE(rig.sent<protocol::Step>().size() == 1);
  CHECK(rig.sent<protocol::Step>()[0].unit == protocol::Unit::Update);
  CHECK(rig.view.workspace == "update");
  CHECK(protocol::wants(widgets::window_needs(rig.view), protocol::Part::Update));
  rig.key(Key::U);
  CHECK(rig.sent<protocol::Step>().size() == 2);
  CHECK(rig.view.workspace == "update");
  rig.key(Key::Escape);
  CHECK(rig.view.workspace == "learn");
  CHECK_FALSE(protocol::wants(widgets::window_needs(rig.view), protocol::Part::Update));
  // Who watches something else goes on watching it.
  rig.view.workspace = "attention";
  rig.key(Key::U);
  CHECK(rig.sent<protocol::Step>().size() == 3);
  CHECK(rig.view.workspace == "attention");
}

TEST_CASE("all transitions of a batch are reached by keys, with their own numbers") {
  Rig rig(1600, 900);
  show(rig, fakes::update());
  const auto& samples = rig.trainer.update->samples;
  std::set<std::size_t> reached;
  for (std::size_t i = 0; i < 64; ++i) {
    INFO("transition " << i);
    REQUIRE(shown(rig).number == i);
    reached.insert(shown(rig).number);
    CHECK(rig.says(std::to_string(i + 1) + " of 64"));
    const auto& sample = samples[i];
    CHECK(rig.says("Q(s, a) = " + text_of(sample.q) + ", after the update " +
                   text_of(sample.values_after[static_cast<std::size_t>(sample.action)])));
    CHECK(rig.says("loss " + text_of(sample.loss) + ", slope " +
                   text_of(widgets::signed_number(static_cast<double>(sample.slope)))));
    CHECK((rig.says("= " + text_of(sample.target)) && rig.says("y = r")));
    CHECK(rig.says("s' is terminal: nothing is added.") == sample.terminal);
    CHECK(rig.says("s', terminal") == sample.terminal);
    if (!sample.terminal) {
      CHECK(rig.says("= " + text_of(sample.reward) + " + " + text_of(sample.discount)));
      CHECK(rig.says(text_of(sample.next_target[static_cast<std::size_t>(sample.chosen)]) + " = " +
                     text_of(sample.target)));
    }
    for (const auto* row : {&sample.values, &sample.next_online, &sample.next_target}) {
      for (const float value : *row)
        CHECK(rig.says(text_of(value)));
    }
    rig.key(Key::Right);
  }
  CHECK(reached.size() == 64);
  CHECK(shown(rig).number == 63);  // it stops there
  for (int i = 0; i < 3; ++i)
    rig.key(Key::Left, true);
  CHECK(shown(rig).number == 33);
  for (int i = 0; i < 5; ++i)
    rig.key(Key::Left, true);
  CHECK(shown(rig).number == 0);
  CHECK(rig.sent<protocol::StageStep>().empty());
}

TEST_CASE("buttons go through the batch, too") {
  Rig rig;
  show(rig, fakes::update());
  rig.click("update.next");
  rig.click("update.next");
  CHECK(shown(rig).number == 2);
  rig.click("update.previous");
  CHECK(shown(rig).number == 1);
  rig.key(Key::Left);
  rig.click("update.previous");  // there is none before the first
  CHECK(shown(rig).number == 0);
}

TEST_CASE("which network chose and which valued is said") {
  Rig rig(1600, 900);
  auto update = fakes::update();
  auto& sample = update.samples[0];
  sample.next_online = {0, 9, 1, 1, 1, 1};
  sample.next_target = {0, 2, 7, 1, 1, 1};
  sample.chosen = 1;
  show(rig, update);
  CHECK(tells(rig, "a* = left: chosen by the online network, valued by the target network, which would choose up."));
  sample.next_target = {0, 8, 7, 1, 1, 1};
  show(rig, update);
  CHECK(tells(rig, "which would choose the same."));
  sample.chosen = 1;
  update.facts.double_q = false;
  show(rig, update);
  CHECK(tells(rig, "a* = left: chosen and valued by the target network. Double Q-learning is off."));
}

TEST_CASE("numbers with a sign of their own stand in brackets") {
  Rig rig(1600, 900);
  auto update = fakes::update();
  auto& sample = update.samples[0];
  sample.next_target = {-2, -3, -3, -3, -3, -3};
  sample.chosen = 0;
  sample.q = -0.5F;
  sample.target = 0.25F;
  show(rig, update);
  CHECK(rig.says(" (-2.000) = 0.2500"));
  CHECK(rig.says(" (-0.5000) = +0.7500"));
}

TEST_CASE("returns of n steps and rescaled values are said where they are in force") {
  Rig rig(1600, 900);
  auto update = fakes::update();
  show(rig, update);
  CHECK(tells(rig, "3-step return: r is the sum of 3 rewards, discounted by"));
  rig.view.of<widgets::UpdateState>().number = 10;  // terminal, after two
  rig.frame();
  CHECK(tells(rig, "sum of 2 rewards"));
  rig.view.of<widgets::UpdateState>().number = 0;
  update.facts.n_step = 1;
  update.samples[0].steps = 1;
  show(rig, update);
  CHECK_FALSE(rig.says("step return"));
  CHECK_FALSE(rig.says("h^-1"));
  update.samples[0].rescaled = true;
  show(rig, update);
  CHECK(rig.says("y = h(r + "));
  CHECK(rig.says("h^-1("));
  CHECK(rig.says("Value rescaling"));
}

TEST_CASE("the target network's age is said, in environment steps") {
  Rig rig(1600, 900);
  auto update = fakes::update();
  show(rig, update);
  CHECK(tells(rig, "Target network: copied 608 of 1,000 environment steps ago."));
  update.facts.tau = 0.005;
  show(rig, update);
  CHECK(tells(rig, "moved by tau = 0.005 to the online one 608 of 1,000 environment steps ago."));
  update.facts.target_copies = 0;
  show(rig, update);
  CHECK(tells(rig, "Target network: not copied yet, after 608 of 1,000 environment steps."));
}

TEST_CASE("the next update takes the place of the one shown; while learning goes on the one looked through stays") {
  Rig rig(1600, 900);
  rig.trainer.status.activity = protocol::Activity::Paused;
  auto update = fakes::update();
  show(rig, update);
  rig.key(Key::Right);
  CHECK(rig.says("Update 102,902"));
  update.basis.position.updates = rig.trainer.status.position.updates = 102'903;
  show(rig, update);
  CHECK(rig.says("Update 102,903"));
  CHECK_FALSE(rig.says("earlier batch"));
  CHECK(shown(rig).number == 1);

  rig.trainer.status.activity = protocol::Activity::Learning;
  rig.key(Key::Right);
  update.basis.position.updates = rig.trainer.status.position.updates = 102'990;
  show(rig, update);
  CHECK(rig.says("From an earlier batch, of update 102,903"));
  CHECK(shown(rig).number == 2);
  rig.key(Key::U);
  rig.frame(2);
  CHECK(rig.says("Update 102,990"));
  CHECK_FALSE(rig.says("earlier batch"));
}

TEST_CASE("from a sample of a running learner those transitions are gone through that are known") {
  Rig rig(1600, 900);
  rig.trainer.replay->batch_size = 64;
  rig.trainer.update.reset();
  rig.click("replay.sample.5");
  CHECK(rig.says("6 of 64"));
  CHECK(rig.says("Q(s, a) = "));
  CHECK_FALSE(rig.says("after the update"));
  for (int i = 0; i < 40; ++i)
    rig.key(Key::Right);
  CHECK(rig.says("32 of 64"));
  // Halted at that update: all are.
  rig.trainer.update = std::make_shared<const protocol::UpdateView>(fakes::update());
  rig.frame(2);
  rig.key(Key::Right);
  CHECK(rig.says("33 of 64"));
  CHECK(rig.says("after the update"));
}

TEST_CASE("what is not known is said") {
  Rig rig(1600, 900);
  SECTION("no update yet") {
    rig.trainer.status.position = {};
    show(rig, {});
    CHECK(rig.says("No update was made yet."));
  }
  SECTION("made anew, or a learner that tells none") {
    show(rig, {});
    CHECK(rig.says("Nothing is kept of the last update."));
  }
  SECTION("overwritten") {
    auto update = fakes::update();
    update.samples[0].before = {};
    update.samples[0].after = {};
    for (auto& sample : update.samples)
      sample.values_after.clear();
    show(rig, update);
    CHECK(rig.says("no longer in replay"));
    CHECK(rig.says("afterwards not measured"));
    CHECK_FALSE(rig.says("after the update"));
  }
  SECTION("the online network in s'") {
    auto update = fakes::update();
    update.facts.double_q = false;
    for (auto& sample : update.samples)
      sample.next_online.clear();
    show(rig, update);
    CHECK(rig.says("Without double Q-learning the online network"));
  }
  SECTION("sequences") {
    auto update = fakes::update();
    update.sequences = 4;
    for (auto& sample : update.samples) {
      sample.sequence = static_cast<std::int64_t>(sample.number / 16);
      sample.time = static_cast<std::int64_t>(sample.number % 16);
    }
    show(rig, update);
    CHECK(rig.says("Step 1 of sequence 1 of 4"));
  }
}

TEST_CASE("numbers that are none and spaces of any size are drawn") {
  Rig rig(1280, 720);
  auto update = fakes::update();
  for (auto& sample : update.samples) {
    sample.q = sample.target = sample.loss = sample.slope = std::nanf("");
    for (auto* row : {&sample.values, &sample.values_after, &sample.next_online, &sample.next_target})
      row->assign(18, std::numeric_limits<float>::infinity());
  }
  show(rig, update);
  rig.frame(2);
  update.samples.resize(1);
  update.samples[0].values.clear();
  update.samples[0].next_target.clear();
  rig.view.of<widgets::UpdateState>().number = 63;
  show(rig, update);
  point_at_everything(rig);
}

TEST_CASE("windows of any size hold the update") {
  for (const auto& [width, height] : {std::pair{1600.0F, 900.0F}, {1280.0F, 720.0F}, {900.0F, 700.0F}}) {
    Rig rig(width, height);
    show(rig, fakes::update());
    INFO(width << " by " << height);
    check_apart(rig);
    if (width >= 1280) check_inside(rig, width, height);
  }
  Rig rig(1600, 900);
  show(rig, fakes::update());
  auto& state = rig.view.of<widgets::UpdateState>();
  check_splitter(rig, "splitter.update.left", "update.differences", state.left_fraction,
                 widgets::UpdateState::kLeftFraction);
}

TEST_CASE("values are drawn against their mean where differences are small") {
  Rig rig(1600, 900);
  show(rig, fakes::update());
  rig.click("update.differences");
  CHECK(rig.view.of<widgets::UpdateState>().differences);
  rig.frame();
  float mean = 0;
  for (const float value : shown(rig).values)
    mean += value / 6;
  CHECK(rig.says(text_of(widgets::signed_number(static_cast<double>(shown(rig).values[0] - mean)))));
}

}  // namespace qarium::update_test
