#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/train/metric_sink.hpp"

namespace qarium::train {

/// Its name in the table of sinks; the window has a switch for it.
inline constexpr std::string_view kTensorboard = "tensorboard";

/// Writes what is measured to a TensorBoard event file in a run's folder, under CleanRL's tag names, and now and then
/// pictures of attention and memory. What updates measure is written as means over about a hundred points a metric.
class TensorboardSink final : public MetricSink {
 public:
  TensorboardSink(const std::filesystem::path& folder, run::Writer& writer);

  void on_metrics(const TrainLoop& loop, std::span<const protocol::MetricValue> values) override;
  /// Pictures of what the policy attends to and remembers, of an observation from its experience.
  void on_evaluation(TrainLoop& loop) override;
  void flush() override;

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
