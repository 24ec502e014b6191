#include "engine/protocol/memory_traces.hpp"

#include <utility>

namespace qarium::protocol {
namespace {

struct Look {
  TraceRole role;
  bool is_signed;
};

class TraceColumn {
 public:
  TraceColumn() { episode_.columns = 1; }
  void add(std::string name, const Look& look, std::span<const float> values, int head = -1) {
    if (values.empty()) return;
    episode_.traces.push_back({std::move(name),
                               look.role,
                               head,
                               static_cast<int>(values.size()),
                               look.is_signed,
                               {values.begin(), values.end()}});
  }
  /// `values` [heads, n].
  void add_heads(const std::string& name, const Look& look, std::span<const float> values, int heads) {
    if (heads == 0 || values.empty()) return;
    const auto n = values.size() / static_cast<std::size_t>(heads);
    for (int head = 0; head < heads; ++head)
      add(name, look, values.subspan(static_cast<std::size_t>(head) * n, n), head);
  }
  MemoryEpisode take() && { return std::move(episode_); }

 private:
  MemoryEpisode episode_;
};

void add_ntm(TraceColumn& column, const MemoryView& view) {
  int head = 0;
  for (const auto& its : view.heads) {
    if (!its.writes) continue;
    column.add("adds", {TraceRole::Adds, true}, its.add, head);
    column.add("erases", {TraceRole::Erases, false}, its.erase, head);
    ++head;
  }
}

void add_dnc(TraceColumn& column, const DncView& dnc) {
  column.add("usage", {TraceRole::Usage, false}, dnc.usage);
  column.add("allocation", {TraceRole::Allocation, false}, dnc.allocation);
  std::vector<float> gates = {dnc.write_gate, dnc.allocation_gate};
  gates.insert(gates.end(), dnc.free_gates.begin(), dnc.free_gates.end());
  column.add("write gate, allocation gate, free gates", {TraceRole::Gate, false}, gates);
}

void add_units(TraceColumn& column, const UnitsView& units) {
  column.add("hidden", {TraceRole::Units, true}, units.hidden);
  column.add("cell", {TraceRole::Units, true}, units.cell, 0);
  const auto count = units.gate_names.size();
  if (count == 0) return;
  const auto n = units.gates.size() / count;
  for (std::size_t gate = 0; gate < count; ++gate) {
    const auto& name = units.gate_names[gate];
    const bool is_signed = name == "candidate";
    column.add(name + (is_signed ? "" : " gate"), {TraceRole::Gate, is_signed},
               std::span(units.gates).subspan(gate * n, n), static_cast<int>(gate));
  }
}

}  // namespace

MemoryEpisode memory_step(const MemoryView& view, std::span<const float> input, std::span<const float> output) {
  TraceColumn column;
  column.add("inputs", {TraceRole::Input, true}, input);
  column.add("outputs", {TraceRole::Output, true}, output);
  add_ntm(column, view);
  column.add_heads("write weights", {TraceRole::WriteWeights, false}, view.write_weights, view.write_heads);
  column.add_heads("reads", {TraceRole::Reads, true}, view.reads, view.read_heads);
  column.add_heads("read weights", {TraceRole::ReadWeights, false}, view.read_weights, view.read_heads);
  column.add("usage", {TraceRole::Usage, false}, view.usage);
  if (view.dnc) add_dnc(column, *view.dnc);
  if (view.units) add_units(column, *view.units);
  if (view.kept) column.add_heads("weights by age", {TraceRole::Weights, false}, view.kept->weights, view.kept->heads);
  return std::move(column).take();
}

void append(MemoryEpisode& episode, const MemoryEpisode& step) {
  if (episode.columns == 0 || step.weights < episode.weights) {
    episode.weights = step.weights;
    episode.position = step.position;
  }
  if (episode.columns == 0) {
    episode.traces = step.traces;
    episode.columns = step.columns;
    return;
  }
  for (std::size_t i = 0; i < episode.traces.size(); ++i) {
    auto& values = episode.traces[i].values;
    values.insert(values.end(), step.traces[i].values.begin(), step.traces[i].values.end());
  }
  episode.columns += step.columns;
}

}  // namespace qarium::protocol
