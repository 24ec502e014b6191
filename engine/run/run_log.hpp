#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "engine/config/hyperparameters.hpp"
#include "engine/protocol/position.hpp"

namespace qarium::run {

/// One column of progress.csv: a point where the row has a number.
struct MetricLog {
  std::string name;
  std::vector<std::int64_t> steps;  ///< environment steps
  std::vector<double> values;
};

struct EpisodeLog {
  double episode_return = 0;
  std::int64_t length = 0;
  double seconds = 0;
};

/// A hyperparameter that was changed on the way.
struct StampLog {
  std::int64_t step = 0;
  std::string name;
  std::string value;
};

/// What a run's folder tells, ours or an older one's, finished or still being written, as a value: two can stand side
/// by side. What is missing or torn is left out, and said in `warnings`.
struct RunLog {
  std::filesystem::path folder;
  std::string environment;
  config::Hyperparameters hyperparameters;
  protocol::Position position;  ///< of the last row
  double seconds = 0;           ///< of the last row
  bool finished = false;        ///< it was closed in order
  std::vector<MetricLog> metrics;
  std::vector<EpisodeLog> episodes;
  std::vector<StampLog> stamps;
  std::vector<std::string> checkpoints;  ///< "best", "last"
  std::vector<std::string> warnings;

  /// Null where there is no such column.
  const MetricLog* metric(std::string_view name) const;
};

/// Throws core::UserError where the folder holds no run.
RunLog read_run(const std::filesystem::path& folder);

// Its parts: adds to the log what the text of progress.csv or of monitor.csv says.
void read_progress(std::string_view text, RunLog& log);
void read_monitor(std::string_view text, RunLog& log);

}  // namespace qarium::run
