#include "engine/exchange/view_numbers.hpp"

#include <span>

namespace qarium::exchange {
namespace {

using protocol::Addressing;

std::int64_t size_of(std::span<const float> values) {
  return static_cast<std::int64_t>(values.size());
}

/// Collects what is there.
class Collected {
 public:
  void add(std::string name, std::vector<std::int64_t> shape, std::vector<float> values) {
    if (!values.empty()) all_.push_back({std::move(name), std::move(shape), std::move(values)});
  }
  /// `values` [rows, ...].
  void add_rows(std::string name, std::int64_t rows, const std::vector<float>& values) {
    if (rows > 0 && !values.empty()) add(std::move(name), {rows, size_of(values) / rows}, values);
  }
  void add_line(std::string name, const std::vector<float>& values) { add(std::move(name), {size_of(values)}, values); }
  std::vector<NamedNumbers> take() { return std::move(all_); }

 private:
  std::vector<NamedNumbers> all_;
};

/// Numbers of all heads, or of those that write, one below the other.
void add_of_heads(Collected& numbers, const std::string& name, const std::vector<Addressing>& heads,
                  std::vector<float> Addressing::* member) {
  std::vector<float> values;
  std::int64_t rows = 0;
  for (const auto& head : heads) {
    const auto& its = head.*member;
    if (its.empty()) continue;
    ++rows;
    values.insert(values.end(), its.begin(), its.end());
  }
  numbers.add_rows("memory.addressing." + name, rows, values);
}

void add_addressing(Collected& numbers, const std::vector<Addressing>& heads) {
  add_of_heads(numbers, "previous", heads, &Addressing::previous);
  add_of_heads(numbers, "key", heads, &Addressing::key);
  add_of_heads(numbers, "similarity", heads, &Addressing::similarity);
  add_of_heads(numbers, "content", heads, &Addressing::content);
  add_of_heads(numbers, "interpolated", heads, &Addressing::interpolated);
  add_of_heads(numbers, "shifted", heads, &Addressing::shifted);
  add_of_heads(numbers, "sharpened", heads, &Addressing::sharpened);
  add_of_heads(numbers, "shift", heads, &Addressing::shift);
  add_of_heads(numbers, "erase", heads, &Addressing::erase);
  add_of_heads(numbers, "add", heads, &Addressing::add);
  std::vector<float> beta;
  std::vector<float> g;
  std::vector<float> gamma;
  for (const auto& head : heads) {
    beta.push_back(head.beta);
    g.push_back(head.g);
    gamma.push_back(head.gamma);
  }
  numbers.add_line("memory.addressing.beta", beta);
  numbers.add_line("memory.addressing.g", g);
  numbers.add_line("memory.addressing.gamma", gamma);
}

void add_dnc(Collected& numbers, const protocol::DncView& dnc, std::int64_t slots, std::int64_t heads) {
  numbers.add_line("memory.usage", dnc.usage);
  numbers.add_line("memory.allocation", dnc.allocation);
  numbers.add_line("memory.precedence", dnc.precedence);
  numbers.add_line("memory.write_content", dnc.write_content);
  numbers.add("memory.link", {slots, slots}, dnc.link);
  numbers.add_rows("memory.forward", heads, dnc.forward);
  numbers.add_rows("memory.backward", heads, dnc.backward);
  numbers.add_rows("memory.content", heads, dnc.content);
  numbers.add_line("memory.free_gates", dnc.free_gates);
  numbers.add_rows("memory.read_modes", heads, dnc.read_modes);
  numbers.add("memory.write_gate", {}, {dnc.write_gate});
  numbers.add("memory.allocation_gate", {}, {dnc.allocation_gate});
}

void add_units(Collected& numbers, const protocol::UnitsView& units) {
  const auto n = units.hidden.size();
  for (std::size_t gate = 0; gate < units.gate_names.size(); ++gate) {
    const auto first = units.gates.begin() + static_cast<std::ptrdiff_t>(gate * n);
    numbers.add_line("memory.gates." + units.gate_names[gate], {first, first + static_cast<std::ptrdiff_t>(n)});
  }
  numbers.add_line("memory.hidden", units.hidden);
  numbers.add_line("memory.cell", units.cell);
  numbers.add_line("memory.change", units.change);
}

}  // namespace

std::vector<NamedNumbers> numbers_of(const protocol::AttentionView& view) {
  Collected numbers;
  const std::vector<std::int64_t> each = {view.heads, view.queries};
  numbers.add("attention.weights", {view.heads, view.queries, view.tokens()}, view.weights);
  numbers.add("attention.entropy", each, view.entropy);
  if (view.has_matrix())
    numbers.add("attention.matrix",
                {size_of(view.matrix) / view.tokens() / view.tokens(), view.tokens(), view.tokens()}, view.matrix);
  auto all = numbers.take();
  all.push_back({"attention.mass", each, view.mass});  // empty where nothing stands that could be looked at
  if (!view.gate.empty()) all.push_back({"fusion.gate", {size_of(view.gate)}, view.gate});
  return all;
}

std::vector<NamedNumbers> numbers_of(const protocol::CriticView& view) {
  const auto window = static_cast<std::size_t>(view.window);
  const auto whole = [&](const std::vector<float>& values) {
    std::vector<float> all(window - values.size(), 0.0F);
    all.insert(all.end(), values.begin(), values.end());
    return all;
  };
  return {{"critic.weights", {view.window}, whole(view.weights)},
          {"critic.values", {view.window}, whole(view.state_values)}};
}

std::vector<NamedNumbers> numbers_of(const protocol::MemoryView& view) {
  Collected numbers;
  numbers.add_rows("memory.slots_before", view.slots, view.before);
  numbers.add_rows("memory.slots", view.slots, view.after);
  numbers.add_rows("memory.read_weights", view.read_heads, view.read_weights);
  numbers.add_rows("memory.write_weights", view.write_heads, view.write_weights);
  numbers.add_rows("memory.reads", view.read_heads, view.reads);
  if (!view.heads.empty()) add_addressing(numbers, view.heads);
  if (view.dnc) add_dnc(numbers, *view.dnc, view.slots, view.read_heads);
  numbers.add_line("memory.usage", view.usage);
  if (view.units) add_units(numbers, *view.units);
  if (view.kept) {
    numbers.add_rows("memory.weights_by_age", view.kept->heads, view.kept->weights);
    numbers.add_line("memory.ages", {view.kept->ages.begin(), view.kept->ages.end()});
  }
  return numbers.take();
}

}  // namespace qarium::exchange
