#pragma once
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace qarium::protocol {

/// One number that is followed over learning time. Families of learners and environments register theirs at run time;
/// plots, the columns of progress.csv and TensorBoard's tags follow from what is registered.
struct Metric {
  std::string name;   ///< unique; the column of progress.csv: "td_error_p50"
  std::string plot;   ///< title of the plot it stands in; metrics of one plot share its axes: "TD error"
  std::string label;  ///< what tells it from the others in that plot: "median"; empty where it is alone
  std::string unit;   ///< "steps"; empty for a pure number
  std::string tag;    ///< TensorBoard's, as CleanRL names it: "losses/td_loss"
  std::string help;   ///< one sentence
  /// What it can never leave; infinite where nothing bounds it.
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
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
