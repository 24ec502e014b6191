#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/core/bytes.hpp"
#include "engine/protocol/position.hpp"

namespace qarium::run {

/// The rows of progress.csv: where learning stands, gauges as they stand, and the mean of what was measured since the
/// last row. A cell is empty where there is no number.
class ProgressTable {
 public:
  /// Column names of the gauges and of what updates measure.
  ProgressTable(std::vector<std::string> gauges, std::vector<std::string> measured);

  std::string header() const;
  /// One value for each measured column.
  void add(std::span<const float> measured);

  /// What was added since the last row, for whoever goes on with the run.
  void save(core::ByteWriter& out) const;
  /// Nothing where it is of a table with other columns. Throws core::UserError where the bytes are not enough.
  void restore(core::ByteReader& in);

  struct Standing {
    protocol::Position position;
    std::int64_t episodes = 0;
    double seconds = 0;
    std::span<const float> gauges;
    double mean_return_100 = 0;
    double evaluation_return = 0;  ///< of the last evaluation; NaN before the first
  };
  /// Forgets what was added.
  std::string row(const Standing& standing);

 private:
  std::vector<std::string> gauges_;
  std::vector<std::string> measured_;
  std::vector<double> sums_;
  std::int64_t count_ = 0;
};

}  // namespace qarium::run
