#include "engine/inspect/memory_inspection.hpp"

#include <algorithm>
#include <cmath>

#include "engine/inspect/numbers.hpp"

namespace qarium::inspect {
namespace {

/// What a probe reported of one row.
class Reported {
 public:
  Reported(const nn::Probe& probe, std::int64_t row) : probe_(probe), row_(row) {}

  torch::Tensor tensor(const char* name) const {
    const auto all = probe_[name];
    return all.defined() ? all[row_] : all;
  }
  std::vector<float> operator[](const char* name) const { return numbers(tensor(name)); }
  float number(const char* name) const { return tensor(name).item<float>(); }
  /// Of head `head` of what is [B, heads, ...].
  std::vector<float> of_head(const char* name, std::int64_t head) const { return numbers(tensor(name)[head]); }
  float number_of_head(const char* name, std::int64_t head) const { return tensor(name)[head].item<float>(); }
  bool has(const char* name) const { return probe_[name].defined(); }

 private:
  const nn::Probe& probe_;
  std::int64_t row_;
};

std::vector<protocol::Addressing> addressing(const Reported& reported, const protocol::MemoryView& view) {
  std::vector<protocol::Addressing> heads;
  for (int head = 0; head < view.read_heads + view.write_heads; ++head) {
    protocol::Addressing its;
    its.writes = head >= view.read_heads;
    its.previous = reported.of_head("memory.previous", head);
    its.content = reported.of_head("memory.content", head);
    its.interpolated = reported.of_head("memory.interpolated", head);
    its.shifted = reported.of_head("memory.shifted", head);
    its.sharpened = reported.of_head("memory.sharpened", head);
    its.key = reported.of_head("memory.key", head);
    its.similarity = reported.of_head("memory.similarity", head);
    its.beta = reported.number_of_head("memory.beta", head);
    its.g = reported.number_of_head("memory.g", head);
    its.gamma = reported.number_of_head("memory.gamma", head);
    its.shift = reported.of_head("memory.s", head);
    if (its.writes) {
      its.erase = reported.of_head("memory.erases", head - view.read_heads);
      its.add = reported.of_head("memory.adds", head - view.read_heads);
    }
    heads.push_back(std::move(its));
  }
  return heads;
}

protocol::DncView dnc_view(const Reported& reported) {
  return {.usage = reported["memory.usage"],
          .allocation = reported["memory.allocation"],
          .precedence = reported["memory.precedence"],
          .write_content = reported["memory.write_content"],
          .link = reported["memory.link"],
          .forward = reported["memory.forward"],
          .backward = reported["memory.backward"],
          .content = reported["memory.content"],
          .free_gates = reported["memory.free_gates"],
          .read_modes = reported["memory.read_modes"],
          .write_gate = reported.number("memory.write_gate"),
          .allocation_gate = reported.number("memory.allocation_gate")};
}

protocol::UnitsView units_view(const Reported& reported, const std::vector<float>& hidden_before) {
  protocol::UnitsView units;
  units.gates = reported["memory.gates"];
  units.hidden = reported["memory.hidden"];
  units.cell = reported["memory.cell"];
  units.gate_names = units.cell.empty() ? std::vector<std::string>{"reset", "update", "candidate"}
                                        : std::vector<std::string>{"input", "forget", "candidate", "output"};
  for (std::size_t i = 0; i < units.hidden.size(); ++i)
    units.change.push_back(units.hidden[i] - hidden_before[i]);
  return units;
}

std::vector<int> whole(const std::vector<float>& values) {
  std::vector<int> rounded;
  rounded.reserve(values.size());
  for (const float value : values)
    rounded.push_back(static_cast<int>(std::lround(value)));
  return rounded;
}

protocol::KeptSteps kept_steps(const Reported& reported) {
  protocol::KeptSteps kept;
  if (reported.has("memory.bank_weights")) {
    kept.weights = reported["memory.bank_weights"];
    kept.ages = whole(reported["memory.bank_age"]);
  } else {
    kept.ages = whole(reported["memory.window_age"]);
    kept.weights = reported["memory.window_weights"];
  }
  kept.heads = static_cast<int>(kept.weights.size() / kept.ages.size());
  return kept;
}

int count_of(const Reported& reported, const char* name) {
  return reported.has(name) ? static_cast<int>(reported.tensor(name).size(0)) : 0;
}

}  // namespace

protocol::MemoryView memory_view(const config::MemoryOptions& options, const nn::Memory& memory, const nn::Probe& probe,
                                 std::int64_t row, const nn::MemoryState& before, const nn::MemoryState& after) {
  const Reported reported(probe, row);
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
    view.read_heads = count_of(reported, "memory.read_weights");
    view.write_heads = count_of(reported, "memory.write_weights");
    view.read_weights = reported["memory.read_weights"];
    view.write_weights = reported["memory.write_weights"];
    view.reads = reported["memory.reads"];
  }
  if (reported.has("memory.key")) view.heads = addressing(reported, view);
  if (reported.has("memory.link")) view.dnc = dnc_view(reported);
  if (!view.dnc) view.usage = reported["memory.usage"];
  if (reported.has("memory.gates")) view.units = units_view(reported, numbers(before[0][row]));
  if (reported.has("memory.bank_age") || reported.has("memory.window_age")) view.kept = kept_steps(reported);
  return view;
}

}  // namespace qarium::inspect
