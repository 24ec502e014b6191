#pragma once
#include <cstdint>

#include "engine/core/series.hpp"
#include "engine/protocol/laboratory.hpp"

namespace qarium::widgets {

/// How learning went in the laboratory, x in sequences. Owned by the main thread, like Curves.
class LaboratoryCurve {
 public:
  void add(const protocol::LaboratoryPoint& point);
  void clear();

  const core::Series& bits() const { return bits_; }  ///< wrong bits a sequence
  const core::Series& loss() const { return loss_; }  ///< nats a target bit
  bool empty() const { return bits_.empty(); }
  /// Rises with every change, for caches.
  std::uint64_t version() const { return version_; }

 private:
  core::Series bits_;
  core::Series loss_;
  double last_x_ = 0;
  std::uint64_t version_ = 0;
};

}  // namespace qarium::widgets
