#pragma once
#include <chrono>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/run/journal.hpp"
#include "engine/run/progress_table.hpp"
#include "engine/run/run_directory.hpp"
#include "engine/train/experience_log.hpp"
#include "engine/train/metric_sink.hpp"
#include "engine/train/train_loop.hpp"

namespace qarium::train {

struct RunOptions {
  run::Opening opening = run::Opening::New;
  /// The checkpoint of the folder's run that the loop goes on from, where it does; read by the constructor alone.
  const core::Archive* continued = nullptr;
  std::vector<std::string> sinks;  ///< names of those that metrics go to, too
  bool experience = true;          ///< checkpoints hold what is in replay
  double autosave_seconds = 120;   ///< after so long a checkpoint is written; 0: at evaluations and at the end alone
};

/// The layer around a training loop that records it: config.toml, progress.csv, monitor.csv (Stable-Baselines3's
/// Monitor format), journal.jsonl, checkpoints/{last,best}.safetensors with the state beside `last` from which learning
/// goes on exactly, the weights of the last few evaluations (checkpoints/step-N), and what the sinks write that are
/// switched on.
class RunRecorder final : public TrainEvents {
 public:
  /// Writes the first checkpoint. Throws core::UserError as run::RunDirectory. `writer` must outlive this.
  RunRecorder(const std::filesystem::path& folder, TrainLoop& loop, run::Writer& writer,
              const RunOptions& options = {});

  void on_metrics(const TrainLoop& loop, std::span<const protocol::MetricValue> values) override;
  void on_update(const TrainLoop& loop) override;
  void on_episode(const TrainLoop& loop, const protocol::EpisodeRecord& record) override;
  void on_evaluation(TrainLoop& loop, const Evaluation& evaluation, bool best) override;

  void record(const run::JournalEntry& entry);
  /// Hands over what is collected, and the checkpoint `last`.
  void save(TrainLoop& loop);
  /// Save, and the journal's last line.
  void close(TrainLoop& loop);
  /// The journal's last line if the run ended here.
  static std::string last_line(TrainLoop& loop);
  /// Writes it.
  void end(std::string line);
  /// A hyperparameter was changed: config.toml is written again.
  void reconfigured(const TrainLoop& loop);
  /// Learning has begun anew, or goes on from another checkpoint: what was best so far keeps its place under another
  /// name.
  void begun_anew(TrainLoop& loop);
  /// A checkpoint where enough time has passed since the last; to be called between ticks.
  void autosave(TrainLoop& loop);
  /// Switches a sink on or off. Throws core::UserError where there is none of this name.
  void set_sink(std::string_view name, bool wanted);
  bool writes_to(std::string_view sink) const { return sinks_.contains(sink); }

  const std::filesystem::path& folder() const { return directory_.folder(); }

 private:
  using Clock = std::chrono::steady_clock;

  void open_rows(const TrainLoop& loop, const run::Manifest& manifest);
  void continue_row(const core::Archive& checkpoint);
  void open_journal(const TrainLoop& loop, const run::Manifest& manifest, bool continued);
  /// What a checkpoint says of the run as it stands.
  run::Manifest standing(const TrainLoop& loop) const;
  void progress_row(const TrainLoop& loop);
  void flush();
  void keep_step(const TrainLoop& loop, core::Archive checkpoint);
  double seconds() const;

  RunOptions options_;
  run::RunDirectory directory_;
  ExperienceLog experience_;
  run::ProgressTable table_;
  std::map<std::string, std::unique_ptr<MetricSink>, std::less<>> sinks_;  ///< by name
  Clock::time_point start_ = Clock::now();
  Clock::time_point saved_ = Clock::now();
  double seconds_before_ = 0;  ///< that the run had taken when it was gone on with
  std::deque<std::string> steps_kept_;
  std::string progress_;
  std::string monitor_;
  std::int64_t next_row_ = 0;
  std::vector<float> measured_;
};

}  // namespace qarium::train
