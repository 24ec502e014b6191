#pragma once
/// The Differentiable Neural Computer in plain loops over doubles, as the Methods of Graves et al. 2016 have it.

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "engine/nn/memory/memory.hpp"
#include "tests/catch.hpp"

namespace qarium::tests {

using Row = std::vector<double>;
using Rows = std::vector<Row>;

inline Row row(const torch::Tensor& tensor) {
  const auto plain = tensor.detach().to(torch::kDouble).contiguous();
  return {plain.data_ptr<double>(), plain.data_ptr<double>() + plain.numel()};
}

inline Rows rows(const torch::Tensor& tensor) {
  Rows all;
  for (std::int64_t i = 0; i < tensor.size(0); ++i)
    all.push_back(row(tensor[i]));
  return all;
}

inline double sigmoid(double x) {
  return 1 / (1 + std::exp(-x));
}

inline double oneplus(double x) {
  return 1 + std::log1p(std::exp(x));
}

inline Row softmax(Row x) {
  double sum = 0;
  for (auto& value : x)
    sum += value = std::exp(value);
  for (auto& value : x)
    value /= sum;
  return x;
}

/// One environment's DNC, number by number, as the paper's Methods have it.
class PlainDnc {
 public:
  PlainDnc(const config::MemoryOptions& o, nn::Memory& memory, const nn::MemoryState& state, std::int64_t b)
      : options_(o),
        usage_steps_(state[1].dtype() == torch::kDouble ? 1LL << 40 : 1 << 14),
        matrix(rows(state[0][b])),
        usage(row(state[1][b])),
        link(rows(state[2][b])),
        precedence(row(state[3][b])),
        write(row(state[4][b])),
        read(rows(state[5][b])),
        reads(rows(state[6][b])) {
    if (o.controller == "lstm") {
      h_ = row(state[7][b]);
      c_ = row(state[8][b]);
    }
    for (const auto& item : memory.named_parameters())
      parameters_[item.key()] = item.value().dim() == 2 ? rows(item.value()) : Rows{row(item.value())};
  }

  /// The output.
  Row step(const Row& input) {
    const auto slots = matrix.size();
    const auto width = matrix[0].size();
    const auto heads = read.size();
    Row x = input;
    for (const auto& one : reads)
      x.insert(x.end(), one.begin(), one.end());
    const auto output = control(x);
    const auto all = linear("interface", output);
    std::size_t at = 0;
    const auto take = [&](std::size_t n) {
      at += n;
      return Row(all.begin() + static_cast<std::ptrdiff_t>(at - n), all.begin() + static_cast<std::ptrdiff_t>(at));
    };
    Rows read_keys;
    for (std::size_t r = 0; r < heads; ++r)
      read_keys.push_back(take(width));
    const auto read_strengths = take(heads);
    const auto write_key = take(width);
    const double write_strength = take(1)[0];
    const auto erase = take(width);
    const auto vector = take(width);
    const auto free = take(heads);
    const double allocation_gate = sigmoid(take(1)[0]);
    const double write_gate = sigmoid(take(1)[0]);
    Rows modes;
    for (std::size_t r = 0; r < heads; ++r)
      modes.push_back(softmax(take(3)));
    REQUIRE(at == all.size());

    for (std::size_t i = 0; i < slots; ++i) {
      double retention = 1;
      for (std::size_t r = 0; r < heads; ++r)
        retention *= 1 - sigmoid(free[r]) * read[r][i];
      usage[i] = (usage[i] + write[i] - usage[i] * write[i]) * retention;
    }
    std::vector<std::size_t> order(slots);
    std::iota(order.begin(), order.end(), 0);
    const auto rounded = [&](std::size_t i) { return std::nearbyint(usage[i] * usage_steps_); };
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return rounded(a) < rounded(b); });
    allocation.assign(slots, 0);
    double before = 1;
    for (const auto i : order) {
      allocation[i] = (1 - usage[i]) * before;
      before *= usage[i];
    }
    const auto write_content = content(write_key, oneplus(write_strength));
    for (std::size_t i = 0; i < slots; ++i)
      write[i] = write_gate * (allocation_gate * allocation[i] + (1 - allocation_gate) * write_content[i]);
    for (std::size_t i = 0; i < slots; ++i) {
      for (std::size_t k = 0; k < width; ++k)
        matrix[i][k] = matrix[i][k] * (1 - write[i] * sigmoid(erase[k])) + write[i] * vector[k];
    }
    for (std::size_t i = 0; i < slots; ++i) {
      for (std::size_t j = 0; j < slots; ++j)
        link[i][j] = i == j ? 0 : (1 - write[i] - write[j]) * link[i][j] + write[i] * precedence[j];
    }
    const double written = std::accumulate(write.begin(), write.end(), 0.0);
    for (std::size_t i = 0; i < slots; ++i)
      precedence[i] = (1 - written) * precedence[i] + write[i];
    for (std::size_t r = 0; r < heads; ++r) {
      const auto of_content = content(read_keys[r], oneplus(read_strengths[r]));
      const auto previous = read[r];
      for (std::size_t i = 0; i < slots; ++i) {
        double forward = 0;
        double backward = 0;
        for (std::size_t j = 0; j < slots; ++j) {
          forward += link[i][j] * previous[j];
          backward += link[j][i] * previous[j];
        }
        read[r][i] = modes[r][0] * backward + modes[r][1] * of_content[i] + modes[r][2] * forward;
      }
      for (std::size_t k = 0; k < width; ++k) {
        reads[r][k] = 0;
        for (std::size_t i = 0; i < slots; ++i)
          reads[r][k] += read[r][i] * matrix[i][k];
      }
    }
    auto remembered = output;
    for (const auto& one : reads)
      remembered.insert(remembered.end(), one.begin(), one.end());
    return remembered;
  }

 private:
  Row linear(const std::string& name, const Row& x) const {
    auto y = parameters_.at(name + ".bias")[0];
    const auto& weight = parameters_.at(name + ".weight");
    for (std::size_t i = 0; i < y.size(); ++i)
      y[i] += std::inner_product(x.begin(), x.end(), weight[i].begin(), 0.0);
    return y;
  }

  Row control(const Row& x) {
    auto gates = linear("controller.input", x);
    if (options_.controller == "feedforward") {
      for (auto& gate : gates)
        gate = std::tanh(gate);
      return gates;
    }
    const auto recurrent = linear("controller.recurrent", h_);
    for (std::size_t i = 0; i < gates.size(); ++i)
      gates[i] += recurrent[i];
    const auto n = h_.size();
    for (std::size_t i = 0; i < n; ++i) {
      c_[i] = sigmoid(gates[n + i]) * c_[i] + sigmoid(gates[i]) * std::tanh(gates[2 * n + i]);
      h_[i] = sigmoid(gates[3 * n + i]) * std::tanh(c_[i]);
    }
    return h_;
  }

  Row content(const Row& key, double strength) const {
    const auto length = [](const Row& x) {
      return std::sqrt(std::inner_product(x.begin(), x.end(), x.begin(), 1e-16));
    };
    Row scores;
    for (const auto& slot : matrix)
      scores.push_back(strength * std::inner_product(key.begin(), key.end(), slot.begin(), 0.0) /
                       (length(key) * length(slot)));
    return softmax(scores);
  }

  config::MemoryOptions options_;
  double usage_steps_;  ///< the free list is sorted by usages rounded to these
  std::map<std::string, Rows> parameters_;
  Row h_;
  Row c_;

 public:
  Rows matrix;
  Row usage;
  Rows link;
  Row precedence;
  Row write;
  Rows read;
  Rows reads;
  Row allocation;
};

}  // namespace qarium::tests
