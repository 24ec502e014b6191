#include "engine/train/trainer.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "engine/core/error.hpp"
#include "engine/core/files.hpp"
#include "engine/core/overloaded.hpp"
#include "engine/protocol/command_table.hpp"
#include "engine/train/checkpoint.hpp"
#include "engine/train/learning_commands.hpp"
#include "engine/train/tensorboard_sink.hpp"

namespace qarium::train {
namespace {

using namespace std::chrono_literals;

constexpr auto kTrainerSpeedInterval = 500ms;
constexpr auto kWriterInterval = 500ms;
constexpr std::size_t kStatesSent = 64;

std::string unit_words(const protocol::Step& step) {
  constexpr std::array<std::string_view, 4> kUnits{"environment step", "update", "episode", "rollout"};
  return std::string(kUnits[static_cast<std::size_t>(step.unit)]) + (step.n == 1 ? "" : "s");
}

/// From a checkpoint, where there is one.
std::unique_ptr<TrainLoop> make_loop(const TrainerOptions& options, const core::Archive* checkpoint,
                                     TrainEvents* events) {
  if (checkpoint == nullptr)
    return std::make_unique<TrainLoop>(options.hyperparameters, options.device, events, options.families);
  const auto source = core::shown(run::RunDirectory::checkpoint_path(options.load, "last"));
  const auto hyperparameters = checkpoint_hyperparameters(*checkpoint, source);
  try {
    return std::make_unique<TrainLoop>(*checkpoint, hyperparameters, options.device, events, options.families);
  } catch (const core::UserError& error) {
    throw core::UserError("'" + source + "': " + error.what());
  }
}

}  // namespace

/// Passes what happens in the loop on to the window's history and the run directory.
class Trainer::Recorder final : public TrainEvents {
 public:
  explicit Recorder(Trainer& trainer) : trainer_(trainer) {}

  void on_metrics(const TrainLoop& loop, std::span<const protocol::MetricValue> values) override {
    const auto step = loop.position().environment_steps;
    for (const auto& [metric, value] : values)
      trainer_.history_.push(metric, step, value);
    if (trainer_.run_) trainer_.run_->on_metrics(loop, values);
  }
  void on_update(const TrainLoop& loop) override {
    if (trainer_.run_) trainer_.run_->on_update(loop);
  }
  void on_episode(const TrainLoop& loop, const protocol::EpisodeRecord& record) override {
    trainer_.history_.push(record);
    trainer_.first_returns_.add(static_cast<double>(record.episode_return));
    if (trainer_.run_) trainer_.run_->on_episode(loop, record);
  }
  void on_evaluation(TrainLoop& loop, const Evaluation& evaluation, bool best) override {
    if (trainer_.run_) trainer_.run_->on_evaluation(loop, evaluation, best);
  }

 private:
  Trainer& trainer_;
};

Trainer::Trainer(const TrainerOptions& options, run::Writer& writer,
                 protocol::Mailbox<protocol::Acknowledgement>& acknowledgements)
    : writer_(writer),
      acknowledgements_(acknowledgements),
      exchange_([this] { commands_.wake(); }),
      recorder_(std::make_unique<Recorder>(*this)),
      run_options_{
          .sinks = options.sinks, .experience = options.save_experience, .autosave_seconds = options.autosave_seconds},
      running_(!options.start_paused) {
  std::optional<core::Archive> continued;
  if (!options.load.empty()) continued = run::read_checkpoint(options.load, "last");
  loop_ = make_loop(options, continued ? &*continued : nullptr, recorder_.get());
  std::error_code ignored;
  const bool same_run = continued && std::filesystem::equivalent(options.load, options.run, ignored);
  if (!options.trained.empty()) {
    apply(protocol::LoadTrained{options.trained}, *loop_);
    running_ = false;
  }
  if (!options.run.empty()) {
    run_options_.opening = same_run            ? run::Opening::Continue
                           : options.fresh_run ? run::Opening::Fresh
                                               : run::Opening::New;
    run_options_.continued = same_run ? &*continued : nullptr;
    run_ = std::make_unique<RunRecorder>(options.run, *loop_, writer_, run_options_);
  }
  speed_steps_ = loop_->position().environment_steps;
  speed_metric();  // before the first snapshot tells what there is
  publish();
  thread_ = std::thread([this] { work(); });
}

Trainer::~Trainer() {
  stop_.store(true);
  commands_.wake();
  thread_.join();
}

void Trainer::send(std::uint64_t id, protocol::TrainerCommand command) {
  commands_.send({id, std::move(command)});
}

void Trainer::set_needs(protocol::Needs needs) {
  if (needs_.exchange(needs) != needs) commands_.wake();
}

void Trainer::work() {
  loop_->learner().prepare_thread();
  while (!stop_.load()) {
    try {
      work_once();
    } catch (const std::exception& error) {
      // Learning stands still, its state is kept, and the window says what happened.
      fail(error.what());
      commands_.wait_for(kWriterInterval);
    }
  }
  try {
    if (run_) run_->close(*loop_);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "qarium: the run could not be closed: %s\n", error.what());
  }
}

void Trainer::work_once() {
  drain_commands();
  answer_request();
  if (running_) {
    tick();
    publish_if_due();
    return;
  }
  collect_writer_errors();
  if (dirty_ || seen_needs_ != needs_.load()) publish();
  if (run_) {
    commands_.wait_for(kWriterInterval);  // what it could not write, it says later
  } else {
    commands_.wait();
  }
}

void Trainer::answer_request() {
  // Parameters change with ticks and with commands; while neither came, the inspector has the newest already.
  const std::pair moment{loop_->ticks(), commands_applied_};
  if (!exchange_.requested() || moment == exchanged_) return;
  exchanged_ = moment;
  protocol::ParameterExchange::Version version{0, loop_->position(), loop_->hyperparameters(), {}, {}};
  if (protocol::wants(needs_.load(), protocol::Part::AttentionCurves))
    version.states = loop_->learner().some_observations(kStatesSent);
  auto& policy = loop_->learner().policy();
  version.values.resize(policy.parameter_count());
  policy.copy_parameters(version.values);
  version.network = loop_->rebuilds();
  exchange_.publish(std::move(version));
}

void Trainer::drain_commands() {
  commands_.take(batch_);
  for (const auto& command : batch_)
    answer(command);
}

void Trainer::answer(const protocol::Numbered<protocol::TrainerCommand>& numbered) {
  protocol::Acknowledgement answer;
  answer.id = numbered.id;
  answer.command = protocol::Command{numbered.command};
  const run::JournalEntry entry{loop_->ticks(), loop_->position(), numbered.command};
  try {
    answer.message = carry_out(numbered.command);
    answer.accepted = true;
    if (run_ && protocol::journaled(numbered.command)) run_->record(entry);
    if (run_ && std::exchange(begun_anew_, false)) run_->begun_anew(*loop_);
  } catch (const core::UserError& error) {
    answer.message = error.what();
  } catch (const std::exception& error) {
    answer.message = error.what();
    fail(error.what());
  }
  answer.position = loop_->position();
  acknowledgements_.send(std::move(answer));
  ++commands_applied_;
  dirty_ = true;
}

std::string Trainer::start_running() {
  if (loop_->finished()) {
    throw core::UserError("all " + std::to_string(loop_->last_step()) +
                          " steps are done: raise n_timesteps to go on, or reset");
  }
  error_.clear();
  running_ = true;
  speed_since_ = Clock::now();
  speed_steps_ = loop_->position().environment_steps;
  return "learning goes on";
}

std::string Trainer::carry_out(const protocol::TrainerCommand& command) {
  const auto message = apply(command, *loop_);
  if (protocol::changes_learning(command)) loop_->learner().prepare_thread();
  return std::visit(core::Overloaded{
                        [&](const protocol::Run&) {
                          end_countdown();
                          return start_running();
                        },
                        [&](const protocol::Pause&) {
                          running_ = false;
                          end_countdown();
                          return std::string("paused");
                        },
                        [&](const protocol::Step& step) {
                          if (step.n < 1) throw core::UserError("a step must be 1 or more");
                          start_running();
                          end_countdown();
                          countdown_ = Countdown{step.unit, step.n, loop_->position(), loop_->episodes()};
                          return "asked for " + std::to_string(step.n) + " " + unit_words(step);
                        },
                        [&](const protocol::Save&) {
                          if (!run_) throw core::UserError("there is no run directory to save to: start with --run");
                          run_->save(*loop_);
                          return "saved to " + run_->folder().string();
                        },
                        [&](const protocol::RecordTensorboard& record) {
                          if (!run_) throw core::UserError("there is no run directory to write to: start with --run");
                          run_->set_sink(kTensorboard, record.on);
                          return std::string(record.on ? "writing TensorBoard's event file" : "event file closed");
                        },
                        [&](const protocol::OpenRun& open) { return open_run(open); },
                        [&](const protocol::LoadTrained&) {
                          running_ = false;
                          return begin_anew(message);
                        },
                        [&](const protocol::Reset&) { return begin_anew(message); },
                        [&](const protocol::Configure&) { return begin_anew(message); },
                        [&](const protocol::Load&) { return begin_anew(message); },
                        [&]<class Command>(const Command&) {
                          static_assert(protocol::learning_of<Command>() == protocol::Learning::Changed,
                                        "what a command does that changes no learning is said here");
                          if (run_) run_->reconfigured(*loop_);
                          return message;
                        },
                    },
                    command);
}

std::string Trainer::open_run(const protocol::OpenRun& open) {
  std::error_code ignored;
  const bool same = run_ && std::filesystem::equivalent(open.run, run_->folder(), ignored);
  if (same) writer_.finish();  // the checkpoint may still be on its way
  const auto file = core::shown(run::RunDirectory::checkpoint_path(open.run, "last"));
  const auto checkpoint = run::read_checkpoint(open.run, "last");
  // Refused before anything is left, where another process writes there.
  if (!same) run::FolderLock{open.run};
  if (run_ && !same) run_->save(*loop_);
  const auto left = run_ && !same ? run_->last_line(*loop_) : std::string();
  load_checkpoint(checkpoint, file, *loop_);
  if (run_ && !same) run_->end(left);
  writer_.finish();
  run_.reset();
  run_options_.opening = run::Opening::Continue;
  run_options_.continued = &checkpoint;
  run_ = std::make_unique<RunRecorder>(open.run, *loop_, writer_, run_options_);
  begin_anew({});
  begun_anew_ = false;  // the run is not: it goes on
  running_ = open.learn && !loop_->finished();
  return "the run " + core::shown(run_->folder().filename()) + " goes on from step " +
         std::to_string(loop_->position().environment_steps);
}

std::string Trainer::begin_anew(const std::string& message) {
  error_.clear();
  first_returns_.clear();
  finding_log_.clear();
  countdown_.reset();
  update_.reset();
  speed_since_ = Clock::now();
  speed_steps_ = loop_->position().environment_steps;
  begun_anew_ = true;
  return message;
}

void Trainer::fail(const std::string& what) {
  error_ = what;
  running_ = false;
  end_countdown();
  dirty_ = true;
}

void Trainer::tick() {
  try {
    // Of an advance by hand one wants to see the update when it is made.
    loop_->learner().watch_updates(countdown_ || protocol::wants(needs_.load(), protocol::Part::Update));
    const auto done = loop_->tick();
    dirty_ = true;
    count_down(done);
    if (loop_->finished()) {
      running_ = false;
      end_countdown();
    }
    if (run_) run_->autosave(*loop_);
    measure_speed();
  } catch (const std::exception& error) {
    fail(error.what());
  }
}

void Trainer::count_down(const Tick& tick) {
  if (!countdown_) return;
  switch (countdown_->unit) {
    case protocol::Unit::EnvironmentStep:
      if (tick.work == Tick::Work::EnvironmentStep) {
        countdown_->left -= static_cast<std::int64_t>(loop_->environments().size());
      }
      break;
    case protocol::Unit::Update:
      if (tick.work == Tick::Work::Update) --countdown_->left;
      break;
    case protocol::Unit::Episode:
      countdown_->left -= tick.episodes_ended;
      break;
    case protocol::Unit::Rollout:
      if (tick.work == Tick::Work::EnvironmentStep && loop_->learner().update_due()) --countdown_->left;
      break;
  }
  if (countdown_->left > 0) return;
  end_countdown();
  running_ = false;
}

void Trainer::end_countdown() {
  if (!countdown_) return;
  const auto& now = loop_->position();
  ++stepped_.number;
  stepped_.unit = countdown_->unit;
  stepped_.done = {now.environment_steps - countdown_->from.environment_steps, now.updates - countdown_->from.updates};
  stepped_.episodes = loop_->episodes() - countdown_->episodes;
  countdown_.reset();
}

protocol::MetricId Trainer::speed_metric() {
  return loop_->metrics().add({.name = "steps_per_second",
                               .plot = "Speed",
                               .unit = "steps/s",
                               .tag = "charts/SPS",
                               .help = "Environment steps learned from in a second.",
                               .low = 0,
                               .order = 2});
}

void Trainer::measure_speed() {
  const auto now = Clock::now();
  if (now - speed_since_ < kTrainerSpeedInterval) return;
  const auto steps = loop_->position().environment_steps;
  const double seconds = std::chrono::duration<double>(now - speed_since_).count();
  steps_per_second_ = static_cast<double>(std::max<std::int64_t>(0, steps - speed_steps_)) / seconds;
  history_.push(speed_metric(), steps, static_cast<float>(steps_per_second_));
  speed_since_ = now;
  speed_steps_ = steps;
}

}  // namespace qarium::train
