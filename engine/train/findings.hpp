#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "engine/config/hyperparameters.hpp"
#include "engine/protocol/findings.hpp"
#include "engine/protocol/snapshot.hpp"

namespace qarium::train {

/// The returns that learning began with, to compare with.
class FirstReturns {
 public:
  static constexpr std::int64_t kMany = 100;
  void add(double episode_return);
  void clear() { *this = {}; }
  bool known() const { return count_ == kMany; }
  double mean() const { return mean_; }
  double deviation() const;

 private:
  std::int64_t count_ = 0;
  double mean_ = 0;
  double squares_ = 0;  ///< sum of squared deviations
};

/// What findings are made of.
struct Evidence {
  const config::Hyperparameters& hyperparameters;
  const protocol::Status& status;
  const protocol::LearnerHealth& health;
  const FirstReturns& first_returns;
};

/// What speaks of something that goes wrong, the gravest first; empty when all is well. Each needs enough updates or
/// episodes to be sure of.
std::vector<protocol::Finding> findings(const Evidence& evidence);

/// Keeps a finding for some seconds after it was last true, so that one at its limit does not come and go.
class FindingLog {
 public:
  static constexpr double kKeepSeconds = 5;
  /// `now` in seconds.
  void update(double now, std::vector<protocol::Finding> found);
  void clear() { entries_.clear(); }
  std::vector<protocol::Finding> shown() const;

 private:
  struct Entry {
    protocol::Finding finding;
    double last_true = 0;
  };
  std::vector<Entry> entries_;  ///< in the order in which they are shown
};

}  // namespace qarium::train
