#include "app/window/worlds.hpp"

#include "app/command_line/experiment_options.hpp"
#include "app/window/world_pictures.hpp"
#include "engine/core/error.hpp"
#include "engine/env/drawing.hpp"
#include "engine/env/registry.hpp"
#include "engine/lab/settings.hpp"
#include "engine/lab/task.hpp"

namespace qarium::app {
namespace {

constexpr std::uint64_t kWorldsSeed = 1;
constexpr std::int64_t kTaskLength = 6;
constexpr int kFirstSteps = 12;

/// A game of MinAtar is empty at first: where nobody need act, a moment later.
void begin_episode(env::Environment& environment) {
  const core::RandomStream stream{kWorldsSeed, core::Purpose::Stage, 0};
  environment.reset(stream);
  if (environment.spec().action_space.names.front() != "noop") return;
  for (int step = 0; step < kFirstSteps; ++step) {
    if (!environment.step(0).over()) continue;
    environment.reset(stream);
    return;
  }
}

std::optional<widgets::World> look(const config::EnvironmentOptions& options, const WorldPictures& kept) {
  if (env::is_bridged(options.id)) {
    auto scene = kept.find(options.id);
    return scene ? std::optional(widgets::World{.scene = std::move(*scene)}) : std::nullopt;
  }
  try {
    const auto environment = env::make(options);
    begin_episode(*environment);
    widgets::World world{.observation = environment->spec().observation_space.shape,
                         .actions = environment->spec().action_space.names};
    environment->render(world.scene);
    return world;
  } catch (const core::UserError&) {  // options that cannot be: told when it is opened
    return std::nullopt;
  }
}

/// One channel a row, one step a column: told, then, below a line, to be answered.
void draw_sequence(const lab::Batch& batch, protocol::Scene& scene) {
  const auto input = batch.input.contiguous();
  const auto target = batch.target.contiguous();
  const int told = static_cast<int>(input.size(2));
  const int rows = told + 1 + static_cast<int>(target.size(2));
  const int columns = static_cast<int>(batch.steps());
  env::clear(scene, rows, columns);
  const auto put = [&](int row, int column, float value, protocol::Color color) {
    if (value == 0) return;
    color.alpha = value < 0 ? 0x60 : 0xff;
    scene.grid.cells[static_cast<std::size_t>(row * columns + column)] = color;
  };
  for (int step = 0; step < columns; ++step) {
    for (int row = 0; row < told; ++row)
      put(row, step, input[step][0][row].item<float>(), env::kBlue);
    put(told, step, 1, env::kSlate);
    for (int row = 0; row < static_cast<int>(target.size(2)); ++row)
      put(told + 1 + row, step, target[step][0][row].item<float>(), env::kTeal);
  }
}

std::optional<widgets::World> look_at_task(const std::string& name) {
  protocol::LaboratoryExperiment experiment;
  experiment.task = name;
  const auto task = lab::make_task(lab::options_of(experiment));
  core::RandomStream stream{kWorldsSeed, core::Purpose::LaboratorySample, 0};
  widgets::World world;
  draw_sequence(task->draw(std::max(kTaskLength, task->shortest()), 1, stream), world.scene);
  return world;
}

}  // namespace

widgets::Worlds worlds(const std::filesystem::path& pictures) {
  const WorldPictures kept(pictures);
  return {.look = [kept](const config::EnvironmentOptions& options) { return look(options, kept); },
          .keep = [kept](const std::string& id, const protocol::Scene& scene) { kept.keep(id, scene.grid); },
          .look_at_task = look_at_task,
          .plan = plan_of_environment};
}

}  // namespace qarium::app
