#include "tests/panel/rig.hpp"
#include "widgets/learn/learn_state.hpp"
#include "widgets/parameters/parameter_scale.hpp"

namespace qarium::hyperparameters_test {

using widgets::Key;

namespace {

/// Shows only this row, so that it is in sight.
void look_for(Rig& rig, std::string_view name) {
  rig.view.of<widgets::LearnState>().filter = name;
  rig.frame(2);
}

/// Sets what the row waits for.
void make_apply(Rig& rig, const config::Parameter& row) {
  for (const auto& condition : row.when) {
    const auto& other = config::parameter(condition.name);
    const auto allowed = [&](std::string_view value) {
      return (std::ranges::find(condition.values, value) != condition.values.end()) != condition.unless;
    };
    const auto wanted = condition.unless ? *std::ranges::find_if(other.choices, allowed) : condition.values.front();
    config::set(rig.trainer.hyperparameters, other, config::parse(other, wanted));
  }
  rig.frame(2);
}

}  // namespace

TEST_CASE("dragging a slider sends values in range, not too many, and the last one") {
  Rig rig;
  look_for(rig, "learning_rate");
  rig.drag("parameter.learning_rate.slider", 0.4F, 0.8F, 60);
  const auto sets = rig.sent<protocol::Set>();
  REQUIRE(sets.size() >= 3);
  REQUIRE(sets.size() <= 13);
  double before = 0;
  for (const auto& set : sets) {
    REQUIRE(set.name == "learning_rate");
    const double value = std::get<double>(set.value);
    REQUIRE(value >= 1e-6);
    REQUIRE(value <= 1);
    REQUIRE(value > before);
    before = value;
  }
  REQUIRE(before > 1e-3);
}

TEST_CASE("a press on the thumb that does not move changes nothing") {
  Rig rig;
  look_for(rig, "learning_rate");
  const auto& parameter = config::parameter("learning_rate");
  const auto place = rig.area("parameter.learning_rate.slider");
  const float thumb = 6 + widgets::slider_fraction(parameter, 2.5e-4) * (place.width() - 12);
  rig.click("parameter.learning_rate.slider", thumb / place.width());
  REQUIRE(rig.commands.empty());
}

TEST_CASE("the arrow returns to the preset's value") {
  Rig rig;
  look_for(rig, "learning_rate");
  rig.click("parameter.learning_rate.reset");
  REQUIRE(rig.sent<protocol::Set>().size() == 1);
  REQUIRE(rig.sent<protocol::Set>()[0].value == config::Value(1e-4));
  look_for(rig, "gamma");
  REQUIRE_FALSE(rig.shows("parameter.gamma.reset"));
}

TEST_CASE("a value can be typed exactly") {
  Rig rig;
  look_for(rig, "gamma");
  rig.click("parameter.gamma.value");
  rig.frame(2);
  rig.type("0.9975");
  rig.key(Key::Enter);
  REQUIRE(rig.sent<protocol::Set>().size() == 1);
  REQUIRE(rig.sent<protocol::Set>()[0].value == config::Value(0.9975));
  REQUIRE_FALSE(rig.shows("parameter.gamma.field"));
}

TEST_CASE("Escape gives up typing") {
  Rig rig;
  look_for(rig, "gamma");
  rig.click("parameter.gamma.value");
  rig.frame(2);
  rig.type("0.5");
  rig.key(Key::Escape);
  rig.frame();
  REQUIRE(rig.commands.empty());
  REQUIRE_FALSE(rig.shows("parameter.gamma.field"));
}

TEST_CASE("what cannot be a value is refused with a reason and not sent") {
  Rig rig;
  look_for(rig, "gamma");
  rig.click("parameter.gamma.value");
  rig.frame(2);
  rig.type("1.5");
  rig.key(Key::Enter);
  REQUIRE(rig.commands.empty());
  REQUIRE(rig.pending.refusal("gamma") != nullptr);
  REQUIRE_THAT(*rig.pending.refusal("gamma"), ContainsSubstring("gamma"));

  rig.click("parameter.gamma.value");
  rig.frame(2);
  rig.type("soon");
  rig.key(Key::Enter);
  REQUIRE(rig.commands.empty());
  REQUIRE(rig.pending.refusal("gamma") != nullptr);
}

TEST_CASE("a value that the trainer refuses stays told until another is accepted") {
  Rig rig;
  look_for(rig, "batch_size");
  const auto before = rig.area("parameter.batch_size.slider");
  rig.drag("parameter.batch_size.slider", 0.5F, 0.9F);
  REQUIRE(rig.pending.pending("batch_size") != nullptr);
  while (rig.pending.waiting()) {
    // All the values along the way are answered, the newest last.
    for (std::size_t i = 1; i <= rig.commands.size(); ++i) {
      rig.pending.acknowledged({i, false, "batch_size must not exceed learning_starts", {}, rig.commands[i - 1]});
    }
  }
  rig.frame();
  REQUIRE(rig.pending.refusal("batch_size") != nullptr);
  REQUIRE(rig.pending.pending("batch_size") == nullptr);
  REQUIRE(rig.area("parameter.batch_size.slider").min.y == before.min.y);

  rig.click("parameter.batch_size.slider", 0.1F);
  rig.answer(true, "");
  REQUIRE(rig.pending.refusal("batch_size") == nullptr);
}

TEST_CASE("a change that rebuilds is asked about before it is sent") {
  Rig rig;
  look_for(rig, "encoder.channels");
  rig.drag("parameter.encoder.channels.slider", 0.5F, 0.9F);
  rig.frame(2);
  REQUIRE(rig.commands.empty());
  REQUIRE(rig.view.transient.dialog == widgets::Dialog::Rebuild);
  rig.click("rebuild.cancel");
  rig.frame();
  REQUIRE(rig.commands.empty());
  REQUIRE(rig.view.transient.dialog == widgets::Dialog::None);

  rig.drag("parameter.encoder.channels.slider", 0.5F, 0.9F);
  rig.frame(2);
  rig.click("rebuild.agree");
  REQUIRE(rig.sent<protocol::Set>().size() == 1);
  REQUIRE(rig.sent<protocol::Set>()[0].name == "encoder.channels");
  REQUIRE(std::get<std::int64_t>(rig.sent<protocol::Set>()[0].value) > 16);
}

TEST_CASE("switches and choices") {
  Rig rig;
  look_for(rig, "double_q");
  rig.click("parameter.double_q.switch");
  REQUIRE(rig.sent<protocol::Set>().back().value == config::Value(true));
  look_for(rig, "optimizer");
  rig.click("parameter.optimizer.choice");
  rig.frame();
  rig.click("parameter.optimizer.choice.rmsprop");
  REQUIRE(rig.sent<protocol::Set>().back().name == "optimizer");
  REQUIRE(rig.sent<protocol::Set>().back().value == config::Value(std::string("rmsprop")));
}

TEST_CASE("a pending value is shown until it is answered") {
  Rig rig;
  look_for(rig, "double_q");
  rig.click("parameter.double_q.switch");
  REQUIRE(rig.pending.pending("double_q") != nullptr);
  // Clicked again, it goes back from what is pending.
  rig.click("parameter.double_q.switch");
  REQUIRE(rig.sent<protocol::Set>().back().value == config::Value(false));
  rig.answer(true, "");
  REQUIRE(rig.pending.last() != nullptr);
}

TEST_CASE("the filter finds by name and by meaning, and only what differs on request") {
  Rig rig;
  look_for(rig, "discount");
  REQUIRE(rig.shows("parameter.gamma.slider"));
  REQUIRE_FALSE(rig.shows("parameter.learning_rate.slider"));
  rig.click("hyperparameters.clear_filter");
  REQUIRE(rig.view.of<widgets::LearnState>().filter.empty());
  rig.click("hyperparameters.only_changed");
  rig.frame();
  REQUIRE(rig.shows("parameter.learning_rate.slider"));
  REQUIRE(rig.shows("parameter.exploration_final_eps.slider"));
  REQUIRE_FALSE(rig.shows("parameter.gamma.slider"));
  rig.click("hyperparameters.return_all");
  REQUIRE(rig.sent<protocol::Set>().size() == 2);
}

TEST_CASE("every row of the table has a control to change it by, where it applies") {
  Rig rig;
  const auto usual = rig.trainer.hyperparameters;
  for (const auto& parameter : config::parameters()) {
    rig.trainer.hyperparameters = usual;
    look_for(rig, parameter.name);
    const auto control = "parameter." + std::string(parameter.name);
    const char* part = widgets::is_switch(parameter)   ? ".switch"
                       : widgets::is_number(parameter) ? ".slider"
                                                       : ".choice";
    INFO(control << part);
    REQUIRE(rig.shows(control + part) == config::applies(usual, parameter));
    make_apply(rig, parameter);
    REQUIRE(rig.shows(control + part));
  }
}

TEST_CASE("what is looked for and does not apply is told when it does") {
  Rig rig;
  look_for(rig, "memory.slots");
  REQUIRE_FALSE(rig.shows("parameter.memory.slots.slider"));
  // What it waits for finds it too.
  rig.trainer.hyperparameters.memory.kind = "mann";
  look_for(rig, "mann");
  REQUIRE(rig.shows("parameter.memory.slots.slider"));
  REQUIRE_FALSE(rig.shows("parameter.memory.write_heads.slider"));
  look_for(rig, "no such name");
  REQUIRE_FALSE(rig.shows("parameter.memory.slots.slider"));
}

TEST_CASE("what differs and does not apply is not counted among the changes") {
  Rig rig;
  const auto& base = rig.presets.front().hyperparameters;
  rig.trainer.hyperparameters = base;
  rig.trainer.hyperparameters.memory.slots = base.memory.slots + 1;
  rig.frame(2);
  rig.click("hyperparameters.only_changed");
  rig.frame();
  REQUIRE_FALSE(rig.shows("parameter.memory.slots.slider"));
  REQUIRE_FALSE(rig.controls.find("hyperparameters.return_all")->enabled);
  rig.trainer.hyperparameters.memory.kind = "ntm";
  rig.frame(2);
  REQUIRE(rig.shows("parameter.memory.slots.slider"));
  REQUIRE(rig.shows("parameter.memory.kind.choice"));
}

TEST_CASE("a row that goes away while its slider is held leaves nothing held behind") {
  Rig rig;
  look_for(rig, "prioritized_replay");
  rig.trainer.hyperparameters.prioritized_replay = true;
  rig.frame();
  rig.point("parameter.prioritized_replay_alpha.slider", 0.2F);
  rig.press();
  rig.point("parameter.prioritized_replay_alpha.slider", 0.9F);
  rig.trainer.hyperparameters.prioritized_replay = false;
  rig.frame(2);
  REQUIRE_FALSE(rig.shows("parameter.prioritized_replay_alpha.slider"));
  rig.release();
  rig.commands.clear();
  rig.trainer.hyperparameters.prioritized_replay = true;
  rig.frame(3);
  REQUIRE(rig.shows("parameter.prioritized_replay_alpha.slider"));
  REQUIRE(rig.commands.empty());
}

TEST_CASE("the answer to a change that changes nothing says when it would") {
  Rig rig;
  const auto& slots = config::parameter("memory.slots");
  widgets::Pending& pending = rig.pending;
  rig.trainer.hyperparameters.memory.kind = "none";
  const widgets::Fonts fonts;
  const widgets::PanelContext context{.trainer = rig.trainer,
                                      .stage = rig.stage,
                                      .models = rig.models,
                                      .pending = pending,
                                      .view = rig.view,
                                      .theme = rig.theme,
                                      .fonts = fonts,
                                      .canvas = rig.canvas,
                                      .emit = [&](protocol::Command command) {
                                        rig.commands.push_back(std::move(command));
                                        return rig.commands.size();
                                      }};
  widgets::send(context, protocol::Set{std::string(slots.name), std::int64_t{64}});
  rig.answer(true, "");
  REQUIRE_THAT(pending.last()->text,
               ContainsSubstring("memory.slots") && ContainsSubstring("applies when memory.kind is ntm, dnc or mann"));
  rig.trainer.hyperparameters.memory.kind = "ntm";
  widgets::send(context, protocol::Set{std::string(slots.name), std::int64_t{65}});
  rig.answer(true, "");
  REQUIRE(pending.last()->text.find("applies when") == std::string::npos);
}

TEST_CASE("a block's inside offers what applies to its kind") {
  Rig rig;
  rig.click("pipeline.memory");
  rig.frame(2);
  REQUIRE(rig.shows("block.memory.kind.choice"));
  REQUIRE_FALSE(rig.shows("block.memory.hidden.slider"));
  REQUIRE_FALSE(rig.shows("block.memory.slots.slider"));
  rig.trainer.hyperparameters.memory.kind = "ntm";
  rig.frame(2);
  REQUIRE(rig.shows("block.memory.hidden.slider"));
  REQUIRE(rig.shows("block.memory.slots.slider"));
  REQUIRE_FALSE(rig.shows("block.memory.score.choice"));
}

TEST_CASE("slider positions and values agree over every number's range") {
  for (const auto& parameter : config::parameters()) {
    if (!widgets::is_number(parameter)) continue;
    INFO(parameter.name);
    float before = -1;
    for (float share = 0; share <= 1.0F; share += 0.01F) {
      const double value = widgets::as_number(widgets::slider_value(parameter, share));
      REQUIRE(value >= parameter.minimum);
      REQUIRE(value <= parameter.maximum);
      const float back = widgets::slider_fraction(parameter, value);
      REQUIRE(back >= before - 1e-4F);
      before = back;
    }
    REQUIRE(widgets::as_number(widgets::slider_value(parameter, 0)) == Approx(parameter.minimum));
    REQUIRE(widgets::as_number(widgets::slider_value(parameter, 1)) == Approx(parameter.maximum));
  }
}

TEST_CASE("a block's inside offers its hyperparameters, and a change there asks too") {
  Rig rig;
  rig.click("pipeline.head");
  rig.frame(2);
  REQUIRE(rig.shows("block.head.dueling.switch"));
  rig.click("block.head.dueling.switch");
  rig.frame(2);
  REQUIRE(rig.commands.empty());
  REQUIRE(rig.view.transient.dialog == widgets::Dialog::Rebuild);
  rig.click("rebuild.agree");
  REQUIRE(rig.sent<protocol::Set>().size() == 1);
  REQUIRE(rig.sent<protocol::Set>()[0].value == config::Value(false));
}

}  // namespace qarium::hyperparameters_test
