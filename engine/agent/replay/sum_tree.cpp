#include "engine/agent/replay/sum_tree.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

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

void SumTree::draw(std::size_t batch, std::size_t count, double beta, core::RandomStream& stream,
                   std::vector<Draw>& out) const {
  out.clear();
  std::vector<double> weights;
  const double share = total() / static_cast<double>(batch);
  for (std::size_t i = 0; i < batch; ++i) {
    const double mass = std::min((static_cast<double>(i) + stream.uniform()) * share, std::nextafter(total(), 0.0));
    const auto item = find(mass);
    weights.push_back(std::pow(static_cast<double>(count) * get(item) / total(), -beta));
    out.push_back({item, 0});
  }
  const double largest = weights.empty() ? 1 : *std::max_element(weights.begin(), weights.end());
  for (std::size_t i = 0; i < batch; ++i)
    out[i].weight = static_cast<float>(weights[i] / largest);
}

}  // namespace qarium::agent
