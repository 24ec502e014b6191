#pragma once
#include <array>
#include <chrono>
#include <filesystem>
#include <string>

#include "engine/run/journal.hpp"
#include "engine/run/writer.hpp"
#include "engine/train/train_loop.hpp"

namespace qarium::run {

/// A run on disk: config.toml, progress.csv, monitor.csv (Stable-Baselines3's Monitor format), journal.jsonl and
/// checkpoints/{last,best}.safetensors. It listens to a training loop and hands everything to the writer thread.
class RunDirectory final : public train::TrainEvents {
 public:
  /// Whether the folder holds a run already.
  static bool holds_run(const std::filesystem::path& folder);
  static std::filesystem::path checkpoint_path(const std::filesystem::path& folder, const std::string& checkpoint);

  /// Makes the folder and its first files. With `append`, goes on with a run that is there.
  /// Throws core::UserError naming the folder where it cannot be written, or holds a run and `append` is false.
  RunDirectory(std::filesystem::path folder, const train::TrainLoop& loop, Writer& writer, bool append);

  void on_update(const train::TrainLoop& loop, const agent::UpdateReport& report) override;
  void on_episode(const train::TrainLoop& loop, const protocol::EpisodeRecord& record) override;
  void on_evaluation(train::TrainLoop& loop, const train::Evaluation& evaluation, bool best) override;

  void record(const JournalEntry& entry);
  /// Hands over what is collected, and the checkpoint `last`.
  void save(train::TrainLoop& loop);
  /// Save, and the journal's last line.
  void close(train::TrainLoop& loop);
  /// The configuration was replaced: config.toml is written again.
  void reconfigured(const train::TrainLoop& loop);

  const std::filesystem::path& folder() const { return folder_; }

 private:
  void write_checkpoint(train::TrainLoop& loop, const std::string& name);
  void write_configuration(const train::TrainLoop& loop);
  void progress_row(const train::TrainLoop& loop);
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

}  // namespace qarium::run
