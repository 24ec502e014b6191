#include "engine/train/trainer.hpp"

#include <algorithm>

#include "engine/core/error.hpp"
#include "engine/core/overloaded.hpp"
#include "engine/nn/blas_kernel.hpp"
#include "engine/nn/runtime.hpp"
#include "engine/run/checkpoint.hpp"
#include "engine/train/replay_view.hpp"

namespace qarium::train {
namespace {

using namespace std::chrono_literals;

constexpr auto kTrainerPublishInterval = 16ms;
constexpr auto kReplayInterval = 200ms;
constexpr auto kTrainerSpeedInterval = 500ms;
constexpr auto kWriterInterval = 500ms;
constexpr std::size_t kStatesSent = 64;

std::string_view unit_name(protocol::Unit unit) {
  switch (unit) {
    case protocol::Unit::EnvironmentStep:
      return "environment steps";
    case protocol::Unit::Update:
      return "updates";
    case protocol::Unit::Episode:
      return "episodes";
  }
  return "";
}

bool changes_learning(const protocol::TrainerCommand& command) {
  return !std::holds_alternative<protocol::Save>(command);
}

}  // namespace

/// Passes what happens in the loop on to the window's history and the run directory.
class Trainer::Recorder final : public TrainEvents {
 public:
  explicit Recorder(Trainer& trainer) : trainer_(trainer) {}

  void on_update(const TrainLoop& loop, const agent::UpdateReport& report) override {
    auto& history = trainer_.history_;
    const auto step = loop.position().environment_steps;
    history.push(protocol::Scalar::Loss, step, report.loss);
    history.push(protocol::Scalar::MeanQ, step, report.mean_q);
    history.push(protocol::Scalar::TdErrorP50, step, report.td_error_p50);
    history.push(protocol::Scalar::TdErrorP95, step, report.td_error_p95);
    history.push(protocol::Scalar::GradientNorm, step, report.gradient_norm);
    if (trainer_.run_) trainer_.run_->on_update(loop, report);
  }
  void on_episode(const TrainLoop& loop, const protocol::EpisodeRecord& record) override {
    auto& history = trainer_.history_;
    history.push(record);
    history.push(protocol::Scalar::EpisodeReturn, record.step, record.episode_return);
    history.push(protocol::Scalar::EpisodeLength, record.step, static_cast<float>(record.length));
    history.push(protocol::Scalar::Epsilon, record.step, static_cast<float>(loop.epsilon()));
    if (trainer_.run_) trainer_.run_->on_episode(loop, record);
  }
  void on_evaluation(TrainLoop& loop, const Evaluation& evaluation, bool best) override {
    trainer_.history_.push(protocol::Scalar::EvaluationReturn, loop.position().environment_steps,
                           static_cast<float>(evaluation.mean_return));
    if (trainer_.run_) trainer_.run_->on_evaluation(loop, evaluation, best);
  }

 private:
  Trainer& trainer_;
};

Trainer::Trainer(const TrainerOptions& options, run::Writer& writer,
                 protocol::Mailbox<protocol::Acknowledgement>& acknowledgements)
    : writer_(writer),
      acknowledgements_(acknowledgements),
      recorder_(std::make_unique<Recorder>(*this)),
      loop_(std::make_unique<TrainLoop>(options.hyperparameters, nn::resolve_device(options.device), recorder_.get())),
      running_(!options.start_paused) {
  if (!options.load.empty()) reload({options.load, "last"});
  if (!options.trained.empty()) load_trained(options.trained);
  if (!options.run.empty()) {
    run_ = std::make_unique<run::RunDirectory>(options.run, *loop_, writer_, run::RunDirectory::holds_run(options.run));
  }
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

void Trainer::request_parameters() {
  if (exchange_.requested()) return;  // it is known, and answered after the next tick or command
  exchange_.request();
  commands_.wake();
}

void Trainer::work() {
  adopt_threads();
  while (!stop_.load()) {
    drain_commands();
    answer_request();
    if (running_) {
      tick();
      publish_if_due();
    } else {
      collect_writer_errors();
      if (dirty_ || seen_needs_ != needs_.load()) publish();
      if (run_) {
        commands_.wait_for(kWriterInterval);  // what it could not write, it says later
      } else {
        commands_.wait();
      }
    }
  }
  if (run_) run_->close(*loop_);
}

void Trainer::answer_request() {
  // Parameters change with ticks and with commands; while neither came, the inspector has the newest already.
  const std::pair moment{loop_->ticks(), commands_applied_};
  if (!exchange_.requested() || moment == exchanged_) return;
  exchanged_ = moment;
  std::vector<std::vector<std::byte>> states;
  if (protocol::wants(needs_.load(), protocol::Part::AttentionCurves))
    states = loop_->replay().some_observations(kStatesSent);
  exchange_.publish(loop_->hyperparameters(), loop_->position(), loop_->learner().online().parameters(),
                    std::move(states));
}

void Trainer::adopt_threads() {
  nn::prepare_thread(loop_->hyperparameters().threads);
  nn::set_blas_threads(loop_->hyperparameters().threads);
}

void Trainer::drain_commands() {
  commands_.take(batch_);
  for (const auto& command : batch_)
    apply(command);
}

void Trainer::apply(const protocol::Numbered<protocol::TrainerCommand>& numbered) {
  protocol::Acknowledgement answer;
  answer.id = numbered.id;
  answer.command = protocol::Command{numbered.command};
  const run::JournalEntry entry{loop_->ticks(), loop_->position(), numbered.command};
  try {
    answer.message = carry_out(numbered.command);
    answer.accepted = true;
    if (run_ && changes_learning(numbered.command)) run_->record(entry);
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
    throw core::UserError("all " + std::to_string(loop_->hyperparameters().n_timesteps) +
                          " steps are done: raise n_timesteps to go on, or reset");
  }
  error_.clear();
  running_ = true;
  speed_since_ = Clock::now();
  speed_steps_ = loop_->position().environment_steps;
  return "learning";
}

std::string Trainer::carry_out(const protocol::TrainerCommand& command) {
  const auto restart = [&](const config::Hyperparameters& hyperparameters) {
    loop_->configure(hyperparameters);
    adopt_threads();
    if (run_) run_->reconfigured(*loop_);
    error_.clear();
    countdown_.reset();
  };
  return std::visit(core::Overloaded{
                        [&](const protocol::Run&) {
                          countdown_.reset();
                          return start_running();
                        },
                        [&](const protocol::Pause&) {
                          running_ = false;
                          countdown_.reset();
                          return std::string("paused");
                        },
                        [&](const protocol::Step& step) {
                          if (step.n < 1) throw core::UserError("a step must be 1 or more");
                          start_running();
                          countdown_ = Countdown{step.unit, step.n};
                          return "stepping " + std::to_string(step.n) + " " + std::string(unit_name(step.unit));
                        },
                        [&](const protocol::Reset& reset) {
                          auto hyperparameters = loop_->hyperparameters();
                          config::set(hyperparameters, "seed", reset.seed);
                          restart(hyperparameters);
                          return "begun again with seed " + std::to_string(reset.seed);
                        },
                        [&](const protocol::Configure& configure) {
                          restart(configure.hyperparameters);
                          return "begun again with " + configure.hyperparameters.environment.id;
                        },
                        [&](const protocol::Set& set) {
                          loop_->set(set.name, set.value);
                          adopt_threads();
                          if (run_) run_->reconfigured(*loop_);
                          return set.name + " = " + config::format(set.value);
                        },
                        [&](const protocol::Save&) {
                          if (!run_) throw core::UserError("there is no run directory to save to: start with --run");
                          run_->save(*loop_);
                          return "saved to " + run_->folder().string();
                        },
                        [&](const protocol::Load& load) {
                          reload(load);
                          adopt_threads();
                          error_.clear();
                          countdown_.reset();
                          return "continued from " + load.run;
                        },
                        [&](const protocol::LoadTrained& load) {
                          load_trained(load.preset);
                          adopt_threads();
                          error_.clear();
                          return "the trained agent of " + load.preset + ", learning paused";
                        },
                    },
                    command);
}

void Trainer::reload(const protocol::Load& load) {
  const auto file = run::RunDirectory::checkpoint_path(load.run, load.checkpoint);
  run::load_checkpoint(run::read_safetensors(file), file.string(), *loop_);
  if (run_) run_->reconfigured(*loop_);
}

void Trainer::load_trained(const std::string& preset) {
  run::load_trained_agent(preset, *loop_);
  running_ = false;
  countdown_.reset();
  if (run_) run_->reconfigured(*loop_);
}

void Trainer::fail(const std::string& what) {
  error_ = what;
  running_ = false;
  countdown_.reset();
  dirty_ = true;
}

void Trainer::tick() {
  try {
    const auto done = loop_->tick();
    dirty_ = true;
    count_down(done);
    if (loop_->finished()) running_ = false;
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
  }
  if (countdown_->left > 0) return;
  countdown_.reset();
  running_ = false;
}

void Trainer::measure_speed() {
  const auto now = Clock::now();
  if (now - speed_since_ < kTrainerSpeedInterval) return;
  const auto steps = loop_->position().environment_steps;
  const double seconds = std::chrono::duration<double>(now - speed_since_).count();
  steps_per_second_ = static_cast<double>(std::max<std::int64_t>(0, steps - speed_steps_)) / seconds;
  history_.push(protocol::Scalar::StepsPerSecond, steps, static_cast<float>(steps_per_second_));
  speed_since_ = now;
  speed_steps_ = steps;
}

protocol::Activity Trainer::activity() const {
  if (!error_.empty() && !running_) return protocol::Activity::Failed;
  if (loop_->finished()) return protocol::Activity::Finished;
  if (!running_) return protocol::Activity::Paused;
  if (loop_->evaluating()) return protocol::Activity::Evaluating;
  return loop_->filling() ? protocol::Activity::Filling : protocol::Activity::Learning;
}

void Trainer::collect_writer_errors() {
  for (auto& message : writer_.errors()) {
    error_ = std::move(message);
    dirty_ = true;
  }
}

void Trainer::fill_status(protocol::Status& status) {
  const auto& h = loop_->hyperparameters();
  status.activity = activity();
  status.position = loop_->position();
  status.episodes = loop_->episodes();
  status.n_envs = h.n_envs;
  status.epsilon = loop_->epsilon();
  status.steps_per_second = running_ ? steps_per_second_ : 0;
  status.mean_return_100 = loop_->mean_return_100();
  status.best_evaluation = loop_->best_evaluation();
  status.last_evaluation.reset();
  if (loop_->last_evaluation()) status.last_evaluation = loop_->last_evaluation()->mean_return;
  status.replay_size = static_cast<std::int64_t>(loop_->replay().size());
  status.replay_capacity = static_cast<std::int64_t>(loop_->replay().capacity());
  status.device = nn::describe_device(loop_->device(), h.threads);
  if (status.blas.empty()) status.blas = nn::describe_blas();
  status.run = run_ ? run_->folder().string() : std::string();
  status.error = error_;
}

void Trainer::copy_parts(protocol::TrainerSnapshot& snapshot, protocol::Needs needs) {
  if (protocol::wants(needs, protocol::Part::Network)) {
    if (network_.version != loop_->rebuilds()) {
      network_ = loop_->learner().online().network().view();
      network_.version = loop_->rebuilds();
    }
    copy_part(network_, snapshot.network);
  } else {
    snapshot.network.reset();
  }
  if (protocol::wants(needs, protocol::Part::Replay)) {
    const auto now = Clock::now();
    if (!running_ || now - last_replay_ >= kReplayInterval) {
      describe_replay(*loop_, replay_);
      ++replay_.version;
      last_replay_ = now;
    }
    copy_part(replay_, snapshot.replay);
  } else {
    snapshot.replay.reset();
  }
}

template <class View>
void Trainer::copy_part(const View& view, std::optional<View>& place) {
  if (place && place->version == view.version) return;
  place = view;
  parts_copied_.fetch_add(1, std::memory_order_relaxed);
}

void Trainer::publish_if_due() {
  const auto now = Clock::now();
  if (now - last_publish_ < kTrainerPublishInterval || !dirty_) return;
  publish();
}

void Trainer::publish() {
  const auto now = Clock::now();
  collect_writer_errors();
  const auto needs = needs_.load();
  auto& snapshot = snapshots_.back();
  snapshot.sequence = ++sequence_;
  fill_status(snapshot.status);
  snapshot.hyperparameters = loop_->hyperparameters();
  snapshot.action_names = loop_->spec().action_space.names;
  copy_parts(snapshot, needs);
  snapshots_.publish();
  published_.fetch_add(1, std::memory_order_relaxed);
  history_.flush();
  seen_needs_ = needs;
  last_publish_ = now;
  dirty_ = false;
}

}  // namespace qarium::train
