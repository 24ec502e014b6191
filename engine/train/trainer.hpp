#pragma once
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "engine/protocol/commands.hpp"
#include "engine/protocol/history.hpp"
#include "engine/protocol/mailbox.hpp"
#include "engine/protocol/numbered.hpp"
#include "engine/protocol/parameter_exchange.hpp"
#include "engine/protocol/snapshot.hpp"
#include "engine/protocol/triple_buffer.hpp"
#include "engine/train/findings.hpp"
#include "engine/train/run_recorder.hpp"
#include "engine/train/train_loop.hpp"

namespace qarium::train {

struct TrainerOptions {
  config::Hyperparameters hyperparameters;
  std::string device = "auto";
  std::string run;                ///< run directory; empty writes nothing
  bool fresh_run = false;         ///< where it exists, a folder beside it is made: NAME-2
  bool save_experience = true;    ///< checkpoints hold what is in replay
  double autosave_seconds = 120;  ///< a checkpoint after so long; 0: at evaluations and at the end alone
  bool start_paused = false;
  std::string load;                ///< run directory to continue from; empty begins anew
  std::string trained;             ///< preset whose trained agent to begin with, paused; empty: none
  std::vector<std::string> sinks;  ///< names of those that metrics go to, too
  agent::Families families = agent::families();
};

/// The thread that learns: drain commands, tick or wait, publish. An exception inside learning pauses it and is shown
/// in the status; the parameters are kept. Everything here may be called from the main thread only.
class Trainer {
 public:
  /// `writer` and `acknowledgements` must outlive the trainer.
  /// Throws core::UserError at once for options that cannot work.
  Trainer(const TrainerOptions& options, run::Writer& writer,
          protocol::Mailbox<protocol::Acknowledgement>& acknowledgements);
  /// Stops at the next tick boundary, saves and closes the run.
  ~Trainer();
  Trainer(const Trainer&) = delete;
  Trainer& operator=(const Trainer&) = delete;

  void send(std::uint64_t id, protocol::TrainerCommand command);
  /// Which parts the next snapshots shall hold.
  void set_needs(protocol::Needs needs);
  /// Takes the newest snapshot, if one came.
  bool update_snapshot() { return snapshots_.update(); }
  const protocol::TrainerSnapshot& snapshot() const { return snapshots_.front(); }
  protocol::History& history() { return history_; }
  protocol::ParameterExchange& parameters() { return exchange_; }

  /// Parts copied into snapshots since the start; stands still while every panel is hidden.
  std::uint64_t parts_copied() const { return parts_copied_.load(std::memory_order_relaxed); }
  std::uint64_t snapshots_published() const { return published_.load(std::memory_order_relaxed); }

 private:
  class Recorder;
  using Clock = std::chrono::steady_clock;
  struct Countdown {
    protocol::Unit unit = protocol::Unit::EnvironmentStep;
    std::int64_t left = 0;
    protocol::Position from;
    std::int64_t episodes = 0;  ///< before it
  };

  void work();
  void work_once();
  void drain_commands();
  void answer(const protocol::Numbered<protocol::TrainerCommand>& command);
  std::string carry_out(const protocol::TrainerCommand& command);
  std::string start_running();
  std::string open_run(const protocol::OpenRun& open);
  void tick();
  void count_down(const Tick& tick);
  /// The advance by hand is over, or given up.
  void end_countdown();
  void fail(const std::string& what);
  /// Learning has begun anew: what failed before is over.
  std::string begin_anew(const std::string& message);
  void publish_if_due();
  void publish();
  void fill_status(protocol::Status& status);
  void copy_parts(protocol::TrainerSnapshot& snapshot, protocol::Needs needs);
  /// Describes the last update, where it is another than the one described.
  void look_at_update();
  protocol::Activity activity() const;
  template <class View>
  void copy_part(const View& view, std::optional<View>& place);
  void collect_writer_errors();
  void look_for_findings();
  void answer_request();
  void measure_speed();
  protocol::MetricId speed_metric();

  run::Writer& writer_;
  protocol::Mailbox<protocol::Acknowledgement>& acknowledgements_;
  protocol::Mailbox<protocol::Numbered<protocol::TrainerCommand>> commands_;
  protocol::TripleBuffer<protocol::TrainerSnapshot> snapshots_;
  protocol::History history_;
  protocol::ParameterExchange exchange_;
  std::atomic<protocol::Needs> needs_{protocol::kNothing};
  std::atomic<bool> stop_{false};
  std::atomic<std::uint64_t> parts_copied_{0};
  std::atomic<std::uint64_t> published_{0};

  // The trainer's own from here on.
  std::unique_ptr<Recorder> recorder_;
  std::unique_ptr<TrainLoop> loop_;
  std::unique_ptr<RunRecorder> run_;
  RunOptions run_options_;  ///< of the next run that is opened
  bool running_ = false;
  bool begun_anew_ = false;  ///< by the command that is being answered
  std::optional<Countdown> countdown_;
  protocol::StepReport stepped_;
  std::string error_;
  std::uint64_t sequence_ = 0;
  std::shared_ptr<const std::vector<protocol::Metric>> metrics_;  ///< as last published
  protocol::ReplayView replay_;                                   ///< as last described
  std::shared_ptr<const protocol::UpdateView> update_;            ///< as last described
  std::pair<std::uint64_t, std::int64_t> update_of_;              ///< network and number of updates then
  Clock::time_point next_update_look_{};
  protocol::LearnerMoment learner_stage_;  ///< as last described
  protocol::NetworkView network_;          ///< as last described
  FirstReturns first_returns_;
  FindingLog finding_log_;
  std::shared_ptr<const std::vector<protocol::Finding>> findings_;
  std::shared_ptr<const protocol::LearnerHealth> health_;
  std::vector<protocol::LayerActivity> layers_;  ///< as last looked at
  std::vector<protocol::BlockNorms> norms_;      ///< likewise
  std::uint64_t looked_into_ = 0;                ///< the network that they are of
  Clock::time_point next_findings_{};
  Clock::time_point next_layers_{};
  bool dirty_ = true;
  std::int64_t commands_applied_ = 0;
  std::pair<std::int64_t, std::int64_t> exchanged_{-1, 0};  ///< ticks and commands when parameters were last sent
  protocol::Needs seen_needs_ = protocol::kNothing;
  Clock::time_point last_publish_{};
  Clock::time_point last_replay_{};
  Clock::time_point speed_since_ = Clock::now();
  std::int64_t speed_steps_ = 0;
  double steps_per_second_ = 0;
  std::vector<protocol::Numbered<protocol::TrainerCommand>> batch_;

  std::thread thread_;
};

}  // namespace qarium::train
