#include <cmath>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "app/command_line/commands.hpp"
#include "app/command_line/interrupt.hpp"
#include "app/command_line/progress_bar.hpp"
#include "app/json_number.hpp"
#include "engine/core/error.hpp"
#include "engine/core/files.hpp"
#include "engine/train/checkpoint.hpp"
#include "engine/train/learning_commands.hpp"
#include "engine/train/run_recorder.hpp"

namespace qarium::app {
namespace {

/// The loop and its recorder need each other: events reach the recorder once it is there, if there is one.
class Forward final : public train::TrainEvents {
 public:
  train::RunRecorder* run = nullptr;
  std::optional<double> until;
  int reached_in_a_row = 0;
  std::int64_t patience = 0;  ///< 0: without end
  std::optional<double> greatest;
  std::int64_t not_better_in_a_row = 0;
  bool json_lines = false;
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
    const bool better = !greatest || evaluation.mean_return > *greatest;
    not_better_in_a_row = better ? 0 : not_better_in_a_row + 1;
    if (better) greatest = evaluation.mean_return;
    if (json_lines) print(loop.position(), evaluation, best);
  }
  bool reached() const { return reached_in_a_row >= kEnoughEvaluations; }
  bool out_of_patience() const { return patience > 0 && not_better_in_a_row >= patience; }

 private:
  static void print(const protocol::Position& position, const train::Evaluation& evaluation, bool best) {
    const nlohmann::json line{{"evaluation", json_number(evaluation.mean_return)},
                              {"steps", position.environment_steps},
                              {"updates", position.updates},
                              {"best", best}};
    std::printf("%s\n", line.dump().c_str());
    std::fflush(stdout);
  }
};

/// The checkpoint to go on from, and its hyperparameters.
struct Continued {
  core::Archive checkpoint;
  config::Hyperparameters hyperparameters;
};

void require_only_what_can_change(const ExperimentOptions& experiment) {
  const auto refuse = [](bool given, const char* option) {
    if (!given) return;
    throw core::UserError(std::string(option) +
                          " cannot change a run that is gone on with: leave it out, or begin another "
                          "run without --resume");
  };
  refuse(!experiment.preset.empty(), "--preset");
  refuse(!experiment.config.empty(), "--config");
  refuse(!experiment.environment.empty(), "--env");
  refuse(experiment.seed.has_value(), "--seed");
}

/// What --set asks for, as commands that stand in the journal. Throws core::UserError for what is not live.
std::vector<protocol::TrainerCommand> live_changes(const ExperimentOptions& experiment,
                                                   const config::Hyperparameters& hyperparameters) {
  std::vector<protocol::TrainerCommand> commands;
  auto now = hyperparameters;
  for (const auto& assignment : experiment.assignments) {
    auto changed = now;
    assign(changed, assignment);
    const auto name = assignment.substr(0, assignment.find('='));
    if (config::made_anew(now, changed) != config::Anew::Nothing) {
      throw core::UserError("--set " + assignment +
                            " cannot change a run that is gone on with, since it makes something "
                            "anew: leave it out, begin another run, or change it in the window");
    }
    if (!(changed == now)) commands.emplace_back(protocol::Set{name, config::get(changed, config::parameter(name))});
    now = changed;
  }
  if (experiment.steps) commands.emplace_back(protocol::StopAt{*experiment.steps});
  return commands;
}

core::Archive read_whole(const std::string& run) {
  try {
    return run::read_checkpoint(run, "last");
  } catch (const core::UserError& error) {
    throw core::UserError(
        std::string(error.what()) +
        ". Go on from the weights alone by --weights-only, or from an earlier checkpoint by --checkpoint");
  }
}

Continued read_continued(const TrainArguments& arguments) {
  require_only_what_can_change(arguments.experiment);
  if (!run::RunDirectory::holds_run(arguments.run))
    throw core::UserError("'" + core::shown(arguments.run) + "' holds no run that --resume could go on with");
  const bool last = arguments.checkpoint == "last";
  Continued continued;
  continued.checkpoint = last && !arguments.weights_only ? read_whole(arguments.run)
                                                         : run::read_weights(arguments.run, arguments.checkpoint);
  continued.hyperparameters = train::checkpoint_hyperparameters(
      continued.checkpoint, core::shown(run::RunDirectory::checkpoint_path(arguments.run, arguments.checkpoint)));
  return continued;
}

/// Everything of one `qarium train`.
class Training {
 public:
  explicit Training(const TrainArguments& arguments) : arguments_(arguments) {
    events_.until = arguments.until;
    events_.patience = arguments.patience;
    events_.json_lines = arguments.json_lines;
    if (arguments.resume) {
      resume();
    } else {
      begin();
    }
    require_evaluations();
    warn_of_idle(arguments.experiment.assignments, loop_->hyperparameters());
    loop_->learner().prepare_thread();
  }

  int run() {
    tell_beginning();
    const auto first = loop_->position().environment_steps;
    ProgressBar progress(!arguments_.quiet, first);
    try {
      while (!loop_->finished() && !interrupted() && !events_.reached() && !events_.out_of_patience()) {
        loop_->tick();
        if (run_) run_->autosave(*loop_);
        progress.update(loop_->position().environment_steps, loop_->last_step(), loop_->mean_return_100(),
                        loop_->evaluating());
        tell_errors();
      }
    } catch (const std::exception& error) {
      failure_ = error.what();  // the state is the one before it: it is saved below
    }
    const double seconds = progress.seconds();
    progress.finish();
    close();
    print_summary(first, seconds);
    if (!failure_.empty()) std::fprintf(stderr, "qarium: %s\n", failure_.c_str());
    return failure_.empty() && !unwritten_ ? 0 : 1;
  }

 private:
  void begin() {
    const auto hyperparameters = experiment(arguments_.experiment);
    const auto folder = run_directory(arguments_.run, "runs", arguments_.experiment, hyperparameters);
    loop_.emplace(hyperparameters, arguments_.experiment.device, &events_);
    if (folder.empty()) return;
    record(folder, {.opening = arguments_.run.empty() ? run::Opening::Fresh : run::Opening::New});
  }

  void resume() {
    if (arguments_.run.empty() || arguments_.run == "none")
      throw core::UserError("--resume needs --run DIR, the run to go on with");
    const auto continued = read_continued(arguments_);
    auto changes = live_changes(arguments_.experiment, continued.hyperparameters);
    if (arguments_.redo) changes.emplace_back(protocol::RecycleDormant{});
    loop_.emplace(continued.checkpoint, continued.hyperparameters, arguments_.experiment.device, &events_);
    if (!run::Manifest::is_exact(continued.checkpoint)) {
      std::fprintf(
          stderr,
          "qarium: learning goes on, but not exactly as if it had never stopped: replay was left out and fills "
          "anew, or the environment cannot be brought back to where it was\n");
    }
    record(arguments_.run, {.opening = run::Opening::Continue, .continued = &continued.checkpoint});
    for (const auto& change : changes) {
      const run::JournalEntry entry{loop_->ticks(), loop_->position(), change};
      const auto message = train::apply(change, *loop_);
      run_->record(entry);
      std::fprintf(stderr, "qarium: %s\n", message.c_str());
    }
    if (!changes.empty()) run_->reconfigured(*loop_);
  }

  void record(const std::string& folder, train::RunOptions options) {
    options.sinks = arguments_.sinks;
    options.experience = !arguments_.without_replay;
    options.autosave_seconds = arguments_.autosave;
    events_.run = &run_.emplace(folder, *loop_, writer_, options);
  }

  void require_evaluations() const {
    if (loop_->hyperparameters().eval_freq > 0) return;
    const auto refuse = [](const std::string& option) {
      throw core::UserError(option + " waits for evaluations, and eval_freq=0 makes none: set eval_freq, or leave " +
                            option + " out");
    };
    if (arguments_.until) refuse("--until");
    if (arguments_.patience > 0) refuse("--patience");
  }

  void tell_beginning() const {
    if (arguments_.quiet) return;
    const auto preset = arguments_.resume ? std::string() : starting_preset(arguments_.experiment);
    std::fprintf(stderr, "%s%s on %s, writing %s\n", loop_->spec().id.c_str(),
                 (preset.empty() ? preset : ", preset " + preset).c_str(),
                 loop_->learner().circumstances().device.c_str(),
                 run_ ? ("to " + core::shown(run_->folder())).c_str() : "nothing");
  }

  /// What the writer could not write, as soon as it is known.
  void tell_errors() {
    for (const auto& error : writer_.errors())
      std::fprintf(stderr, "\nqarium: %s\n", error.c_str());
  }

  void close() {
    try {
      if (run_) run_->close(*loop_);
    } catch (const std::exception& error) {
      if (failure_.empty()) failure_ = error.what();
    }
    unwritten_ = writer_.unwritten();
    for (const auto& error : writer_.errors()) {
      std::fprintf(stderr, "qarium: %s\n", error.c_str());
      unwritten_ = true;
    }
  }

  void print_summary(std::int64_t first, double seconds) const {
    const auto steps = loop_->position().environment_steps;
    const bool stopped_early = events_.reached() || events_.out_of_patience();
    const bool finished = (stopped_early || loop_->finished()) && failure_.empty() && !unwritten_;
    nlohmann::json summary{
        {"steps", steps},
        {"updates", loop_->position().updates},
        {"episodes", loop_->episodes()},
        {"mean_return_100", json_number(loop_->mean_return_100())},
        {"best_evaluation", loop_->best_evaluation() ? json_number(*loop_->best_evaluation()) : nlohmann::json()},
        {"reached", events_.reached()},
        {"out_of_patience", events_.out_of_patience()},
        {"finished", finished},
        {"steps_per_second", static_cast<double>(steps - first) / seconds},
        {"seconds", seconds},
        {"device", loop_->learner().circumstances().device},
        {"run", run_ ? nlohmann::json(core::shown(run_->folder())) : nlohmann::json()},
    };
    if (!failure_.empty()) summary["error"] = failure_;
    if (unwritten_) summary["error"] = "not all could be written";
    std::printf("%s\n", summary.dump().c_str());
  }

  const TrainArguments& arguments_;
  Forward events_;
  std::optional<train::TrainLoop> loop_;
  run::Writer writer_;
  std::optional<train::RunRecorder> run_;
  std::string failure_;
  bool unwritten_ = false;
};

}  // namespace

int train_command(const TrainArguments& arguments) {
  catch_interrupts();  // from the first moment on there is something to save
  return Training(arguments).run();
}

}  // namespace qarium::app
