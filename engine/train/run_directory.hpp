#pragma once
#include <array>
#include <chrono>
#include <filesystem>
#include <string>

#include "engine/train/journal.hpp"
#include "engine/train/train_loop.hpp"
#include "engine/train/writer.hpp"

namespace qarium::train {

/// A run on disk: config.toml, progress.csv, monitor.csv (Stable-Baselines3's Monitor format), journal.jsonl and
/// checkpoints/{last,best}.safetensors. It listens to a training loop and hands everything to the writer thread.
class RunDirectory final : public TrainEvents {
 public:
  /// Whether the folder holds a run already.
  static bool holds_run(const std::filesystem::path& folder);
  static std::filesystem::path checkpoint_path(const std::filesystem::path& folder, const std::string& checkpoint);

  /// Makes the folder and its first files. With `append`, goes on with a run that is there.
  /// Throws core::UserError naming the folder where it cannot be written, or holds a run and `append` is false.
  RunDirectory(std::filesystem::path folder, const TrainLoop& loop, Writer& writer, bool append);

  void on_update(const TrainLoop& loop, const agent::UpdateReport& report) override;
  void on_episode(const TrainLoop& loop, const core::EpisodeRecord& record) override;
  void on_evaluation(TrainLoop& loop, const Evaluation& evaluation, bool best) override;

  void record(const JournalEntry& entry);
  /// Hands over what is collected, and the checkpoint `last`.
  void save(TrainLoop& loop);
  /// Save, and the journal's last line.
  void close(TrainLoop& loop);
  /// The configuration was replaced: config.toml is written again.
  void reconfigured(const TrainLoop& loop);

  const std::filesystem::path& folder() const { return folder_; }

 private:
  void write_checkpoint(TrainLoop& loop, const std::string& name);
  void write_configuration(const TrainLoop& loop);
  void progress_row(const TrainLoop& loop);
  void flush();
  double seconds() const;

  std::filesystem::path folder_;
  Writer& writer_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::string progress_;
  std::string monitor_;
  std::int64_t next_row_ = 0;
  // Sums over the updates since the last row of progress.csv.
  std::int64_t updates_ = 0;
  std::array<double, 5> sums_{};
};

}  // namespace qarium::train
