#pragma once
/// What the two ways through a DNC's step have in common: the parts of its interface, what it makes on its way, and the
/// way forward as far as the way back makes it again.

#include <cmath>
#include <cstdint>

#include "engine/nn/ops/dnc_kernels.hpp"

namespace qarium::nn::dnc {

template <class Real>
Real dot(const Real* a, const Real* b, std::int64_t n) {
  Real sum = 0;
  for (std::int64_t i = 0; i < n; ++i)
    sum += a[i] * b[i];
  return sum;
}

template <class Real>
Real length(const Real* x, std::int64_t n) {
  return std::sqrt(dot(x, x, n) + static_cast<Real>(1e-16));
}

/// Where the parts of the interface begin, in its values or in its gradient.
template <class Real>
struct Interface {
  Real *read_keys, *read_strengths, *write_key, *write_strength, *erase, *write_vector, *free_gates, *allocation_gate,
      *write_gate, *modes;

  Interface(const Shape& shape, Real* first) {
    const auto take = [&](std::int64_t n) {
      Real* part = first;
      first += n;
      return part;
    };
    read_keys = take(shape.heads * shape.width);
    read_strengths = take(shape.heads);
    write_key = take(shape.width);
    write_strength = take(1);
    erase = take(shape.width);
    write_vector = take(shape.width);
    free_gates = take(shape.heads);
    allocation_gate = take(1);
    write_gate = take(1);
    modes = take(3 * shape.heads);
  }
};

/// What a step makes on its way, and the way back makes again.
template <class Real>
struct Middle {
  Real* activated;           ///< the interface with gates, strengths, erase and modes as they are used
  Real* retention;           ///< [S]
  Real* held;                ///< [S], usage before what is freed
  Real* order;               ///< [S], slots by ascending usage
  Real* unused;              ///< [S], product of the usages before, in that order
  Real* allocation;          ///< [S]
  Real* write_similarity;    ///< [S]
  Real* write_content;       ///< [S]
  Real* read_similarity;     ///< [R, S]
  Real* read_content;        ///< [R, S]
  Real *forward, *backward;  ///< [R, S]
  Real* gradient;            ///< [4, S], for the way back

  Middle(const Shape& shape, Real* first) {
    const auto take = [&](std::int64_t n) {
      Real* part = first;
      first += n;
      return part;
    };
    activated = take(shape.interface());
    for (Real** row : {&retention, &held, &order, &unused, &allocation, &write_similarity, &write_content})
      *row = take(shape.slots);
    for (Real** rows : {&read_similarity, &read_content, &forward, &backward})
      *rows = take(shape.heads * shape.slots);
    gradient = take(4 * shape.slots);
  }
  static std::int64_t numbers(const Shape& shape) {
    return shape.interface() + (7 + 4 * shape.heads + 4) * shape.slots;
  }
};

/// Everything up to the write's weights. `usage` and `write` are those after the step.
template <class Real>
void decide_write(const Shape& shape, const Real* interface, const State<const Real>& before, Real* usage, Real* write,
                  const Middle<Real>& middle);

/// The parts of the reads' weights, from memory and links after the write.
template <class Real>
void look_up(const Shape& shape, const Real* read_before, const Real* memory, const Real* link,
             const Middle<Real>& middle);

}  // namespace qarium::nn::dnc
