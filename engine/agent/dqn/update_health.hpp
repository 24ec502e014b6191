#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/agent/dqn/dqn.hpp"
#include "engine/protocol/findings.hpp"

namespace qarium::agent {

/// How the last updates of one network went.
class UpdateHealth {
 public:
  static constexpr std::size_t kWindow = 256;  ///< updates

  void add(const UpdateReport& report, double max_grad_norm) {
    const Entry entry{report.mean_q, report.q_spread, report.gradient_norm > max_grad_norm};
    if (entries_.size() < kWindow) {
      entries_.push_back(entry);
    } else {
      entries_[next_++ % kWindow] = entry;
    }
  }
  void clear() {
    entries_.clear();
    next_ = 0;
  }
  void describe(protocol::LearnerHealth& health) const;

 private:
  struct Entry {
    float mean_q = 0;
    float q_spread = 0;
    bool clipped = false;
  };
  std::vector<Entry> entries_;
  std::size_t next_ = 0;  ///< the oldest, once there are kWindow
};

}  // namespace qarium::agent
