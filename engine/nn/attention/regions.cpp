#include "engine/nn/attention/regions.hpp"

#include <algorithm>
#include <vector>

namespace qarium::nn {

Regions cut_into_regions(const TokenGrid& grid, std::int64_t side) {
  std::vector<std::vector<std::int64_t>> members;
  const auto columns = (grid.columns + side - 1) / side;
  const auto per_frame = columns * ((grid.rows + side - 1) / side);
  members.resize(static_cast<std::size_t>(per_frame * grid.frames));
  std::int64_t token = 0;
  for (std::int64_t frame = 0; frame < grid.frames; ++frame) {
    for (std::int64_t row = 0; row < grid.rows; ++row) {
      for (std::int64_t column = 0; column < grid.columns; ++column) {
        const auto region = frame * per_frame + row / side * columns + column / side;
        members[static_cast<std::size_t>(region)].push_back(token++);
      }
    }
  }
  std::size_t largest = 0;
  for (const auto& region : members)
    largest = std::max(largest, region.size());
  const auto size = static_cast<std::int64_t>(largest);
  const auto count = static_cast<std::int64_t>(members.size());
  Regions regions{torch::zeros({count, size}, torch::kLong), torch::zeros({count, size}, torch::kBool),
                  torch::zeros({grid.tokens()}, torch::kLong)};
  for (std::int64_t r = 0; r < count; ++r) {
    const auto& region = members[static_cast<std::size_t>(r)];
    for (std::int64_t s = 0; s < static_cast<std::int64_t>(region.size()); ++s) {
      const auto member = region[static_cast<std::size_t>(s)];
      regions.tokens[r][s] = member;
      regions.mask[r][s] = true;
      regions.place[member] = r * size + s;
    }
  }
  return regions;
}

torch::Tensor same_region(const Regions& regions) {
  const auto region = torch::floor_divide(regions.place, regions.tokens.size(1));
  return (region.unsqueeze(0) == region.unsqueeze(1)).unsqueeze(0);
}

}  // namespace qarium::nn
