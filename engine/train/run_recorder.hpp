#pragma once
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/run/journal.hpp"
#include "engine/run/progress_table.hpp"
#include "engine/run/run_directory.hpp"
#include "engine/train/metric_sink.hpp"
#include "engine/train/train_loop.hpp"

namespace qarium::train {

struct RunOptions {
  bool append = false;             ///< goes on with a run that is there
  std::vector<std::string> sinks;  ///< names of those that metrics go to, too
};

/// The layer around a training loop that records it: config.toml, progress.csv, monitor.csv (Stable-Baselines3's
/// Monitor format), journal.jsonl, checkpoints/{last,best}.safetensors and what the sinks write that are switched on.
class RunRecorder final : public TrainEvents {
 public:
  /// Throws core::UserError as run::RunDirectory. `writer` must outlive this.
  RunRecorder(const std::filesystem::path& folder, const TrainLoop& loop, run::Writer& writer,
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
  /// The configuration was replaced: config.toml is written again.
  void reconfigured(const TrainLoop& loop);
  /// Switches a sink on or off. Throws core::UserError where there is none of this name.
  void set_sink(std::string_view name, bool wanted);
  bool writes_to(std::string_view sink) const { return sinks_.contains(sink); }

  const std::filesystem::path& folder() const { return directory_.folder(); }

 private:
  void progress_row(const TrainLoop& loop);
  void flush();
  double seconds() const;

  run::RunDirectory directory_;
  run::ProgressTable table_;
  std::map<std::string, std::unique_ptr<MetricSink>, std::less<>> sinks_;  ///< by name
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::string progress_;
  std::string monitor_;
  std::int64_t next_row_ = 0;
  std::vector<float> measured_;
};

}  // namespace qarium::train
