// Values against what really followed, and means that name their windows.
#include "tests/panel/rig.hpp"
#include "widgets/curves/plot_specs.hpp"
#include "widgets/learn/learn_state.hpp"

namespace qarium::values_test {
namespace {

/// Mean max Q with what followed beside it.
void measure(Rig& rig, float estimate, float truth) {
  auto metrics = *fakes::metrics();
  for (auto& metric : metrics) {
    if (metric.name == "mean_q") metric.estimates = "realised_value";
  }
  metrics.push_back({.name = "realised_value", .plot = "Mean max Q", .label = "fainter: what followed"});
  const auto realised = static_cast<protocol::MetricId>(metrics.size() - 1);
  rig.trainer.metrics = std::make_shared<const std::vector<protocol::Metric>>(metrics);
  rig.curves.clear();
  for (std::int64_t step = 0; step <= 10'000; step += 100) {
    rig.curves.add(fakes::point("mean_q", step, estimate));
    rig.curves.add(protocol::MetricPoint{realised, step, truth, truth, truth, 1});
  }
  rig.frame(2);
}

}  // namespace

TEST_CASE("what followed stands in the plot of what was estimated, and the bias in numbers") {
  Rig rig(2560, 1440);
  measure(rig, 113, 71.5F);
  CHECK(rig.says("bias +41.50"));
  measure(rig, 70, 71.5F);
  CHECK(rig.says("bias -1.500"));
  const auto plots = widgets::plot_specs(*rig.trainer.metrics);
  const auto plot =
      std::find_if(plots.begin(), plots.end(), [](const auto& each) { return each.title == "Mean max Q"; });
  REQUIRE(plot->bias);
  CHECK(plot->lines.size() == 2);
  CHECK(plot->bias->estimate == fakes::metric("mean_q"));
  // Values on another scale are not laid beside returns.
  rig.trainer.hyperparameters.memory.kind = "lstm";
  rig.trainer.hyperparameters.value_rescaling = true;
  rig.frame(2);
  CHECK_FALSE(rig.says("bias"));
}

TEST_CASE("what no value can pass is drawn where it is near and said where it is pointed at") {
  Rig rig;
  rig.trainer.status.value_bound = 100;
  measure(rig, 113, 71.5F);
  CHECK(rig.says("bound 100"));
  measure(rig, 2, 1.5F);  // far away it would flatten the curves
  CHECK_FALSE(rig.says("bound 100"));
  rig.point("curves.about.mean_max_q");
  rig.frame(40);
  CHECK(rig.says("No value"));
  rig.trainer.status.value_bound = INFINITY;
  rig.frame(2);
  CHECK_FALSE(rig.says("No value"));
}

TEST_CASE("action values are drawn against their mean when asked, so that small differences are seen") {
  Rig rig;
  rig.stage.moment.action_values = {111.0F, 111.1F, 111.0F, 111.2F, 110.9F, 111.0F};
  rig.frame(2);
  CHECK(rig.says("111.2"));
  rig.click("action_values.differences");
  CHECK(rig.view.of<widgets::LearnState>().differences);
  rig.point("transport.pause");
  rig.frame(2);
  CHECK(rig.says("+0.16"));
  CHECK_FALSE(rig.says("111.2"));
  rig.click("action_values.differences");
  CHECK(rig.says("111.2"));
}

TEST_CASE("what followed the action taken is marked and told, where it is known") {
  Rig rig(2560, 1440);
  rig.stage = fakes::stage(40);
  rig.frame(2);
  CHECK_FALSE(rig.says("followed"));
  rig.stage.followed = 12.5F;
  rig.frame(2);
  CHECK(rig.says("followed 12.50"));
}

TEST_CASE("means name their windows") {
  Rig rig(1920, 1080);
  rig.trainer.status.episodes = 37;
  rig.frame(2);
  CHECK(rig.says("Return, last 37"));
  rig.trainer.status.episodes = 3'000;
  rig.frame(2);
  CHECK(rig.says("Return, last 100"));
  CHECK(rig.says("mean of 50"));
  rig.point("curves.about.loss");
  rig.frame(40);
  CHECK(rig.says("mean of 50 points"));
}

TEST_CASE("while learning stands still the newest value is told, of several at one step the last") {
  Rig rig(1920, 1080);
  rig.trainer.status.activity = protocol::Activity::Paused;
  rig.curves.clear();
  for (const float loss : {0.5F, 0.25F, 0.125F})
    rig.curves.add(fakes::point("loss", 1'000, loss));
  rig.frame(2);
  CHECK(rig.says("0.1250"));
  CHECK(rig.says("the last one"));
  rig.curves.add(fakes::point("loss", 1'000, 0.0625F));
  rig.frame(2);
  CHECK(rig.says("0.0625"));
  rig.trainer.status.activity = protocol::Activity::Learning;
  rig.frame(2);
  CHECK_FALSE(rig.says("the last one"));
}

TEST_CASE("the legend of the action values says what it has room for, and runs into nothing") {
  for (const float width : {1280.0F, 1366.0F, 1600.0F}) {
    INFO(width);
    Rig rig(width, 720, 1, Rig::Faces::Real);
    rig.stage.values_now = rig.stage.moment.action_values;
    rig.stage.moment.chosen_by_user = true;
    rig.frame(2);
    const auto button = rig.area("action_values.differences");
    int entries = 0;
    for (const auto& text : rig.texts()) {
      const float y = text.area.centre().y;
      if (y < button.min.y || y > button.max.y || text.area.max.x > button.max.x || text.text == "differences")
        continue;
      INFO(text.text);
      ++entries;
      CHECK(text.text.find("…") == std::string::npos);
      CHECK(text.area.max.x <= button.min.x);
    }
    CHECK(entries >= 2);
    CHECK((rig.says("the network now") || width < 1600));
  }
}

}  // namespace qarium::values_test
