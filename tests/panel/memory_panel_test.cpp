#include "tests/panel/memory_fakes.hpp"
#include "tests/panel/rig.hpp"
#include "widgets/memory/memory_state.hpp"
#include "widgets/memory_pictures/memory_look.hpp"
#include "widgets/parts/format.hpp"

namespace qarium::memory_panel_test {

using widgets::Key;

namespace {

void open(Rig& rig, std::string_view kind, int columns = 50, const fakes::MemorySizes& sizes = {}) {
  rig.stage = fakes::remembering_stage(kind, columns, sizes);
  rig.trainer.network->blocks[2].kind = kind;
  rig.view.workspace = "memory";
  rig.frame(2);
}

/// The middle of this column of a picture, as a share of its width: 64 columns are shown of an episode of 50.
float column(int at) {
  return (static_cast<float>(at) + 0.5F) / 64;
}

}  // namespace

TEST_CASE("the memory workspace asks for the memory and nothing of attention") {
  using protocol::Part;
  Rig rig;
  rig.key(Key::Digit3, true);
  REQUIRE(rig.view.workspace == "memory");
  const auto needs = widgets::window_needs(rig.view);
  for (const auto part : {Part::Stage, Part::ActionValues, Part::Network, Part::Memory})
    REQUIRE(protocol::wants(needs, part));
  for (const auto part : {Part::Attention, Part::AttentionMatrix, Part::AttentionCurves, Part::Replay})
    REQUIRE_FALSE(protocol::wants(needs, part));
  rig.key(Key::Digit1, true);
  REQUIRE_FALSE(protocol::wants(widgets::window_needs(rig.view), Part::Memory));
  rig.click("workspace.memory");
  REQUIRE(rig.view.workspace == "memory");
}

TEST_CASE("an episode is six pictures, each one texture with time across and row 0 below") {
  Rig rig;
  open(rig, "ntm");
  for (const auto& trace : rig.stage.memory_episode->traces) {
    if (trace.role == protocol::TraceRole::Erases) continue;
    INFO(trace.name);
    const auto* picture = rig.heat("memory.picture." + trace.name);
    REQUIRE(picture != nullptr);
    REQUIRE(picture->areas.size() == 1);
    const auto& values = picture->values[0];
    REQUIRE(values.size() == trace.values.size());
    const auto rows = static_cast<std::size_t>(trace.rows);
    for (const std::size_t step : {0U, 17U, 49U}) {
      for (std::size_t row = 0; row < rows; ++row)
        REQUIRE(values[(rows - 1 - row) * 50 + step] == trace.values[step * rows + row]);
    }
    const float most = *std::max_element(trace.values.begin(), trace.values.end());
    REQUIRE(picture->style.high == (trace.is_signed ? -picture->style.low : most));
    REQUIRE((picture->style.colors == widgets::ColorMap::Grey) == !trace.is_signed);
  }
  REQUIRE(rig.heat("memory.picture.erases") == nullptr);
}

TEST_CASE("each kind has its own pictures") {
  const auto [kind, names] = GENERATE(
      std::pair{"dnc", std::vector<std::string>{"write weights", "read weights", "usage", "allocation", "reads"}},
      std::pair{"mann", std::vector<std::string>{"write weights", "read weights", "usage", "reads"}},
      std::pair{"lstm", std::vector<std::string>{"hidden", "cell", "input gate", "forget gate", "candidate"}},
      std::pair{"gru", std::vector<std::string>{"hidden", "reset gate", "update gate", "candidate"}},
      std::pair{"transformer", std::vector<std::string>{"inputs", "weights by age", "weights by age 2"}});
  Rig rig;
  open(rig, kind);
  for (const auto& name : names) {
    INFO(kind << " " << name);
    REQUIRE(rig.heat("memory.picture." + name) != nullptr);
  }
}

TEST_CASE("one time cursor goes through all pictures and panels, and a click seeks") {
  Rig rig;
  open(rig, "ntm");
  const auto first = rig.stage.memory_episode->first;
  rig.point("memory.picture.adds", column(12));
  rig.frame(2);
  REQUIRE(rig.view.transient.hovered_moment == first + 12);
  rig.click("memory.picture.read weights", column(7));
  REQUIRE(rig.sent<protocol::Seek>().size() == 1);
  REQUIRE(rig.sent<protocol::Seek>()[0].index == first + 7);
  rig.click("memory.picture.reads", column(60));
  REQUIRE(rig.sent<protocol::Seek>().size() == 1);
}

TEST_CASE("pointing at a slot in a picture highlights it everywhere") {
  Rig rig;
  open(rig, "ntm");
  rig.point("memory.picture.write weights", column(3), 1 - 9.5F / 32);
  rig.frame(2);
  REQUIRE(rig.view.of<widgets::MemoryState>().kept.hovered_slot == 9);
  rig.point("memory.matrix", 0.2F, 1 - 4.5F / 32);
  rig.frame(2);
  REQUIRE(rig.view.of<widgets::MemoryState>().kept.hovered_slot == 4);
  rig.point("memory.strip.sharpened", 22.5F / 32);
  rig.frame(2);
  REQUIRE(rig.view.of<widgets::MemoryState>().kept.hovered_slot == 22);
  rig.point("transport.pause");
  rig.frame(2);
  REQUIRE(rig.view.of<widgets::MemoryState>().kept.hovered_slot == -1);
}

TEST_CASE("a long episode shows the steps around the cursor, and the wheel moves along it") {
  Rig rig;
  open(rig, "ntm", 512);
  auto& strips = rig.view.of<widgets::MemoryState>().kept.strips;
  REQUIRE(strips.from > 300);
  const int live = strips.from;
  rig.stage.moment.index = rig.stage.memory_episode->first + 10;
  rig.frame(2);
  REQUIRE(strips.from == 0);
  rig.stage.moment.index = rig.stage.last;
  rig.frame(2);
  REQUIRE(strips.from == live);
  rig.point("memory.picture.inputs");
  rig.wheel(3);
  REQUIRE(strips.from < live);
}

TEST_CASE("pictures are made anew only for another episode") {
  Rig rig;
  open(rig, "ntm");
  auto episode = *rig.stage.memory_episode;
  auto& adds = episode.traces[2].values;
  std::fill(adds.begin(), adds.end(), 5.0F);
  rig.stage.memory_episode = std::make_shared<protocol::MemoryEpisode>(episode);
  rig.frame(2);
  REQUIRE(rig.heat("memory.picture.adds")->values[0][0] != 5.0F);
  ++episode.version;
  rig.stage.memory_episode = std::make_shared<protocol::MemoryEpisode>(episode);
  rig.frame(2);
  REQUIRE(rig.heat("memory.picture.adds")->values[0][0] == 5.0F);
}

TEST_CASE("limits of the pictures and of the matrix are pinned") {
  Rig rig;
  open(rig, "ntm");
  const float automatic = rig.heat("memory.picture.reads")->style.high;
  rig.click("memory.pin.reads");
  const auto at = static_cast<std::size_t>(protocol::TraceRole::Reads);
  REQUIRE(rig.view.of<widgets::MemoryLook>().pinned[at] == Approx(automatic).margin(1.1e-3));
  REQUIRE(rig.shows("memory.pin.write weights"));
  rig.click("memory.pin.reads");
  REQUIRE(rig.view.of<widgets::MemoryLook>().pinned[at] == 0);
  rig.click("memory.matrix.pin");
  REQUIRE(rig.view.of<widgets::MemoryLook>().pinned_matrix > 0);
  REQUIRE(rig.heat("memory.matrix")->style.high == rig.view.of<widgets::MemoryLook>().pinned_matrix);
}

TEST_CASE("the matrix shows content with slot 0 below, or what changed since the last step") {
  Rig rig;
  open(rig, "ntm");
  const auto& view = *rig.stage.memory;
  const auto row = [&](std::size_t slot) {
    const auto& values = rig.heat("memory.matrix")->values[0];
    return std::vector<float>(values.begin() + static_cast<std::ptrdiff_t>((31 - slot) * 16),
                              values.begin() + static_cast<std::ptrdiff_t>((32 - slot) * 16));
  };
  REQUIRE(row(5) == std::vector<float>(view.after.begin() + 80, view.after.begin() + 96));
  rig.click("memory.changes");
  REQUIRE(row(5) == std::vector<float>(16, 0.0F));
  const std::size_t written = 8 + 49 % 11;
  REQUIRE(row(written) != std::vector<float>(16, 0.0F));
}

TEST_CASE("where there are several heads one is chosen, and its strips and chain are shown") {
  Rig rig;
  open(rig, "ntm", 50, {32, 16, 2, 2});
  REQUIRE(rig.heat("memory.picture.read weights")->values[0][9 * 50] > 0.9F);
  rig.click("memory.head");
  rig.frame();
  rig.click("memory.head.read head 2");
  rig.frame(2);
  REQUIRE(rig.view.of<widgets::MemoryLook>().read_head == 1);
  REQUIRE(rig.heat("memory.picture.read weights")->values[0][8 * 50] > 0.9F);
  REQUIRE(rig.heat("memory.strip.sharpened")->values[0][23] > 0.9F);
  rig.click("memory.head");
  rig.frame();
  rig.click("memory.head.write head 1");
  rig.frame(2);
  REQUIRE(rig.view.of<widgets::MemoryLook>().chain_writes);
  REQUIRE(rig.heat("memory.strip.sharpened")->values[0] == rig.stage.memory->heads[2].sharpened);
}

TEST_CASE("units are sorted by activation or change") {
  Rig rig;
  open(rig, "lstm");
  REQUIRE(rig.view.of<widgets::MemoryState>().kept.strips.units.empty());
  rig.click("memory.order");
  rig.frame();
  rig.click("memory.order.by activation");
  rig.frame(2);
  const auto& units = rig.view.of<widgets::MemoryState>().kept.strips.units;
  REQUIRE(units.size() == 32);
  REQUIRE(std::is_sorted(units.begin(), units.end()));
  rig.view.of<widgets::MemoryLook>().order = widgets::UnitOrder::Change;
  rig.frame(2);
  REQUIRE(units.size() == 32);
  REQUIRE_FALSE(std::is_sorted(units.begin(), units.end()));
}

TEST_CASE("units that have a half-life show its spectrum, the longest first") {
  Rig rig(1600, 900);
  open(rig, "gru");
  CHECK_FALSE(rig.says("half-life of each unit, steps"));
  auto memory = std::make_shared<protocol::MemoryView>(*rig.stage.memory);
  const auto units = memory->units->hidden.size();
  memory->units->half_life.assign(units, 2);
  memory->units->half_life[3] = 250;
  memory->units->half_life[4] = NAN;
  memory->version += 1;
  rig.stage.memory = memory;
  rig.frame(2);
  CHECK(rig.says("half-life of each unit, steps"));
  CHECK(rig.says(widgets::ShortText("longest ").add(widgets::number(250))));
  rig.point("memory.half_lives", 0.001F);
  rig.frame(40);
  CHECK(rig.says("Unit 4 loses half"));
}

TEST_CASE("a dnc shows its link matrix and modes, units their gates") {
  Rig rig(1600, 1400);
  open(rig, "dnc");
  REQUIRE(rig.heat("memory.link")->values[0].size() == 32 * 32);
  REQUIRE(rig.shows("memory.strip.forward"));
  open(rig, "lstm");
  REQUIRE(rig.shows("memory.strip.forget gate"));
  REQUIRE(rig.heat("memory.matrix")->values[0].size() == 32 * 3);
}

TEST_CASE("without a memory the workspace says so and offers the presets that have one") {
  Rig rig;
  open(rig, "none");
  REQUIRE_FALSE(rig.shows("memory.preset.tmaze-ntm"));
  REQUIRE_FALSE(rig.shows("memory.erase"));
  REQUIRE_FALSE(rig.shows("memory.strip.content"));
  rig.presets.push_back({"tmaze-ntm", "A Neural Turing Machine in a T-maze.", {}});
  rig.frame(2);
  rig.click("memory.preset.tmaze-ntm");
  rig.frame(2);
  REQUIRE(rig.view.transient.dialog == widgets::Dialog::Preset);
  rig.click("preset.agree");
  REQUIRE(rig.sent<protocol::Configure>().size() == 1);
}

TEST_CASE("untouched, the memory workspace asks for frames once and then for nothing") {
  Rig rig;
  open(rig, "ntm");
  rig.frame(100);
  REQUIRE_FALSE(std::isfinite(rig.view.transient.wake_at));
  REQUIRE(rig.commands.size() == rig.sent<protocol::Recall>().size());
  REQUIRE(rig.sent<protocol::Recall>().size() == 1);
}

}  // namespace qarium::memory_panel_test
