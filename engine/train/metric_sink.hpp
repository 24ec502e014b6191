#pragma once
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>

#include "engine/run/writer.hpp"
#include "engine/train/train_loop.hpp"

namespace qarium::train {

/// A place in a run's folder that metrics go to beside progress.csv. It hands what it collects to the writer.
class MetricSink {
 public:
  virtual ~MetricSink() = default;
  /// What was measured at the loop's present position.
  virtual void on_metrics(const TrainLoop& loop, std::span<const protocol::MetricValue> values) = 0;
  virtual void on_evaluation(TrainLoop& /*loop*/) {}
  /// Hands over what is collected.
  virtual void flush() = 0;
};

/// One row of the table of sinks: `qarium train --NAME` and `qarium --NAME` switch it on.
struct SinkKind {
  std::string_view name;  ///< "tensorboard"
  std::string_view help;  ///< of that flag
  /// `writer` must outlive the sink.
  std::unique_ptr<MetricSink> (*make)(const std::filesystem::path& folder, run::Writer& writer);
};

/// All of them: engine/train/sinks.cpp. Adding one is adding one file and one line there.
std::span<const SinkKind> sinks();
/// Throws core::UserError naming those there are.
const SinkKind& sink(std::string_view name);

}  // namespace qarium::train
