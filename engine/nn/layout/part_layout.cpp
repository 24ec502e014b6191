#include "engine/nn/layout/part_layout.hpp"

#include <algorithm>

namespace qarium::nn {
namespace {

constexpr std::int64_t kMostAlongSide = 16;  // tokens

float greatest_of(const env::Part& part, const env::Box& space) {
  if (space.high.size() == 1) return space.high.front();
  const auto first = space.high.begin() + part.offset;
  return *std::max_element(first, first + part.size());
}

PartLayout layout_of(const env::Part& part, const env::Box& space, const config::EncoderOptions& options) {
  PartLayout layout{.part = part};
  if (part.kind != env::PartKind::Numbers) {
    layout.kind = PartLayout::Kind::Symbol;
    return layout;
  }
  if (part.shape.size() != 3) return layout;
  layout.kind = PartLayout::Kind::NumberCells;
  layout.side = (std::max(part.shape[1], part.shape[2]) + kMostAlongSide - 1) / kMostAlongSide;
  if (!part.whole) return layout;
  const float greatest = std::clamp(greatest_of(part, space), 1.0F, 255.0F);
  layout.scale = 1 / static_cast<double>(greatest);
  if (layout.side == 1 && options.cells == "names") {
    layout.kind = PartLayout::Kind::NameCells;
    layout.names = static_cast<std::int64_t>(greatest) + 1;
  }
  return layout;
}

}  // namespace

std::vector<PartLayout> part_layouts(const config::EncoderOptions& options, const env::Box& space) {
  auto parts = space.parts;
  if (parts.empty())
    parts.push_back({.name = "observation", .shape = space.shape, .whole = space.type == env::ScalarType::Uint8});
  std::vector<PartLayout> layouts;
  layouts.reserve(parts.size());
  for (const auto& part : parts)
    layouts.push_back(layout_of(part, space, options));
  return layouts;
}

}  // namespace qarium::nn
