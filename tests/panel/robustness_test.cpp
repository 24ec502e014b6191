#include <limits>

#include "tests/panel/layout.hpp"
#include "widgets/curves/curves_state.hpp"
#include "widgets/learn/learn_state.hpp"

namespace qarium::robustness_test {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

/// Everything that can be opened and pointed at, once.
void touch_everything(Rig& rig) {
  point_at_everything(rig);
  for (const auto dialog : {widgets::Dialog::Reset, widgets::Dialog::Keys, widgets::Dialog::Block,
                            widgets::Dialog::Preset, widgets::Dialog::LastRun}) {
    rig.view.transient.dialog = dialog;
    rig.view.transient.dialog_opens = true;
    rig.frame(3);
    rig.key(widgets::Key::Escape);
    rig.key(widgets::Key::Escape);
    rig.frame(2);
    REQUIRE(rig.view.transient.dialog == widgets::Dialog::None);
  }
}

}  // namespace

TEST_CASE("empty snapshots are drawn") {
  Rig rig(1280, 720);
  rig.trainer = {};
  rig.stage = {};
  rig.curves = {};
  rig.presets.clear();
  rig.view.preset.clear();
  rig.frame(3);
  touch_everything(rig);
}

TEST_CASE("numbers that are none are drawn") {
  Rig rig;
  auto& moment = rig.stage.moment;
  for (auto& value : moment.action_values)
    value = kNan;
  rig.stage.values_now = {kNan, INFINITY, -INFINITY, 0, 1, 2};
  for (auto& each : rig.stage.history) {
    for (auto& value : each.action_values)
      value = each.index % 2 == 0 ? kNan : INFINITY;
  }
  moment.reward = kNan;
  moment.return_so_far = INFINITY;
  for (auto& sample : rig.trainer.replay->batch) {
    sample.td_error = kNan;
    sample.target = -INFINITY;
    sample.q = kNan;
    sample.action = 99;
  }
  rig.trainer.replay->age = {kNan, kNan, {1, 2, 3}};
  rig.trainer.replay->reward.counts.clear();
  rig.trainer.status.steps_per_second = std::nan("");
  rig.trainer.status.mean_return_100 = std::nan("");
  for (const auto sort : {widgets::ReplaySort::TdError, widgets::ReplaySort::Age, widgets::ReplaySort::Order}) {
    rig.view.of<widgets::LearnState>().replay_sort = sort;
    rig.frame(2);
  }
  touch_everything(rig);
}

TEST_CASE("snapshots whose parts do not fit together are drawn") {
  Rig rig;
  rig.stage.moment.action_values.resize(2);
  rig.stage.action_names = {"only"};
  rig.stage.history.resize(1);
  rig.stage.moment.action = 17;
  rig.stage.moment.index = -50;
  rig.stage.first = 100;
  rig.stage.last = 10;
  rig.stage.scene->grid.cells.resize(7);
  rig.stage.episode_starts = {-5, 1'000'000};
  rig.trainer.network->blocks.resize(2);
  rig.trainer.hyperparameters.encoder.kind = "unheard_of";
  rig.trainer.status.error = "the loss is not a number; learning rate 1 is too large";
  rig.stage.error = "the environment could not be made";
  rig.frame(3);
  touch_everything(rig);
}

TEST_CASE("windows of any size are drawn") {
  const auto [width, height] = GENERATE(std::pair{320.0F, 200.0F}, std::pair{64.0F, 48.0F}, std::pair{5000.0F, 300.0F},
                                        std::pair{400.0F, 3000.0F});
  const float scale = GENERATE(0.5F, 1.0F, 3.0F);
  Rig rig(width, height, scale);
  rig.frame(3);
}

TEST_CASE("a million points with spikes and a logarithmic axis are drawn") {
  Rig rig;
  const auto loss = fakes::metric("loss");
  for (std::int64_t i = 0; i < 1'000'000; ++i) {
    const float value = i % 9973 == 0 ? 1e6F : 0.01F;
    rig.curves.add(protocol::MetricPoint{loss, 412'608 + i, value, value, value, 1});
  }
  auto& shown = rig.view.of<widgets::CurvesState>();
  for (const auto& metric : *rig.trainer.metrics)
    shown.log_axis.insert(metric.plot);
  rig.frame(3);
  shown.maximised = "Loss";
  rig.frame(3);
  touch_everything(rig);
  REQUIRE(rig.commands.empty());
}

TEST_CASE("a thousand stamps and a long history are drawn") {
  Rig rig;
  for (int i = 0; i < 1'000; ++i)
    rig.curves.add(widgets::Stamp{i * 400, "gamma", "0.9"});
  const auto moment = rig.stage.history.front();
  for (int i = 0; i < 5'000; ++i)
    rig.stage.history.push_back(moment);
  rig.frame(3);
  rig.point("curves.loss", 0.5F, 0.05F);
  rig.frame(3);
}

}  // namespace qarium::robustness_test
