#pragma once
#include <imgui.h>

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "engine/core/series.hpp"

namespace qarium::widgets {

/// The columns of one curve as they were last decimated, with what they were decimated for.
struct CachedColumns {
  std::uint64_t version = ~0ULL;
  double from = 0;
  double to = 0;
  std::size_t columns = 0;
  std::vector<core::Column> data;
};

/// Decimates only when the curve, the range or the width changed. What it holds of a curve it holds by its place.
class PlotCache {
 public:
  const std::vector<core::Column>& columns(const core::Series& series, std::uint64_t version, double from, double to,
                                           std::size_t columns);
  /// Room to compute a line's points in, kept for its storage.
  std::vector<ImVec2> points;

  /// How often it had to decimate, for tests.
  std::uint64_t misses() const { return misses_; }

 private:
  std::unordered_map<const core::Series*, CachedColumns> cached_;
  std::uint64_t misses_ = 0;
};

}  // namespace qarium::widgets
