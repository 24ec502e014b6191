#include "engine/nn/attention/regions.hpp"

#include <algorithm>
#include <vector>

namespace qarium::nn {

Regions cut_into_regions(const TokenGrid& grid, std::int64_t side) {
  std::vector<std::vector<std::int64_t>> members;
  std::int64_t token = 0;
  const auto cut = [&](std::int64_t rows, std::int64_t across) {
    const auto columns = (across + side - 1) / side;
    const auto first = static_cast<std::int64_t>(members.size());
    members.resize(static_cast<std::size_t>(first + columns * ((rows + side - 1) / side)));
    for (std::int64_t row = 0; row < rows; ++row) {
      for (std::int64_t column = 0; column < across; ++column)
        members[static_cast<std::size_t>(first + row / side * columns + column / side)].push_back(token++);
    }
  };
  for (const auto& part : grid.parts)
    cut(part.rows, part.columns);
  for (int frame = 0; grid.parts.empty() && frame < grid.frames; ++frame)
    cut(grid.rows, grid.columns);
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
