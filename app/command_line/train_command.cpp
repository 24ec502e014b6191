#include <cmath>
#include <cstdio>
#include <exception>
#include <nlohmann/json.hpp>
#include <optional>

#include "app/command_line/commands.hpp"
#include "app/command_line/interrupt.hpp"
#include "app/command_line/progress_bar.hpp"
#include "app/json_number.hpp"
#include "engine/core/error.hpp"
#include "engine/env/gymnasium/worker.hpp"
#include "engine/run/safetensors.hpp"
#include "engine/train/checkpoint.hpp"
#include "engine/train/run_recorder.hpp"

namespace qarium::app {
namespace {

/// The loop and its recorder need each other: events reach the recorder once it is there, if there is one.
class Forward final : public train::TrainEvents {
 public:
  train::RunRecorder* run = nullptr;
  std::optional<double> until;
  int reached_in_a_row = 0;
  void on_metrics(const train::TrainLoop& loop, std::span<const protocol::MetricValue> values) override {
    if (run != nullptr) run->on_metrics(loop, values);
  }
  void on_update(const train::TrainLoop& loop) override {
    if (run != nullptr) run->on_update(loop);
  }
  void on_episode(const train::TrainLoop& loop, const protocol::EpisodeRecord& record) override {
    if (run != nullptr) run->on_episode(loop, record);
  }
  void on_evaluation(train::TrainLoop& loop, const train::Evaluation& evaluation, bool best) override {
    if (run != nullptr) run->on_evaluation(loop, evaluation, best);
    reached_in_a_row = until && evaluation.mean_return >= *until ? reached_in_a_row + 1 : 0;
  }
};

void resume(const TrainArguments& arguments, train::TrainLoop& loop) {
  const auto file = run::RunDirectory::checkpoint_path(arguments.run, "last");
  train::load_checkpoint(run::read_safetensors(file), file.string(), loop);
  if (arguments.experiment.steps) loop.set("n_timesteps", *arguments.experiment.steps);
}

void print_summary(const train::TrainLoop& loop, std::int64_t first, double seconds, const std::string& run,
                   bool reached) {
  const auto steps = loop.position().environment_steps;
  nlohmann::json summary{
      {"steps", steps},
      {"updates", loop.position().updates},
      {"episodes", loop.episodes()},
      {"mean_return_100", json_number(loop.mean_return_100())},
      {"best_evaluation", loop.best_evaluation() ? json_number(*loop.best_evaluation()) : nlohmann::json()},
      {"reached", reached},
      {"finished", reached || loop.finished()},
      {"steps_per_second", static_cast<double>(steps - first) / seconds},
      {"seconds", seconds},
      {"device", loop.learner().circumstances().device},
      {"run", run.empty() ? nlohmann::json() : nlohmann::json(run)},
  };
  std::printf("%s\n", summary.dump().c_str());
}

}  // namespace

int train_command(const TrainArguments& arguments) {
  if (arguments.resume && (arguments.run.empty() || arguments.run == "none"))
    throw core::UserError("--resume needs --run DIR, the run to go on with");
  const auto hyperparameters = experiment(arguments.experiment);
  const auto folder = run_directory(arguments.run, "runs", arguments.experiment, hyperparameters);

  Forward events;
  events.until = arguments.until;
  train::TrainLoop loop(hyperparameters, arguments.experiment.device, &events);
  if (arguments.resume) resume(arguments, loop);
  warn_of_idle(arguments.experiment.assignments, loop.hyperparameters());
  loop.learner().prepare_thread();
  run::Writer writer;
  std::optional<train::RunRecorder> run;
  if (!folder.empty()) {
    const train::RunOptions how{.append = arguments.resume, .tensorboard = arguments.tensorboard};
    events.run = &run.emplace(folder, loop, writer, how);
  }
  if (!arguments.quiet) {
    const auto preset = arguments.resume ? std::string() : starting_preset(arguments.experiment);
    std::fprintf(stderr, "%s%s on %s, writing %s\n", loop.spec().id.c_str(),
                 (preset.empty() ? preset : ", preset " + preset).c_str(),
                 loop.learner().circumstances().device.c_str(), folder.empty() ? "nothing" : ("to " + folder).c_str());
  }

  catch_interrupts();
  const auto first = loop.position().environment_steps;
  ProgressBar progress(!arguments.quiet, first);
  std::exception_ptr failure;
  try {
    while (!loop.finished() && !interrupted() && events.reached_in_a_row < kEnoughEvaluations) {
      loop.tick();
      progress.update(loop.position().environment_steps, loop.hyperparameters().n_timesteps, loop.mean_return_100(),
                      loop.evaluating());
    }
  } catch (const env::gymnasium::EnvironmentFailure&) {
    failure = std::current_exception();  // what was learned is saved all the same
  }
  const double seconds = progress.seconds();
  progress.finish();
  if (run) run->close(loop);
  writer.finish();
  for (const auto& error : writer.errors())
    std::fprintf(stderr, "qarium: %s\n", error.c_str());
  if (failure) std::rethrow_exception(failure);
  print_summary(loop, first, seconds, folder, events.reached_in_a_row >= kEnoughEvaluations);
  return 0;
}

}  // namespace qarium::app
