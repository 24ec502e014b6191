#include "engine/nn/report/attention_view.hpp"

#include "engine/nn/report/numbers.hpp"

namespace qarium::nn {

protocol::AttentionView attention_view(const Probe& probe, std::int64_t row, const TokenGrid& grid, bool with_matrix) {
  const auto& report = *probe.attention;
  protocol::AttentionView view;
  view.heads = static_cast<int>(report.weights.size(1));
  view.queries = static_cast<int>(report.weights.size(2));
  view.frames = grid.frames;
  view.rows = grid.rows;
  view.columns = grid.columns;
  view.top = grid.top;
  view.left = grid.left;
  view.cells_per_token = grid.cells_per_token;
  view.field = grid.field;
  for (const auto& part : grid.parts)
    view.parts.push_back({part.name, part.rows, part.columns});
  view.weights = numbers(report.weights[row]);
  view.entropy = numbers(report.entropy[row]);
  if (with_matrix && report.matrix.defined()) view.matrix = numbers(report.matrix[row]);
  if (probe.fusion_gate.defined()) view.gate = numbers(probe.fusion_gate[row]);
  return view;
}

}  // namespace qarium::nn
