#include "tests/panel/fakes.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

namespace qarium::fakes {
namespace {

constexpr std::int64_t kLast = 412'608;
std::vector<std::string> actions() {
  return {"noop", "left", "up", "right", "down", "fire"};
}

/// Some number in 0 .. 1 that is the same every time.
float noise(std::int64_t i) {
  auto x = static_cast<std::uint64_t>(i) * 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  x ^= x >> 27U;
  return static_cast<float>(x >> 40U) / static_cast<float>(1U << 24U);
}

protocol::EpisodeFrame moment(std::int64_t index) {
  protocol::EpisodeFrame moment;
  moment.index = index;
  moment.episode = index / 240;
  moment.step = index % 240;
  moment.return_so_far = std::floor(static_cast<float>(moment.step) / 24);
  moment.reward = moment.step % 24 == 0 ? 1.0F : 0.0F;
  moment.exploratory = index % 17 == 0;
  moment.action = static_cast<int>((index / 3) % 6);
  moment.id = static_cast<std::uint64_t>(index) + 1;
  moment.network = 1;
  moment.parameters = {398'112, 99'000};
  for (int action = 0; action < 6; ++action) {
    const float phase = static_cast<float>(index) * 0.03F + static_cast<float>(action);
    moment.action_values.push_back(1.4F + 0.25F * std::sin(phase) + 0.05F * noise(index * 6 + action));
  }
  return moment;
}

constexpr std::array<std::int64_t, 3> kRewards{3, 2, 1};  ///< rewards in a 3-step return

/// Of an update with double Q-learning and returns of 3 steps: the two networks do not always choose alike.
protocol::TransitionView sample(int i) {
  protocol::TransitionView sample;
  sample.number = static_cast<std::size_t>(i);
  sample.before = breakout_scene(40 * i);
  sample.after = breakout_scene(40 * i + 1);
  sample.action = i % 6;
  sample.reward = i % 5 == 0 ? 1.0F : 0.0F;
  sample.terminal = i % 11 == 10;
  sample.steps = sample.terminal ? kRewards[1] : kRewards[0];
  sample.discount = sample.terminal ? 0 : 0.970299F;
  for (int action = 0; action < 6; ++action) {
    sample.values.push_back(1.2F + noise(i * 6 + action));
    sample.next_online.push_back(1.2F + noise(i * 6 + action + 1'000));
    sample.next_target.push_back(1.2F + noise(i * 6 + action + 1'000) + 0.3F * noise(i * 6 + action + 2'000));
  }
  const auto best = std::max_element(sample.next_online.begin(), sample.next_online.end());
  sample.chosen = static_cast<int>(best - sample.next_online.begin());
  sample.target = sample.reward + sample.discount * sample.next_target[static_cast<std::size_t>(sample.chosen)];
  const auto taken = static_cast<std::size_t>(sample.action);
  sample.td_error = (i % 7 == 3 ? 3.2F : 0.8F) * (noise(i + 100) - 0.5F);
  sample.q = sample.target - sample.td_error;
  sample.values[taken] = sample.q;
  sample.loss =
      std::abs(sample.td_error) <= 1 ? 0.5F * sample.td_error * sample.td_error : std::abs(sample.td_error) - 0.5F;
  sample.slope = std::clamp(-sample.td_error, -1.0F, 1.0F);
  sample.age = static_cast<std::int64_t>(90'000 * noise(i + 200));
  return sample;
}

protocol::NetworkView network() {
  protocol::NetworkView network;
  network.observation = {4, 10, 10};
  network.actions = 6;
  network.parameters = 271'270;
  network.blocks = {
      {core::Stage::Encoder, "grid_conv", {64, 16}, 592, {"conv 3×3, 4 → 16, ReLU"}},
      {core::Stage::Attention, "none", {1024}, 0, {}},
      {core::Stage::Memory, "none", {0}, 0, {}},
      {core::Stage::Fusion, "concat", {1024}, 0, {}},
      {core::Stage::Head, "dueling", {6}, 270'678, {"linear 1024 → 256, ReLU", "value 256 → 1", "advantage 256 → 6"}}};
  return network;
}

protocol::UpdateFacts update_facts() {
  return {.double_q = true,
          .huber = true,
          .gamma = 0.99,
          .n_step = 3,
          .loss = 0.0412,
          .gradient_norm = 0.9,
          .max_grad_norm = 10,
          .learning_rate = 2.5e-4,
          .target_copies = 412,
          .steps_since_target = 608,
          .target_update_interval = 1'000,
          .tau = 1};
}

protocol::ReplayView replay() {
  protocol::ReplayView view;
  view.size = 83'200;
  view.capacity = 100'000;
  view.bytes = 33'280'000;
  view.state_bytes = 8'100'000;
  view.most_state_bytes = 1'000'000'000;
  view.batch_size = 32;
  view.basis = {.network = 1, .weights = 102'902, .position = {kLast, 102'902}};
  view.facts = update_facts();
  view.age = {0, 100'000, {}};
  view.reward = {-1, 1, {}};
  for (int i = 0; i < 24; ++i)
    view.age.counts.push_back(3000 + static_cast<std::int64_t>(600 * noise(i)));
  for (int i = 0; i < 24; ++i)
    view.reward.counts.push_back(i == 12 ? 78'000 : i == 23 ? 5'200 : 0);
  for (int i = 0; i < 32; ++i)
    view.batch.push_back(sample(i));
  return view;
}

}  // namespace

protocol::UpdateView update() {
  protocol::UpdateView update;
  update.basis = {.network = 1, .weights = 102'902, .position = {kLast, 102'902}};
  update.facts = update_facts();
  update.batch_size = 64;
  for (int i = 0; i < 64; ++i) {
    auto& made = update.samples.emplace_back(sample(i));
    made.values_after = made.values;
    for (auto& value : made.values_after)
      value += 0.02F;
    made.values_after[static_cast<std::size_t>(made.action)] = made.q + 0.25F * made.td_error;
  }
  return update;
}

protocol::Scene breakout_scene(int step) {
  protocol::Scene scene;
  auto& grid = scene.grid;
  grid.rows = grid.columns = 10;
  grid.cells.assign(100, {8, 9, 12, 255});
  const auto at = static_cast<std::size_t>(step);
  for (std::size_t brick = 10; brick < 40; ++brick) {
    if (noise(static_cast<std::int64_t>(brick + at / 30)) >= 0.15F) grid.cells[brick] = {172, 96, 54, 255};
  }
  grid.cells[10 * (4 + at % 5) + (at * 3) % 10] = {240, 240, 240, 255};
  grid.cells[90 + (at * 7) % 10] = {90, 169, 255, 255};
  return scene;
}

protocol::Scene cartpole_scene(int step) {
  protocol::Scene scene;
  scene.left = -2.4F;
  scene.right = 2.4F;
  scene.bottom = -0.6F;
  scene.top = 1.6F;
  const float x = std::sin(static_cast<float>(step) * 0.05F);
  const float tilt = 0.15F * std::sin(static_cast<float>(step) * 0.21F);
  scene.shapes.emplace_back(protocol::Line{{-2.4F, 0}, {2.4F, 0}, 0.01F, {90, 100, 115, 255}});
  scene.shapes.emplace_back(protocol::Polygon{
      {{x - 0.25F, -0.15F}, {x + 0.25F, -0.15F}, {x + 0.25F, 0.15F}, {x - 0.25F, 0.15F}}, {125, 156, 192, 255}});
  scene.shapes.emplace_back(
      protocol::Line{{x, 0.1F}, {x + std::sin(tilt), 0.1F + std::cos(tilt)}, 0.08F, {242, 165, 65, 255}});
  scene.shapes.emplace_back(protocol::Circle{{x, 0.1F}, 0.05F, {230, 234, 240, 255}});
  return scene;
}

protocol::TrainerSnapshot trainer() {
  protocol::TrainerSnapshot trainer;
  trainer.sequence = 17;
  auto& status = trainer.status;
  status.activity = protocol::Activity::Learning;
  status.position = {kLast, 102'902};
  status.episodes = 3'911;
  status.epsilon = 0.1;
  status.steps_per_second = 2'104;
  status.mean_return_100 = 9.34;
  status.best_evaluation = 11.2;
  status.last_evaluation = 10.8;
  status.replay_size = 83'200;
  status.replay_capacity = 100'000;
  status.device = "CPU, 1 thread";
  trainer.hyperparameters = presets().front().hyperparameters;
  trainer.hyperparameters.learning_rate = 2.5e-4;
  trainer.hyperparameters.exploration_final_eps = 0.1;
  trainer.replay = replay();
  trainer.network = network();
  trainer.update = std::make_shared<const protocol::UpdateView>(update());
  trainer.action_names = actions();
  trainer.metrics = metrics();
  return trainer;
}

protocol::StageSnapshot stage(std::int64_t behind) {
  constexpr std::int64_t kNewest = 2'139;
  protocol::StageSnapshot stage;
  stage.sequence = 5;
  stage.first = 0;
  stage.last = kNewest;
  stage.moment = moment(kNewest - behind);
  if (behind == 0) stage.moment.action = -1;
  stage.basis = fakes::basis(stage.moment);
  stage.scene = breakout_scene(static_cast<int>(stage.moment.index));
  for (std::int64_t i = std::max<std::int64_t>(0, stage.moment.index - 150); i < stage.moment.index; ++i) {
    stage.history.push_back(moment(i));
  }
  stage.history.push_back(stage.moment);
  for (std::int64_t i = stage.moment.index + 1; i <= std::min(kNewest, stage.moment.index + 40); ++i) {
    stage.history.push_back(moment(i));
  }
  if (behind > 0) {
    for (const float value : stage.moment.action_values)
      stage.values_now.push_back(value + 0.1F * noise(behind));
  }
  stage.action_names = actions();
  stage.environment = "MinAtar/Breakout-v0";
  stage.playing = behind == 0;
  stage.speed = 4;
  stage.can_resume = true;
  stage.bytes = 12'400'000;
  stage.bytes_limit = 100'000'000;
  for (std::int64_t start = 0; start <= kNewest; start += 240)
    stage.episode_starts.push_back(start);
  return stage;
}

protocol::Basis basis(const protocol::EpisodeFrame& moment) {
  return {.environment = 1,
          .environment_id = "MinAtar/Breakout-v0",
          .network = 1,
          .weights = 7,
          .position = {398'112, 99'000},
          .frame = moment.id,
          .episode = moment.episode,
          .step = moment.step,
          .attention = {},
          .memory = {}};
}

std::shared_ptr<const std::vector<protocol::Metric>> metrics() {
  using protocol::MetricStyle;
  const std::vector<protocol::Metric> all{
      {.name = "episode_return", .plot = "Episode return", .unit = "per episode", .help = "Sum of rewards."},
      {.name = "episode_length", .plot = "Episode length", .unit = "steps"},
      {.name = "loss", .plot = "Loss", .unit = "per update"},
      {.name = "mean_q", .plot = "Mean max Q", .unit = "over the batch"},
      {.name = "td_error_p50", .plot = "|TD error|", .label = "p50"},
      {.name = "td_error_p95", .plot = "|TD error|", .label = "p95"},
      {.name = "epsilon", .plot = "Epsilon", .unit = "probability", .style = MetricStyle::Exact},
      {.name = "gradient_norm", .plot = "Gradient norm", .level = "max_grad_norm"},
      {.name = "steps_per_second", .plot = "Speed", .unit = "steps/s"},
      {.name = "evaluation_return", .plot = "Episode return", .label = "evaluation", .style = MetricStyle::Marks}};
  return std::make_shared<const std::vector<protocol::Metric>>(all);
}

protocol::MetricId metric(std::string_view name) {
  const auto all = metrics();
  const auto found = std::find_if(all->begin(), all->end(), [&](const auto& each) { return each.name == name; });
  return static_cast<protocol::MetricId>(found - all->begin());
}

protocol::MetricPoint point(std::string_view name, std::int64_t step, float value) {
  return {metric(name), step, value, value, value, 1};
}

widgets::Curves curves() {
  widgets::Curves curves;
  const auto put = [&](std::string_view name, std::int64_t step, float value) { curves.add(point(name, step, value)); };
  for (std::int64_t step = 0; step <= kLast; step += 105) {
    const auto t = static_cast<float>(step) / static_cast<float>(kLast);
    const float grown = 1 - std::exp(-3 * t);
    put("episode_return", step, 11 * grown * (0.6F + 0.8F * noise(step)));
    put("episode_length", step, std::floor(20 + 300 * grown * (0.5F + noise(step + 1))));
  }
  for (std::int64_t step = 1'000; step <= kLast; step += 100) {
    const auto t = static_cast<float>(step) / static_cast<float>(kLast);
    put("loss", step, (0.01F + 0.05F * std::exp(-4 * t)) * (0.5F + noise(step + 2)));
    put("mean_q", step, 2.1F * (1 - std::exp(-2.5F * t)) + 0.03F * noise(step + 3));
    put("td_error_p50", step, (0.05F + 0.05F * std::exp(-3 * t)) * (0.6F + 0.8F * noise(step + 4)));
    put("td_error_p95", step, (0.12F + 0.12F * std::exp(-3 * t)) * (0.6F + 0.8F * noise(step + 5)));
    put("gradient_norm", step, 2 + 3 * noise(step + 6) + std::sin(9 * t));
  }
  for (std::int64_t step = 0; step <= kLast; step += 1'000) {
    const auto t = static_cast<float>(step) / static_cast<float>(kLast);
    put("epsilon", step, std::max(0.1F, 1 - 3.6F * t));
    put("steps_per_second", step, 2'100 + 300 * noise(step + 7));
  }
  for (std::int64_t step = 20'000; step <= kLast; step += 20'000) {
    const auto t = static_cast<float>(step) / static_cast<float>(kLast);
    put("evaluation_return", step, 12.5F * (1 - std::exp(-3 * t)));
  }
  curves.add(widgets::Stamp{398'112, "learning_rate", "2.5e-4"});
  return curves;
}

widgets::AttentionCurves attention_curves(int heads) {
  widgets::AttentionCurves curves;
  for (std::int64_t step = 1'000; step <= kLast; step += 1'000) {
    const float grown = 1 - std::exp(-3 * static_cast<float>(step) / static_cast<float>(kLast));
    protocol::AttentionPoint point;
    point.step = step;
    point.heads = heads;
    point.area = 0.12F;
    for (int head = 0; head < heads; ++head) {
      const auto at = static_cast<std::size_t>(head);
      point.entropy[at] = 4.6F - grown * (0.8F + 0.7F * static_cast<float>(head)) + 0.05F * noise(step + head);
      point.mass[at] = 0.12F + grown * (0.5F - 0.1F * static_cast<float>(head)) + 0.02F * noise(step - head);
    }
    curves.add(point);
  }
  return curves;
}

std::vector<config::Preset> presets() {
  config::Preset breakout{"breakout", "MinAtar Breakout with a small convolution; passes 7 within 500,000 frames.", {}};
  auto& h = breakout.hyperparameters;
  h.environment.id = "MinAtar/Breakout-v0";
  h.encoder.kind = "grid_conv";
  h.head.dueling = true;
  h.n_timesteps = 1'000'000;
  return {breakout, {"cartpole", "CartPole-v1 in a minute.", {}}};
}

void RecordingCanvas::draw_cells(ImDrawList&, std::string_view key, const protocol::CellGrid& grid, ImVec2 min,
                                 ImVec2 max, const widgets::CellStyle&) {
  calls.push_back({std::string(key), grid.rows, grid.columns, {min, max}});
}

void RecordingCanvas::draw_heat(ImDrawList&, std::string_view key, std::span<const widgets::HeatPicture> pictures,
                                const widgets::HeatStyle& style) {
  HeatCall call{std::string(key), {}, {}, style};
  for (const auto& picture : pictures) {
    call.areas.push_back(picture.area);
    call.values.emplace_back(picture.values.begin(), picture.values.end());
  }
  heat.push_back(std::move(call));
}

}  // namespace qarium::fakes
