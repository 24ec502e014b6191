#include "widgets/attention/attention_map.hpp"

#include <algorithm>
#include <cmath>

namespace qarium::widgets {
namespace {

constexpr std::array<double, 3> kShares{0.50, 0.80, 0.95};

std::size_t size_of_attention_map(int value) {
  return static_cast<std::size_t>(std::max(value, 0));
}

/// One head's row of `size` numbers, or the mean or maximum of all heads' rows, which begin `stride` apart.
void choose(std::span<const float> values, std::size_t heads, std::size_t stride, std::size_t size, int head,
            std::vector<float>& out) {
  if (head >= 0) {
    const auto row = values.subspan(std::min(size_of_attention_map(head), heads - 1) * stride, size);
    out.assign(row.begin(), row.end());
    return;
  }
  out.assign(size, 0.0F);
  for (std::size_t each = 0; each < heads; ++each) {
    const auto row = values.subspan(each * stride, size);
    for (std::size_t i = 0; i < size; ++i) {
      out[i] = head == kMaximumHead ? std::max(out[i], row[i]) : out[i] + row[i] / static_cast<float>(heads);
    }
  }
}

bool weighs(float value) {
  return std::isfinite(value) && value > 0;
}

}  // namespace

bool sound(const protocol::AttentionView& view) {
  if (view.heads < 1 || view.queries < 1 || view.frames < 1 || view.rows < 1 || view.columns < 1) return false;
  int of_parts = 0;
  for (const auto& part : view.parts) {
    if (part.rows < 1 || part.columns < 1) return false;
    of_parts += part.tokens();
  }
  if (!view.parts.empty() && of_parts != view.tokens()) return false;
  const auto rows = size_of_attention_map(view.heads) * size_of_attention_map(view.queries);
  return view.weights.size() == rows * size_of_attention_map(view.frames) * size_of_attention_map(view.rows) *
                                    size_of_attention_map(view.columns) &&
         view.cells_per_token > 0 && std::isfinite(view.top) && std::isfinite(view.left);
}

bool sound_matrix(const protocol::AttentionView& view) {
  const auto tokens =
      size_of_attention_map(view.frames) * size_of_attention_map(view.rows) * size_of_attention_map(view.columns);
  return sound(view) && view.matrix.size() == size_of_attention_map(view.heads) * tokens * tokens;
}

void weights_of(const protocol::AttentionView& view, int head, int query, std::vector<float>& out) {
  const auto tokens = size_of_attention_map(view.tokens());
  const auto rows = std::span<const float>(view.weights)
                        .subspan(size_of_attention_map(std::clamp(query, 0, view.queries - 1)) * tokens);
  choose(rows, size_of_attention_map(view.heads), size_of_attention_map(view.queries) * tokens, tokens, head, out);
}

void matrix_of(const protocol::AttentionView& view, int head, std::vector<float>& out) {
  const auto size = size_of_attention_map(view.tokens()) * size_of_attention_map(view.tokens());
  choose(view.matrix, size_of_attention_map(view.heads), size, size, head, out);
}

void row_of(const protocol::AttentionView& view, int head, int token, std::vector<float>& out) {
  const auto tokens = size_of_attention_map(view.tokens());
  const auto rows =
      std::span<const float>(view.matrix).subspan(size_of_attention_map(std::min(token, view.tokens() - 1)) * tokens);
  choose(rows, size_of_attention_map(view.heads), tokens * tokens, tokens, head, out);
}

void picture_of(const protocol::AttentionView& view, std::span<const float> weights, int frame,
                std::vector<float>& out) {
  const auto size = size_of_attention_map(view.rows) * size_of_attention_map(view.columns);
  out.assign(size, 0.0F);
  for (int each = 0; each < view.frames; ++each) {
    if (frame >= 0 && each != std::min(frame, view.frames - 1)) continue;
    const auto part = weights.subspan(size_of_attention_map(each) * size, size);
    for (std::size_t i = 0; i < size; ++i)
      out[i] += part[i];
  }
}

float entropy_of(std::span<const float> weights) {
  double sum = 0;
  for (const float weight : weights) {
    if (weighs(weight)) sum += static_cast<double>(weight);
  }
  double entropy = 0;
  for (const float weight : weights) {
    if (!weighs(weight)) continue;
    const double share = static_cast<double>(weight) / sum;
    entropy -= share * std::log(share);
  }
  return static_cast<float>(entropy);
}

float greatest(std::span<const float> weights) {
  float most = 0;
  for (const float weight : weights) {
    if (weighs(weight)) most = std::max(most, weight);
  }
  return most;
}

float color_limit(const protocol::AttentionView& view, float greatest_weight) {
  return std::max(greatest_weight, std::min(1.0F, 2 / static_cast<float>(std::max(view.rows * view.columns, 1))));
}

std::array<float, 3> contour_levels(std::span<const float> weights) {
  std::vector<float> sorted;
  std::copy_if(weights.begin(), weights.end(), std::back_inserter(sorted), weighs);
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  double total = 0;
  for (const float weight : sorted)
    total += static_cast<double>(weight);
  std::array<float, 3> levels{};
  double held = 0;
  std::size_t found = 0;
  for (std::size_t i = 0; i < sorted.size() && found < levels.size(); ++i) {
    held += static_cast<double>(sorted[i]);
    const float next = i + 1 < sorted.size() ? sorted[i + 1] : 0;
    if (next == sorted[i]) continue;
    // A hair below the share, so that what sums to it exactly is not missed by rounding.
    while (found < levels.size() && held >= kShares[found] * total * (1 - 1e-6))
      levels[found++] = (sorted[i] + next) / 2;
  }
  return levels;
}

TokenGrid::TokenGrid(const protocol::AttentionView& view, const Rect& frame, int rows, int columns)
    : frame_(frame),
      rows_(std::max(view.cell_rows > 0 ? view.cell_rows : rows, 1)),
      columns_(std::max(view.cell_columns > 0 ? view.cell_columns : columns, 1)),
      token_rows_(view.rows),
      token_columns_(view.columns),
      top_(view.top),
      left_(view.left),
      size_(view.cells_per_token),
      field_(std::max(view.field, view.cells_per_token)) {}

Rect TokenGrid::token_range(int row, int column, int high, int wide) const {
  const float x = frame_.width() / static_cast<float>(columns_);
  const float y = frame_.height() / static_cast<float>(rows_);
  const ImVec2 corner{frame_.min.x + x * (left_ + size_ * static_cast<float>(column)),
                      frame_.min.y + y * (top_ + size_ * static_cast<float>(row))};
  return {corner, {corner.x + x * size_ * static_cast<float>(wide), corner.y + y * size_ * static_cast<float>(high)}};
}

Rect TokenGrid::field(int row, int column) const {
  const Rect own = token(row, column);
  const ImVec2 half = own.size() * (0.5F * field_ / size_);
  return {own.centre() - half, own.centre() + half};
}

Rect TokenGrid::cell(int index) const {
  const float x = frame_.width() / static_cast<float>(columns_);
  const float y = frame_.height() / static_cast<float>(rows_);
  const int row = index / columns_;
  const ImVec2 corner{frame_.min.x + x * static_cast<float>(index - row * columns_),
                      frame_.min.y + y * static_cast<float>(row)};
  return {corner, {corner.x + x, corner.y + y}};
}

std::optional<int> TokenGrid::cell_at(ImVec2 point) const {
  if (frame_.empty() || !frame_.contains(point)) return std::nullopt;
  const auto part = [](float at, float from, float size, int parts) {
    return std::clamp(static_cast<int>((at - from) / size * static_cast<float>(parts)), 0, parts - 1);
  };
  return part(point.y, frame_.min.y, frame_.height(), rows_) * columns_ +
         part(point.x, frame_.min.x, frame_.width(), columns_);
}

std::optional<int> TokenGrid::token_at(ImVec2 point) const {
  const Rect all = area();
  if (frame_.empty() || !frame_.contains(point) || !all.contains(point)) return std::nullopt;
  const Rect one = token(0, 0);
  const int row = std::min(static_cast<int>((point.y - all.min.y) / one.height()), token_rows_ - 1);
  const int column = std::min(static_cast<int>((point.x - all.min.x) / one.width()), token_columns_ - 1);
  return row * token_columns_ + column;
}

Rect frame_beneath(const protocol::AttentionView& view, const Rect& map, int rows, int columns) {
  if (view.cell_rows > 0) rows = view.cell_rows;
  if (view.cell_columns > 0) columns = view.cell_columns;
  const float x = map.width() / (view.cells_per_token * static_cast<float>(std::max(view.columns, 1)));
  const float y = map.height() / (view.cells_per_token * static_cast<float>(std::max(view.rows, 1)));
  const ImVec2 corner{map.min.x - x * view.left, map.min.y - y * view.top};
  return {corner, {corner.x + x * static_cast<float>(columns), corner.y + y * static_cast<float>(rows)}};
}

float cell_aspect(const protocol::AttentionView& view, int rows, int columns) {
  if (view.cell_rows < 1 || view.cell_columns < 1 || rows < 1 || columns < 1) return 1;
  return static_cast<float>(columns) / static_cast<float>(view.cell_columns) * static_cast<float>(view.cell_rows) /
         static_cast<float>(rows);
}

}  // namespace qarium::widgets
