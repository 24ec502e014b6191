#pragma once
#include <cstddef>
#include <vector>

#include "engine/core/random.hpp"

namespace qarium::agent {

/// Priorities of n items with their sum, for sampling in proportion (Schaul 2016, appendix B.2.1). A complete binary
/// tree: setting and finding are O(log n). Parents are always the sum of their children in this order, so that equal
/// priorities give equal sums whatever was set before.
class SumTree {
 public:
  explicit SumTree(std::size_t n);

  /// Requires a finite priority >= 0.
  void set(std::size_t item, double priority);
  double get(std::size_t item) const { return nodes_[leaves_ + item]; }
  double total() const { return nodes_[1]; }
  /// The item in whose share `mass` falls; requires 0 <= mass < total(). Never an item of priority 0.
  std::size_t find(double mass) const;

  struct Draw {
    std::size_t item;
    float weight;  ///< (count P(item))^-beta over the greatest of the batch
  };
  /// One draw from each of `batch` equal shares of the mass, with its importance weight (Schaul 2016, section 3.4 and
  /// appendix B.2.1), where `count` items have a priority.
  void draw(std::size_t batch, std::size_t count, double beta, core::RandomStream& stream,
            std::vector<Draw>& out) const;

 private:
  std::size_t leaves_;
  std::vector<double> nodes_;
};

}  // namespace qarium::agent
