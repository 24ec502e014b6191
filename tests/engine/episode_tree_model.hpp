#pragma once
/// A plain model of the watched past, to hold inspect::EpisodeTree to: every lane is written out in full as a row of
/// moments, and who is forgotten is looked for among all of them.

#include <algorithm>
#include <cstdint>
#include <map>
#include <vector>

#include "engine/inspect/episode_tree.hpp"

namespace qarium::tests {

struct TreeModel {
  struct Moment {
    std::vector<double> facts;
    std::size_t bytes = 0;
    bool kept = true;
  };
  using Row = std::vector<std::size_t>;  ///< places in `moments`; index by index from 0

  explicit TreeModel(std::size_t most_bytes) : limit(most_bytes) {}

  std::size_t limit;
  std::vector<Moment> moments;  ///< in the order in which they came to be
  std::map<std::uint64_t, Row> lanes;
  std::uint64_t current = 0;
  std::uint64_t begun = 0;

  Row& row() { return lanes.at(current); }
  std::int64_t last() { return static_cast<std::int64_t>(row().size()) - 1; }
  std::size_t bytes() const {
    std::size_t all = 0;
    for (const auto& moment : moments)
      all += moment.kept ? moment.bytes : 0;
    return all;
  }
  /// A lane reaches back to the last moment of it that was forgotten.
  std::int64_t first(std::uint64_t lane) const {
    const auto& its = lanes.at(lane);
    auto at = its.size();
    while (at > 0 && moments[its[at - 1]].kept)
      --at;
    return static_cast<std::int64_t>(at);
  }

  void append(std::vector<double> facts, std::size_t size) {
    if (current == 0) lanes[current = ++begun] = {};
    row().push_back(moments.size());
    moments.push_back({std::move(facts), size});
    forget();
  }
  void fork(std::int64_t index, std::vector<double> facts, std::size_t size) {
    Row copy(row().begin(), row().begin() + index);
    lanes[current = ++begun] = std::move(copy);
    append(std::move(facts), size);
  }
  void forget() {
    while (bytes() > limit) {
      const Row seen(row().begin() + first(current), row().end());  // what is behind a gap is seen no more
      auto victim = moments.size();
      for (std::size_t i = 0; i < moments.size() && victim == moments.size(); ++i) {
        if (moments[i].kept && std::find(seen.begin(), seen.end(), i) == seen.end()) victim = i;
      }
      if (victim == moments.size()) {
        if (seen.size() == 1) return;
        victim = seen.front();
      }
      moments[victim].kept = false;
      std::erase_if(lanes, [&](const auto& its) { return !moments[its.second.back()].kept; });
    }
  }
};

/// "" where the tree is as the model says, else what is not.
template <class Facts>
std::string difference(const inspect::EpisodeTree& tree, TreeModel& model, Facts&& facts_of) {
  if (tree.current() != model.current) return "current lane";
  if (tree.bytes() != model.bytes()) return "bytes";
  if (tree.first() != model.first(model.current)) return "first";
  if (tree.last() != model.last()) return "last";
  if (tree.lane_count() != model.lanes.size()) return "number of lanes";
  for (const auto& [id, row] : model.lanes) {
    const auto name = "lane " + std::to_string(id);
    if (!tree.has(id)) return name;
    if (tree.first_of(id) != model.first(id)) return name + " first";
    if (tree.last_of(id) != static_cast<std::int64_t>(row.size()) - 1) return name + " last";
    if (tree.find(id, tree.first_of(id) - 1) != nullptr) return name + " before its first";
    if (tree.find(id, tree.last_of(id) + 1) != nullptr) return name + " after its last";
    for (auto index = tree.first_of(id); index <= tree.last_of(id); ++index) {
      const auto* frame = tree.find(id, index);
      if (frame == nullptr || frame->moment.index != index ||
          facts_of(*frame) != model.moments[row[static_cast<std::size_t>(index)]].facts)
        return name + " moment " + std::to_string(index);
    }
    const auto& seen = model.row();
    const auto parted =
        static_cast<std::int64_t>(std::mismatch(row.begin(), row.end(), seen.begin(), seen.end()).first - row.begin());
    const bool in_common = parted > std::max(tree.first_of(id), tree.first());
    if (tree.diverged_at(id) != (in_common ? parted : tree.first_of(id))) return name + " parting";
  }
  return "";
}

}  // namespace qarium::tests
