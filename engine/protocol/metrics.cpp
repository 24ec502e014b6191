#include "engine/protocol/metrics.hpp"

#include <algorithm>

namespace qarium::protocol {

MetricId MetricTable::add(const Metric& metric) {
  const auto found = std::ranges::find(metrics_, metric.name, &Metric::name);
  const auto place = found - metrics_.begin();
  if (found == metrics_.end()) metrics_.push_back(metric);
  return static_cast<MetricId>(place);
}

}  // namespace qarium::protocol
