#include "widgets/parts/plot_cache.hpp"

namespace qarium::widgets {

const std::vector<core::Column>& PlotCache::columns(std::size_t slot, const core::Series& series, std::uint64_t version,
                                                    double from, double to, std::size_t columns) {
  auto& cached = slots_[slot];
  if (cached.series != &series || cached.version != version || cached.from != from || cached.to != to ||
      cached.columns != columns) {
    series.decimate(from, to, columns, cached.data);
    cached = {&series, version, from, to, columns, std::move(cached.data)};
    ++misses_;
  }
  return cached.data;
}

}  // namespace qarium::widgets
