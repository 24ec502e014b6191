#include "widgets/parts/plot_cache.hpp"

namespace qarium::widgets {

const std::vector<core::Column>& PlotCache::columns(const core::Series& series, std::uint64_t version, double from,
                                                    double to, std::size_t columns) {
  auto& cached = cached_[&series];
  if (cached.version != version || cached.from != from || cached.to != to || cached.columns != columns) {
    series.decimate(from, to, columns, cached.data);
    cached.version = version;
    cached.from = from;
    cached.to = to;
    cached.columns = columns;
    ++misses_;
  }
  return cached.data;
}

}  // namespace qarium::widgets
