#include "engine/run/progress_table.hpp"

#include <cmath>
#include <cstdio>

namespace qarium::run {
namespace {

std::string cell(double value) {
  if (!std::isfinite(value)) return {};
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

}  // namespace

ProgressTable::ProgressTable(std::vector<std::string> gauges, std::vector<std::string> measured)
    : gauges_(std::move(gauges)), measured_(std::move(measured)), sums_(measured_.size(), 0) {}

std::string ProgressTable::header() const {
  std::string line = "environment_steps,updates,episodes,seconds";
  for (const auto& gauge : gauges_)
    line += "," + gauge;
  line += ",mean_return_100";
  for (const auto& name : measured_)
    line += "," + name;
  return line + ",evaluation_return\n";
}

void ProgressTable::add(std::span<const float> measured) {
  ++count_;
  for (std::size_t i = 0; i < sums_.size(); ++i)
    sums_[i] += measured[i];
}

void ProgressTable::save(core::ByteWriter& out) const {
  out.put(count_);
  out.put_all(sums_);
}

void ProgressTable::restore(core::ByteReader& in) {
  const auto count = in.get<std::int64_t>();
  auto sums = in.get_all<double>();
  if (sums.size() != sums_.size()) return;  // other metrics: the row begins anew
  count_ = count;
  sums_ = std::move(sums);
}

std::string ProgressTable::row(const Standing& standing) {
  char seconds[32];
  std::snprintf(seconds, sizeof seconds, "%.3f", standing.seconds);
  std::string line = std::to_string(standing.position.environment_steps) + "," +
                     std::to_string(standing.position.updates) + "," + std::to_string(standing.episodes) + "," +
                     seconds;
  for (const float gauge : standing.gauges)
    line += "," + cell(gauge);
  line += "," + cell(standing.mean_return_100);
  for (auto& sum : sums_) {
    line += "," + cell(sum / static_cast<double>(count_));
    sum = 0;
  }
  count_ = 0;
  return line + "," + cell(standing.evaluation_return) + "\n";
}

}  // namespace qarium::run
