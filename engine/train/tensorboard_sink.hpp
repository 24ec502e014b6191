#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/run/writer.hpp"
#include "engine/train/train_loop.hpp"

namespace qarium::train {

/// Writes what is measured to a TensorBoard event file in a run's folder, under CleanRL's tag names, and now and then
/// pictures of attention and memory. What updates measure is written as means over about a hundred points a metric.
class TensorboardSink {
 public:
  /// `writer` must outlive this.
  TensorboardSink(const std::filesystem::path& folder, run::Writer& writer);

  void on_metrics(const TrainLoop& loop, std::span<const protocol::MetricValue> values);
  /// Pictures of what the policy attends to and remembers, of an observation from its experience.
  void on_evaluation(TrainLoop& loop);
  /// Hands over what is collected.
  void flush();

 private:
  struct Mean {
    double sum = 0;
    std::int64_t count = 0;
    std::int64_t next_step = 0;  ///< from which it is written again
  };
  void add(const std::string& record);

  std::filesystem::path file_;
  run::Writer& writer_;
  std::vector<Mean> means_;  ///< by metric
  std::string collected_;
};

}  // namespace qarium::train
