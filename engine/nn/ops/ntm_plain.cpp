#include <vector>

#include "engine/nn/ops/ntm_op.hpp"
#include "engine/nn/ops/plain_math.hpp"

namespace qarium::nn {
namespace {

using torch::Tensor;

constexpr double kTinyLength = 1e-16;
struct Parameters {
  Tensor beta, g, gamma;  ///< [B, heads, 1]
  Tensor s;               ///< [B, heads, offsets]
};

/// With what is set by hand, where the first of these heads is head `first` of all.
Parameters by_hand(Parameters parameters, const std::vector<protocol::HeadSetting>& settings, std::int64_t first) {
  const auto heads = parameters.g.size(1);
  for (const auto& setting : settings) {
    const auto head = setting.head - first;
    if (head < 0 || head >= heads) continue;
    const auto put = [&](Tensor& all, const std::optional<float>& value) {
      if (!value) return;
      all = all.clone();
      all.select(1, head).fill_(*value);
    };
    put(parameters.beta, setting.beta);
    put(parameters.g, setting.g);
    put(parameters.gamma, setting.gamma);
    if (!setting.shift) continue;
    const auto shift = torch::tensor(*setting.shift, torch::kFloat).to(parameters.s.options());
    parameters.s = parameters.s.clone();
    parameters.s.select(1, head).copy_(shift / shift.sum());
  }
  return parameters;
}

/// Who addresses, and what an intervention changes of it.
struct Heads {
  std::int64_t first = 0;
  const Intervention* intervention = nullptr;
};

/// Sharpened weights [B, heads, S] from the heads' rows [B, heads, address_rows], memory and previous weights.
Tensor address(const NtmShape& shape, const Tensor& rows, const Tensor& memory, const Tensor& previous,
               const Heads& heads, NtmAddressing* report) {
  const auto parts = rows.split_with_sizes({shape.width, 1, 1, shape.offsets(), 1}, -1);
  const auto& key = parts[0];
  Parameters parameters{exact_softplus(parts[1]), torch::sigmoid(parts[2]), 1 + exact_softplus(parts[4]),
                        torch::softmax(parts[3], -1)};
  if (heads.intervention) parameters = by_hand(std::move(parameters), heads.intervention->addressing, heads.first);
  const auto& [beta, g, gamma, s] = parameters;

  const auto similarity = similarities(key, memory);
  const auto content = torch::softmax(beta * similarity, -1);
  const auto interpolated = g * content + (1 - g) * previous;
  auto shifted = torch::zeros_like(interpolated);
  for (std::int64_t o = 0; o < shape.offsets(); ++o)
    shifted = shifted + s.narrow(-1, o, 1) * interpolated.roll(o - shape.shift_range, -1);
  // The power and its sum as a softmax of logarithms, which cannot underflow.
  const auto sharpened = torch::softmax(gamma * (shifted + kTinyLength).log(), -1);
  if (report) {
    *report = {previous,      similarity,        content, interpolated, shifted, sharpened, key, beta.squeeze(-1),
               g.squeeze(-1), gamma.squeeze(-1), s,       {},           {}};
  }
  return sharpened;
}

Tensor written(const NtmShape& shape, const Tensor& memory, const Tensor& weights, const Tensor& erase,
               const Tensor& add) {
  auto kept = memory;
  for (std::int64_t k = 0; k < shape.write_heads; ++k)
    kept = kept * (1 - weights.select(1, k).unsqueeze(2) * erase.select(1, k).unsqueeze(1));
  return kept + torch::matmul(weights.transpose(1, 2), add);
}

NtmAddressing side_by_side(const NtmAddressing& read, const NtmAddressing& write) {
  const auto join = [](const Tensor& a, const Tensor& b) { return torch::cat({a, b}, 1); };
  return {join(read.previous, write.previous),
          join(read.similarity, write.similarity),
          join(read.content, write.content),
          join(read.interpolated, write.interpolated),
          join(read.shifted, write.shifted),
          join(read.sharpened, write.sharpened),
          join(read.key, write.key),
          join(read.beta, write.beta),
          join(read.g, write.g),
          join(read.gamma, write.gamma),
          join(read.s, write.s),
          {},
          {}};
}

/// New h and, for the LSTM, c.
void control(const NtmShape& shape, const Tensor& input, const NtmWeights& weights, NtmState& state) {
  std::vector<Tensor> columns{input, state.reads.flatten(1)};
  if (shape.lstm) columns.push_back(state.h);
  const auto sum = torch::addmm(weights.controller_bias, torch::cat(columns, 1), weights.controller_weight.t());
  if (!shape.lstm) {
    state.h = sum.tanh();
    return;
  }
  const auto gates = sum.chunk(4, 1);
  state.c = gates[1].sigmoid() * state.c + gates[0].sigmoid() * gates[2].tanh();
  state.h = gates[3].sigmoid() * state.c.tanh();
}

NtmState replaced(const NtmShape& shape, const NtmState& state, const NtmState& initial, const Tensor& where) {
  const auto choose = [&](const Tensor& now, const Tensor& fresh) {
    auto mask = where;
    while (mask.dim() < now.dim())
      mask = mask.unsqueeze(-1);
    return torch::where(mask, fresh, now);
  };
  return {choose(state.memory, initial.memory),
          choose(state.read_weights, initial.read_weights),
          choose(state.write_weights, initial.write_weights),
          choose(state.reads, initial.reads),
          choose(state.h, initial.h),
          shape.lstm ? choose(state.c, initial.c) : state.c};
}

}  // namespace

NtmResult ntm_step_plain(const NtmShape& shape, const Tensor& input, const NtmWeights& weights, const NtmState& state,
                         NtmAddressing* addressing, const Intervention* intervention) {
  auto next = state;
  control(shape, input, weights, next);
  const auto rows = torch::addmm(weights.head_bias, next.h, weights.head_weight.t());
  const auto split =
      rows.split_with_sizes({shape.read_heads * shape.address_rows(), shape.write_heads * shape.write_rows()}, 1);
  const auto read_rows = split[0].view({-1, shape.read_heads, shape.address_rows()});
  const auto write_parts = split[1]
                               .view({-1, shape.write_heads, shape.write_rows()})
                               .split_with_sizes({shape.address_rows(), shape.width, shape.width}, -1);
  const auto erase = write_parts[1].sigmoid();
  const auto& add = write_parts[2];
  const bool freezes = intervention && intervention->freeze_writes;
  const auto write = [&](const Tensor& weights_of_writes) {
    return freezes ? state.memory : written(shape, state.memory, weights_of_writes, erase, add);
  };

  if (shape.order == NtmOrder::ReadWrite) {
    const auto all = address(shape, torch::cat({read_rows, write_parts[0]}, 1), state.memory,
                             torch::cat({state.read_weights, state.write_weights}, 1), {0, intervention}, addressing)
                         .split_with_sizes({shape.read_heads, shape.write_heads}, 1);
    next.read_weights = all[0];
    next.write_weights = all[1];
    next.memory = write(next.write_weights);
    next.reads = torch::matmul(next.read_weights, state.memory);
  } else {
    NtmAddressing read_report, write_report;
    next.write_weights = address(shape, write_parts[0], state.memory, state.write_weights,
                                 {shape.read_heads, intervention}, addressing ? &write_report : nullptr);
    next.memory = write(next.write_weights);
    next.read_weights = address(shape, read_rows, next.memory, state.read_weights, {0, intervention},
                                addressing ? &read_report : nullptr);
    next.reads = torch::matmul(next.read_weights, next.memory);
    if (addressing) *addressing = side_by_side(read_report, write_report);
  }
  if (addressing) {
    addressing->erase = erase;
    addressing->add = add;
  }
  return {torch::cat({next.h, next.reads.flatten(1)}, 1), next};
}

NtmResult ntm_sequence_plain(const NtmShape& shape, const Tensor& inputs, const NtmWeights& weights,
                             const NtmState& state, const NtmResets* resets) {
  auto now = state;
  std::vector<Tensor> outputs;
  for (std::int64_t t = 0; t < inputs.size(0); ++t) {
    if (resets) now = replaced(shape, now, resets->initial, resets->at[t].to(torch::kBool));
    auto step = ntm_step_plain(shape, inputs[t], weights, now);
    outputs.push_back(step.outputs);
    now = step.state;
  }
  return {torch::stack(outputs), now};
}

}  // namespace qarium::nn
