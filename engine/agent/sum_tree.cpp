#include "engine/agent/sum_tree.hpp"

#include <bit>

namespace qarium::agent {

SumTree::SumTree(std::size_t n) : leaves_(std::bit_ceil(n)), nodes_(2 * leaves_, 0.0) {}

void SumTree::set(std::size_t item, double priority) {
  std::size_t node = leaves_ + item;
  nodes_[node] = priority;
  for (node /= 2; node >= 1; node /= 2)
    nodes_[node] = nodes_[2 * node] + nodes_[2 * node + 1];
}

std::size_t SumTree::find(double mass) const {
  std::size_t node = 1;
  while (node < leaves_) {
    node *= 2;
    // Rounding may leave a mass that the right side cannot hold: then the left one does.
    if (mass >= nodes_[node] && nodes_[node + 1] > 0) {
      mass -= nodes_[node];
      ++node;
    }
  }
  return node - leaves_;
}

}  // namespace qarium::agent
