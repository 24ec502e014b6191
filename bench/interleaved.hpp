#pragma once
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

#include "engine/nn/ops/flat_kernels.hpp"

namespace qarium::bench {

inline double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

double microseconds_per_call(auto&& call, int calls) {
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < calls; ++i)
    call();
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count() / calls;
}

/// Microseconds a call of one thing and of another, in turn.
struct Interleaved {
  std::vector<double> others, ours, ratios;  ///< of each round; `ratios` are other / ours
};

Interleaved interleave(auto&& other, auto&& ours, int rounds, int calls) {
  Interleaved its;
  for (int round = 0; round < rounds; ++round) {
    its.others.push_back(microseconds_per_call(other, calls));
    its.ours.push_back(microseconds_per_call(ours, calls));
    its.ratios.push_back(its.others.back() / its.ours.back());
  }
  return its;
}

inline void print(const char* what, const char* other, const Interleaved& its) {
  std::printf("%s (%s): %s %.1f us, ours %.1f us, ratio %.2f (%.2f to %.2f over %zu rounds)\n", what,
              nn::kernel_instruction_set(), other, median(its.others), median(its.ours), median(its.ratios),
              *std::min_element(its.ratios.begin(), its.ratios.end()),
              *std::max_element(its.ratios.begin(), its.ratios.end()), its.ratios.size());
}

}  // namespace qarium::bench
