#include "tests/panel/laboratory_fakes.hpp"
#include "tests/panel/memory_fakes.hpp"
#include "tests/panel/rig.hpp"
#include "widgets/laboratory/laboratory_state.hpp"
#include "widgets/memory_pictures/memory_look.hpp"

namespace qarium::laboratory_panel_test {

using widgets::Key;

namespace {

void open(Rig& rig, const char* kind = "ntm", int length = 20) {
  rig.laboratory = fakes::laboratory(kind, length);
  rig.laboratory_curve = fakes::laboratory_curve();
  rig.view.workspace = "laboratory";
  rig.frame(2);
}

/// The middle of this column of a picture, as a share of its width: 64 columns are shown of a sequence of 41 steps.
float column(int at) {
  return (static_cast<float>(at) + 0.5F) / 64;
}

}  // namespace

TEST_CASE("the laboratory asks for itself and not for the stage") {
  using protocol::Part;
  Rig rig;
  rig.key(Key::Digit4, true);
  REQUIRE(rig.view.workspace == "laboratory");
  const auto needs = widgets::window_needs(rig.view);
  REQUIRE(protocol::wants(needs, Part::Laboratory));
  for (const auto part : {Part::Stage, Part::ActionValues, Part::Memory, Part::Attention, Part::Replay})
    REQUIRE_FALSE(protocol::wants(needs, part));
  for (const auto workspace : {"learn", "attention", "memory"}) {
    rig.view.workspace = workspace;
    REQUIRE_FALSE(protocol::wants(widgets::window_needs(rig.view), Part::Laboratory));
  }
}

TEST_CASE("a task is started with what was chosen, and a sequence asked for") {
  Rig rig;
  rig.view.workspace = "laboratory";
  rig.frame(2);
  REQUIRE(rig.commands.empty());
  REQUIRE_FALSE(rig.controls.find("laboratory.continue")->enabled);
  rig.click("laboratory.task");
  rig.frame();
  rig.click("laboratory.task.priority sort");
  rig.click("laboratory.memory");
  rig.frame();
  rig.click("laboratory.memory.dnc");
  rig.click("laboratory.seed");
  rig.frame(2);
  rig.type("42");
  rig.key(Key::Enter);
  rig.click("laboratory.start");
  auto started = rig.sent<protocol::StartLaboratory>();
  REQUIRE(started.size() == 1);
  REQUIRE(started[0].options.task == "priority_sort");
  REQUIRE(started[0].options.hyperparameters.memory.kind == "dnc");
  REQUIRE(started[0].options.hyperparameters.seed == 42);
  REQUIRE(rig.sent<protocol::SampleLaboratory>().size() == 1);
  REQUIRE(rig.sent<protocol::SampleLaboratory>()[0].length == 20);

  rig.laboratory_plan.options_of = [](const protocol::LaboratoryExperiment& experiment) {
    protocol::LaboratoryOptions options;
    options.task = experiment.task + " of " + experiment.preset;
    options.hyperparameters.memory.kind = experiment.memory;
    options.hyperparameters.seed = experiment.seed + 1;
    options.max_length = 7;
    return options;
  };
  rig.click("laboratory.preset");
  rig.frame();
  rig.click("laboratory.preset.paper");
  rig.click("laboratory.start");
  started = rig.sent<protocol::StartLaboratory>();
  REQUIRE(started[1].options.task == "priority_sort of paper");
  REQUIRE(started[1].options.hyperparameters.seed == 43);
  REQUIRE(started[1].options.max_length == 7);
}

TEST_CASE("learning pauses and goes on") {
  Rig rig;
  open(rig);
  rig.click("laboratory.pause");
  REQUIRE(rig.sent<protocol::PauseLaboratory>().size() == 1);
  rig.laboratory.running = false;
  rig.frame();
  rig.click("laboratory.continue");
  REQUIRE(rig.sent<protocol::ContinueLaboratory>().size() == 1);
}

TEST_CASE("the length of the shown sequence is dragged, and other bits asked for") {
  Rig rig;
  open(rig);
  rig.drag("laboratory.length", 0.2F, 0.99F, 40);
  const auto sent = rig.sent<protocol::SampleLaboratory>();
  REQUIRE(sent.back().length == widgets::kLongestShown);
  REQUIRE(sent.size() < 10);
  REQUIRE(rig.view.of<widgets::LaboratoryState>().length == widgets::kLongestShown);
  rig.click("laboratory.other");
  REQUIRE(rig.sent<protocol::SampleLaboratory>().back().number == 1);
  REQUIRE(rig.sent<protocol::SampleLaboratory>().back().length == widgets::kLongestShown);
}

TEST_CASE("target, answer and error are pictures; the error is theirs alone where it counts") {
  Rig rig;
  open(rig);
  const auto& sample = *rig.laboratory.sample;
  const auto* error = rig.heat("laboratory.picture.error");
  REQUIRE(error != nullptr);
  REQUIRE(error->style.low == -error->style.high);
  const auto at = [&](const char* name, int step, int bit) {
    return rig.heat(std::string("laboratory.picture.") + name)
        ->values[0][static_cast<std::size_t>((7 - bit) * 41 + step)];
  };
  for (const int step : {0, 15, 21, 33, 40}) {
    for (int bit = 0; bit < 8; ++bit) {
      const auto cell = static_cast<std::size_t>(step * 8 + bit);
      REQUIRE(at("target", step, bit) == sample.target[cell]);
      REQUIRE(at("answer", step, bit) == sample.answer[cell]);
      REQUIRE(at("error", step, bit) == (step > 20 ? sample.answer[cell] - sample.target[cell] : 0.0F));
    }
  }
}

TEST_CASE("the laboratory has the same pictures, matrix and chain, at its own time cursor") {
  Rig rig;
  open(rig);
  for (const auto* name : {"inputs", "adds", "write weights", "outputs", "reads", "read weights"})
    REQUIRE(rig.heat(std::string("laboratory.picture.") + name) != nullptr);
  const auto shown = [&] { return rig.heat("laboratory.strip.content")->values[0]; };
  rig.view.of<widgets::MemoryLook>().chain_writes = true;
  rig.frame(2);
  const auto& memory = rig.laboratory.sample->memory;
  REQUIRE(shown() == memory[40].heads[1].content);
  rig.click("laboratory.picture.adds", column(7));
  rig.frame(2);
  REQUIRE(shown() == memory[7].heads[1].content);
  rig.key(Key::Right);
  rig.frame(2);
  REQUIRE(shown() == memory[8].heads[1].content);
  rig.key(Key::Left, true);
  rig.frame(2);
  REQUIRE(rig.view.of<widgets::LaboratoryState>().cursor == 0);
  rig.point("laboratory.picture.answer", column(30));
  rig.frame(2);
  REQUIRE(rig.view.of<widgets::LaboratoryState>().hovered == 30);
  REQUIRE_FALSE(rig.shows("chain.g"));
  rig.click("laboratory.matrix", 0.2F, 1 - 9.5F / 32);
  REQUIRE(rig.view.of<widgets::LaboratoryState>().kept.chosen_slot == 9);
  REQUIRE(rig.commands.empty());
}

TEST_CASE("answers of the laboratory are told, samples are not, and a new start clears the curve") {
  Rig rig;
  open(rig);
  rig.click("laboratory.other");
  rig.answer(true, "answered a sequence of 20");
  REQUIRE(rig.pending.last() == nullptr);
  rig.click("laboratory.pause");
  rig.answer(true, "the laboratory paused");
  REQUIRE(rig.pending.last()->text == "the laboratory paused");
  REQUIRE_FALSE(rig.laboratory_curve.empty());
  rig.commands.emplace_back(protocol::LaboratoryCommand{protocol::StartLaboratory{}});
  rig.answer(false, "too many slots");
  REQUIRE_FALSE(rig.laboratory_curve.empty());
  rig.answer(true, "learning to copy");
  REQUIRE(rig.laboratory_curve.empty());
  REQUIRE_FALSE(rig.curves.empty());
}

TEST_CASE("the curve of the laboratory has its values under the pointer and a logarithmic axis") {
  Rig rig;
  open(rig);
  REQUIRE(rig.laboratory_curve.bits().nearest(100).mean > 20);
  rig.point("laboratory.plot", 0.4F);
  rig.frame(3);
  rig.click("laboratory.log");
  REQUIRE(rig.view.of<widgets::LaboratoryState>().log_axis);
  rig.frame(2);
}

TEST_CASE("untouched, the laboratory asks for nothing") {
  Rig rig;
  open(rig);
  rig.frame(100);
  REQUIRE_FALSE(std::isfinite(rig.view.transient.wake_at));
  REQUIRE(rig.commands.empty());
}

}  // namespace qarium::laboratory_panel_test
