#pragma once
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace qarium::protocol {

/// How the points of a metric are drawn.
enum class MetricStyle : std::uint8_t {
  Measured,  ///< noisy: from minimum to maximum, and smoothed
  Exact,     ///< a value that is set or counted: as it is, never smoothed
  Marks,     ///< few and far between: a mark for each
};

/// One number that is followed over learning time. Families of learners and environments register theirs at run time;
/// plots, the columns of progress.csv and TensorBoard's tags follow from what is registered.
struct Metric {
  std::string name;   ///< unique; the column of progress.csv: "td_error_p50"
  std::string plot;   ///< title of the plot it stands in; metrics of one plot share its axes. Empty: it has none
  std::string label;  ///< what tells it from the others in that plot: "p50"; empty where it is alone
  std::string unit;   ///< "steps"; empty for a pure number
  std::string tag;    ///< TensorBoard's, as CleanRL names it: "losses/td_loss"
  std::string help;   ///< one sentence
  /// What it can never leave; infinite where nothing bounds it.
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  MetricStyle style = MetricStyle::Measured;
  int order = 0;  ///< plots stand by the least of their metrics', and as they were registered where that is the same
  std::string level;  ///< hyperparameter whose value is a line across the plot: "max_grad_norm"; empty for none
  /// The metric that this one is an estimate of: the difference is told. Empty: of none.
  std::string estimates = {};
};

/// The place of a metric in its table. It stays the same for as long as the table lives.
using MetricId = std::uint16_t;

/// One value of a metric.
struct MetricValue {
  MetricId metric = 0;
  float value = 0;
};

/// One value, or several merged: then minimum <= mean <= maximum and `step` is the last one's.
struct MetricPoint {
  MetricId metric = 0;
  std::int64_t step = 0;  ///< environment steps
  float minimum = 0;
  float maximum = 0;
  float mean = 0;
  std::int64_t count = 1;
};

/// The metrics that are known, in the order in which they were registered. It only grows: where learning begins anew
/// with another family, the metrics of the first keep their places.
class MetricTable {
 public:
  /// The place of the metric of this name, which is added where there is none.
  MetricId add(const Metric& metric);
  const std::vector<Metric>& all() const { return metrics_; }
  std::size_t size() const { return metrics_.size(); }
  const Metric& operator[](MetricId id) const { return metrics_[id]; }

 private:
  std::vector<Metric> metrics_;
};

}  // namespace qarium::protocol
