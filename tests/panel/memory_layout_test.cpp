#include <cmath>
#include <limits>

#include "tests/panel/layout.hpp"
#include "tests/panel/memory_fakes.hpp"
#include "widgets/intervention/intervention_state.hpp"
#include "widgets/memory/memory_state.hpp"
#include "widgets/memory_pictures/memory_look.hpp"

namespace qarium::memory_layout_test {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr std::array kKinds{"ntm", "dnc", "mann", "lstm", "gru", "memory_bank", "transformer"};

void show(Rig& rig, std::string_view kind, int columns = 50, const fakes::MemorySizes& sizes = {}) {
  rig.stage = fakes::remembering_stage(kind, columns, sizes);
  rig.trainer.network->blocks[2].kind = kind;
  rig.view.workspace = "memory";
  rig.frame(3);
}

void intervene_much(Rig& rig) {
  protocol::MemoryChange change;
  change.slots = {{3, {}}, {9, std::vector<float>(16, 0.5F)}};
  change.freeze_writes = true;
  change.silenced = {0};
  change.exchange = protocol::StateExchange{rig.stage.moment.index - 4, {"memory", "h"}};
  change.heads = {{.head = 0, .g = 0.5F}};
  rig.stage.counterfactual = fakes::memory_counterfactual(rig.stage, change);
  rig.stage.counterfactual_rollout =
      std::make_shared<protocol::CounterfactualRollout>(fakes::counterfactual_rollout(change));
  rig.view.of<widgets::InterventionState>().intervention.memory = change;
  rig.frame(3);
}

void without_numbers(protocol::MemoryView& view, protocol::MemoryEpisode& episode) {
  for (auto* values : {&view.before, &view.after, &view.read_weights, &view.write_weights, &view.usage})
    std::fill(values->begin(), values->end(), kNan);
  for (auto& trace : episode.traces)
    std::fill(trace.values.begin(), trace.values.end(), INFINITY);
  for (auto& head : view.heads) {
    head.beta = head.g = kNan;
    head.gamma = INFINITY;
    head.shift = {kNan, kNan, kNan};
  }
  if (view.units) view.units->hidden.assign(view.units->hidden.size(), kNan);
  if (view.kept) view.kept->weights.assign(view.kept->weights.size(), kNan);
  if (view.dnc) view.dnc->write_gate = kNan;
}

void cut_down(protocol::MemoryView& view, protocol::MemoryEpisode& episode) {
  view.before.resize(3);
  view.read_weights.clear();
  view.write_weights.resize(1);
  view.reads.clear();
  for (auto& head : view.heads) {
    head.content.resize(1);
    head.sharpened.clear();
    head.shift.clear();
    head.similarity.resize(2);
  }
  if (view.heads.size() > 1) view.heads.resize(1);
  if (view.dnc) {
    view.dnc->link.resize(5);
    view.dnc->read_modes.clear();
    view.dnc->usage.clear();
  }
  if (view.units) {
    view.units->gates.resize(3);
    view.units->change.clear();
    view.units->cell.resize(2);
  }
  if (view.kept) {
    view.kept->weights.resize(1);
  }
  for (auto& trace : episode.traces)
    trace.values.resize(1);
}

}  // namespace

TEST_CASE("the memory workspace fits its window and nothing covers another") {
  const auto [width, height] = GENERATE(std::pair{1280.0F, 720.0F}, std::pair{1600.0F, 900.0F},
                                        std::pair{1920.0F, 1080.0F}, std::pair{2560.0F, 1440.0F});
  const auto* kind = GENERATE(from_range(kKinds));
  const bool intervened = GENERATE(false, true);
  Rig rig(width, height);
  show(rig, kind);
  if (intervened) intervene_much(rig);
  INFO(kind << " " << width);
  check_inside(rig, width, height);
  check_apart(rig);
  for (const auto* name : {"workspace.memory", "stage.grid", "memory.freeze", "counterfactual.play",
                           "splitter.memory.left", "splitter.memory.matrix", "splitter.memory.stage"}) {
    INFO(name);
    CHECK(rig.shows(name));
  }
}

TEST_CASE("the memory workspace fits at any scale, with and without an intervention") {
  const float scale = GENERATE(0.5F, 0.75F, 1.25F, 1.5F, 2.0F, 3.0F);
  const auto* kind = GENERATE("ntm", "dnc", "lstm", "transformer");
  const bool intervened = GENERATE(false, true);
  Rig rig(1280, 720, scale);
  show(rig, kind);
  if (intervened) intervene_much(rig);
  check_inside(rig, 1280, 720);
  check_apart(rig);
}

TEST_CASE("at 1280 x 720 and 1600 x 900 the six pictures are all to be seen, large enough to read") {
  const auto [width, height, least] = GENERATE(std::tuple{1280.0F, 720.0F, 80.0F}, std::tuple{1600.0F, 900.0F, 140.0F});
  Rig rig(width, height);
  show(rig, "ntm");
  for (const auto* name : {"inputs", "adds", "write weights", "outputs", "reads", "read weights"}) {
    const auto area = rig.area(std::string("memory.picture.") + name);
    INFO(name << " " << area.width() << " x " << area.height());
    CHECK(area.height() >= least);
    CHECK(area.width() >= 130);
  }
  CHECK(rig.area("memory.matrix").height() >= 90);
  for (const auto* name : {"chain.beta", "chain.g", "chain.shift", "memory.strip.sharpened"})
    CHECK(rig.area(name).height() > 0);
}

TEST_CASE("the splitters of the memory workspace move and are remembered") {
  Rig rig;
  show(rig, "ntm");
  check_splitter(rig, "splitter.memory.left", "memory.picture.inputs",
                 rig.view.of<widgets::MemoryState>().left_fraction, widgets::MemoryState::kLeftFraction);
}

TEST_CASE("memories of any size are drawn") {
  const auto [slots, width] = GENERATE(std::pair{1, 1}, std::pair{1, 64}, std::pair{1024, 4}, std::pair{3, 200});
  const int columns = GENERATE(1, 2, 512);
  const auto* kind = GENERATE("ntm", "dnc", "lstm");
  if (std::string_view(kind) == "dnc" && slots > 100) return;
  Rig rig(1280, 720);
  show(rig, kind, columns, {slots, width, 2, 2});
  check_inside(rig, 1280, 720);
  check_apart(rig);
  rig.stage.moment.index -= columns;
  rig.frame(2);
  point_at_everything(rig);
}

TEST_CASE("snapshots of a memory that do not fit together, or hold no numbers, are drawn") {
  const auto* kind = GENERATE(from_range(kKinds));
  Rig rig(1280, 720);
  show(rig, kind);
  auto view = *rig.stage.memory;
  auto episode = *rig.stage.memory_episode;
  SECTION("no numbers") {
    without_numbers(view, episode);
  }
  SECTION("no columns and no slots") {
    episode.columns = 0;
    view.slots = view.width = 0;
  }
  SECTION("too few of everything") {
    cut_down(view, episode);
  }
  SECTION("impossible sizes") {
    view.slots = -4;
    view.read_heads = -1;
    view.write_heads = 1'000;
    for (auto& trace : episode.traces)
      trace.rows = -2;
    if (view.kept) view.kept->heads = -1;
  }
  rig.stage.memory = std::make_shared<protocol::MemoryView>(view);
  rig.stage.memory_episode = std::make_shared<protocol::MemoryEpisode>(episode);
  rig.view.of<widgets::MemoryLook>().order = widgets::UnitOrder::Change;
  rig.view.of<widgets::MemoryLook>().read_head = 9;
  rig.view.of<widgets::MemoryState>().kept.chosen_slot = 77;
  rig.frame(3);
  point_at_everything(rig);
  intervene_much(rig);
  protocol::CounterfactualRollout odd = fakes::counterfactual_rollout({}, 3, 90);
  odd.changed.actions = {99, -4};
  odd.changed.values = {kNan};
  odd.untouched.total = kNan;
  rig.stage.counterfactual_rollout = std::make_shared<protocol::CounterfactualRollout>(odd);
  rig.stage.recalled = {{rig.stage.moment.index, 3, {}}};
  rig.frame(3);
  point_at_everything(rig);
}

TEST_CASE("windows of any size hold the memory workspace") {
  const auto [width, height] = GENERATE(std::pair{320.0F, 200.0F}, std::pair{64.0F, 48.0F}, std::pair{5000.0F, 300.0F},
                                        std::pair{400.0F, 3000.0F});
  const float scale = GENERATE(0.5F, 1.0F, 3.0F);
  Rig rig(width, height, scale);
  show(rig, "ntm");
  intervene_much(rig);
}

}  // namespace qarium::memory_layout_test
