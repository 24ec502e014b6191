#include "engine/nn/report/memory_view.hpp"

#include <algorithm>
#include <cmath>

#include "engine/nn/report/numbers.hpp"

namespace qarium::nn {
namespace {

/// Fills a view from one row of what was reported.
class ViewOfRow {
 public:
  ViewOfRow(protocol::MemoryView& view, std::int64_t row, std::vector<float> hidden_before)
      : view_(view), row_(row), hidden_before_(std::move(hidden_before)) {}

  void operator()(const std::monostate& /*nothing*/) {}

  void operator()(const UnitsReport& report) {
    protocol::UnitsView units;
    units.gates = of(report.gates);
    units.hidden = of(report.hidden);
    units.cell = of(report.cell);
    units.gate_names = report.gate_names;
    units.half_life = of(report.half_life);
    if (hidden_before_.size() == 2 * units.hidden.size()) hidden_before_ = magnitudes(hidden_before_);
    for (std::size_t i = 0; i < units.hidden.size(); ++i)
      units.change.push_back(units.hidden[i] - hidden_before_[i]);
    view_.units = std::move(units);
  }

  void operator()(const NtmReport& report) {
    slots(report);
    for (int head = 0; head < view_.read_heads + view_.write_heads; ++head)
      view_.heads.push_back(addressing(report, head));
  }

  void operator()(const DncReport& report) {
    slots(report);
    view_.dnc = protocol::DncView{.usage = of(report.usage),
                                  .allocation = of(report.allocation),
                                  .precedence = of(report.precedence),
                                  .write_content = of(report.write_content),
                                  .link = of(report.link),
                                  .forward = of(report.forward),
                                  .backward = of(report.backward),
                                  .content = of(report.content),
                                  .free_gates = of(report.free_gates),
                                  .read_modes = of(report.read_modes),
                                  .write_gate = report.write_gate[row_].item<float>(),
                                  .allocation_gate = report.allocation_gate[row_].item<float>()};
  }

  void operator()(const MannReport& report) {
    slots(report);
    view_.usage = of(report.usage);
  }

  void operator()(const WindowReport& report) {
    protocol::KeptSteps kept;
    kept.weights = of(report.weights);
    for (const float age : of(report.ages))
      kept.ages.push_back(static_cast<int>(std::lround(age)));
    kept.heads = static_cast<int>(kept.weights.size() / kept.ages.size());
    view_.kept = std::move(kept);
  }

 private:
  /// Of complex units, real parts before imaginary ones.
  static std::vector<float> magnitudes(const std::vector<float>& parts) {
    std::vector<float> all(parts.size() / 2);
    for (std::size_t i = 0; i < all.size(); ++i)
      all[i] = std::hypot(parts[i], parts[all.size() + i]);
    return all;
  }

  std::vector<float> of(const torch::Tensor& all) const { return all.defined() ? numbers(all[row_]) : numbers(all); }

  void slots(const SlotsReport& report) {
    view_.read_heads = static_cast<int>(report.read_weights.size(1));
    view_.write_heads = static_cast<int>(report.write_weights.size(1));
    view_.read_weights = of(report.read_weights);
    view_.write_weights = of(report.write_weights);
    view_.reads = of(report.reads);
  }

  protocol::Addressing addressing(const NtmReport& report, int head) const {
    const auto of_head = [&](const torch::Tensor& all, int which) { return numbers(all[row_][which]); };
    protocol::Addressing its;
    its.writes = head >= view_.read_heads;
    its.previous = of_head(report.previous, head);
    its.content = of_head(report.content, head);
    its.interpolated = of_head(report.interpolated, head);
    its.shifted = of_head(report.shifted, head);
    its.sharpened = of_head(report.sharpened, head);
    its.key = of_head(report.key, head);
    its.similarity = of_head(report.similarity, head);
    its.beta = report.beta[row_][head].item<float>();
    its.g = report.g[row_][head].item<float>();
    its.gamma = report.gamma[row_][head].item<float>();
    its.shift = of_head(report.shift, head);
    if (its.writes) {
      its.erase = of_head(report.erase, head - view_.read_heads);
      its.add = of_head(report.add, head - view_.read_heads);
    }
    return its;
  }

  protocol::MemoryView& view_;
  std::int64_t row_;
  std::vector<float> hidden_before_;  ///< the first part of the state
};

}  // namespace

protocol::MemoryView memory_view(const config::MemoryOptions& options, const Memory& memory, const MemoryReport& report,
                                 std::int64_t row, const MemoryState& before, const MemoryState& after) {
  protocol::MemoryView view;
  view.kind = options.kind;
  view.parts = memory.state_names();
  for (const auto& tensor : before)
    view.bytes += static_cast<std::size_t>(tensor[row].numel()) * sizeof(float);
  const auto matrix = std::find(view.parts.begin(), view.parts.end(), "memory");
  if (matrix != view.parts.end()) {
    const auto at = static_cast<std::size_t>(matrix - view.parts.begin());
    view.slots = static_cast<int>(before[at].size(1));
    view.width = static_cast<int>(before[at].size(2));
    view.before = numbers(before[at][row]);
    view.after = numbers(after[at][row]);
  }
  std::visit(ViewOfRow(view, row, before.empty() ? std::vector<float>() : numbers(before.front()[row])), report);
  return view;
}

}  // namespace qarium::nn
