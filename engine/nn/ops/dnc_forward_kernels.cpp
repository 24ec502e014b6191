#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "engine/nn/ops/dnc_step.hpp"

namespace qarium::nn::dnc {
namespace {

template <class Real>
Real logistic(Real x) {
  return 1 / (1 + std::exp(-x));
}

/// 1 + log(1 + e^x)
template <class Real>
Real oneplus(Real x) {
  return 1 + std::max<Real>(x, 0) + std::log1p(std::exp(-std::abs(x)));
}

template <class Real>
void softmax(Real* x, std::int64_t n) {
  const Real most = *std::max_element(x, x + n);
  Real sum = 0;
  for (std::int64_t i = 0; i < n; ++i)
    sum += x[i] = std::exp(x[i] - most);
  for (std::int64_t i = 0; i < n; ++i)
    x[i] /= sum;
}

template <class Real>
void activate(const Shape& shape, const Real* interface, Real* activated) {
  std::copy_n(interface, shape.interface(), activated);
  const Interface<Real> parts(shape, activated);
  for (std::int64_t r = 0; r < shape.heads; ++r) {
    parts.read_strengths[r] = oneplus(parts.read_strengths[r]);
    parts.free_gates[r] = logistic(parts.free_gates[r]);
    softmax(parts.modes + 3 * r, 3);
  }
  *parts.write_strength = oneplus(*parts.write_strength);
  *parts.allocation_gate = logistic(*parts.allocation_gate);
  *parts.write_gate = logistic(*parts.write_gate);
  for (std::int64_t m = 0; m < shape.width; ++m)
    parts.erase[m] = logistic(parts.erase[m]);
}

/// content = softmax of strength times the cosine of key and each slot.
template <class Real>
void address(const Shape& shape, const Real* key, Real strength, const Real* memory, Real* similarity, Real* content) {
  const Real key_length = length(key, shape.width);
  for (std::int64_t i = 0; i < shape.slots; ++i) {
    const Real* slot = memory + i * shape.width;
    similarity[i] = dot(key, slot, shape.width) / (key_length * length(slot, shape.width));
    content[i] = strength * similarity[i];
  }
  softmax(content, shape.slots);
}

/// a[phi_j] = (1 - u[phi_j]) prod_{i < j} u[phi_i], usages that are equal but for rounding by their number.
template <class Real>
void allocate(const Shape& shape, const Real* usage, const Middle<Real>& middle) {
  std::iota(middle.order, middle.order + shape.slots, Real(0));
  // What is no number goes last: sorting needs an order.
  Real* rounded = middle.unused;
  for (std::int64_t i = 0; i < shape.slots; ++i) {
    rounded[i] = std::isnan(usage[i]) ? std::numeric_limits<Real>::infinity()
                                      : std::nearbyint(usage[i] * static_cast<Real>(kUsageSteps<Real>));
  }
  const auto used = [&](Real slot) { return rounded[static_cast<std::int64_t>(slot)]; };
  std::sort(middle.order, middle.order + shape.slots,
            [&](Real a, Real b) { return used(a) < used(b) || (used(a) == used(b) && a < b); });
  Real before = 1;
  for (std::int64_t j = 0; j < shape.slots; ++j) {
    const auto slot = static_cast<std::int64_t>(middle.order[j]);
    middle.unused[j] = before;
    middle.allocation[slot] = (1 - usage[slot]) * before;
    before *= usage[slot];
  }
}

}  // namespace

template <class Real>
void decide_write(const Shape& shape, const Real* interface, const State<const Real>& before, Real* usage, Real* write,
                  const Middle<Real>& middle) {
  activate(shape, interface, middle.activated);
  const Interface<Real> parts(shape, middle.activated);
  for (std::int64_t i = 0; i < shape.slots; ++i) {
    middle.retention[i] = 1;
    for (std::int64_t r = 0; r < shape.heads; ++r)
      middle.retention[i] *= 1 - parts.free_gates[r] * before.read[r * shape.slots + i];
    // Written this way usage stays within 0 and 1 whatever is rounded.
    middle.held[i] = before.usage[i] + before.write[i] * (1 - before.usage[i]);
    usage[i] = middle.held[i] * middle.retention[i];
  }
  allocate<Real>(shape, usage, middle);
  address<Real>(shape, parts.write_key, *parts.write_strength, before.memory, middle.write_similarity,
                middle.write_content);
  const Real allocation_gate = *parts.allocation_gate;
  for (std::int64_t i = 0; i < shape.slots; ++i) {
    write[i] =
        *parts.write_gate * (allocation_gate * middle.allocation[i] + (1 - allocation_gate) * middle.write_content[i]);
  }
}

template <class Real>
void look_up(const Shape& shape, const Real* read_before, const Real* memory, const Real* link,
             const Middle<Real>& middle) {
  const Interface<Real> parts(shape, middle.activated);
  for (std::int64_t r = 0; r < shape.heads; ++r) {
    const Real* read = read_before + r * shape.slots;
    Real* forward = middle.forward + r * shape.slots;
    Real* backward = middle.backward + r * shape.slots;
    std::fill_n(backward, shape.slots, Real(0));
    for (std::int64_t i = 0; i < shape.slots; ++i) {
      forward[i] = dot(link + i * shape.slots, read, shape.slots);
      for (std::int64_t j = 0; j < shape.slots; ++j)
        backward[j] += link[i * shape.slots + j] * read[i];
    }
    address<Real>(shape, parts.read_keys + r * shape.width, parts.read_strengths[r], memory,
                  middle.read_similarity + r * shape.slots, middle.read_content + r * shape.slots);
  }
}

std::int64_t scratch_numbers(const Shape& shape) {
  return Middle<float>::numbers(shape);
}

template <class Real>
void step_forward(const Shape& shape, const Real* interface, const State<const Real>& before, const State<Real>& after,
                  Real* scratch) {
  const Middle<Real> middle(shape, scratch);
  const std::int64_t slots = shape.slots;
  decide_write<Real>(shape, interface, before, after.usage, after.write, middle);
  const Interface<Real> parts(shape, middle.activated);
  const Real* write = after.write;
  const Real written = std::accumulate(write, write + slots, Real(0));
  for (std::int64_t i = 0; i < slots; ++i) {
    for (std::int64_t m = 0; m < shape.width; ++m) {
      const std::int64_t at = i * shape.width + m;
      after.memory[at] = before.memory[at] * (1 - write[i] * parts.erase[m]) + write[i] * parts.write_vector[m];
    }
    for (std::int64_t j = 0; j < slots; ++j) {
      const std::int64_t at = i * slots + j;
      after.link[at] = (1 - write[i] - write[j]) * before.link[at] + write[i] * before.precedence[j];
    }
    after.link[i * slots + i] = 0;
    after.precedence[i] = (1 - written) * before.precedence[i] + write[i];
  }
  look_up<Real>(shape, before.read, after.memory, after.link, middle);
  std::fill_n(after.reads, shape.heads * shape.width, Real(0));
  for (std::int64_t r = 0; r < shape.heads; ++r) {
    const Real* modes = parts.modes + 3 * r;
    for (std::int64_t i = 0; i < slots; ++i) {
      const std::int64_t at = r * slots + i;
      after.read[at] =
          modes[0] * middle.backward[at] + modes[1] * middle.read_content[at] + modes[2] * middle.forward[at];
      for (std::int64_t m = 0; m < shape.width; ++m)
        after.reads[r * shape.width + m] += after.read[at] * after.memory[i * shape.width + m];
    }
  }
}

template void decide_write<float>(const Shape&, const float*, const State<const float>&, float*, float*,
                                  const Middle<float>&);
template void decide_write<double>(const Shape&, const double*, const State<const double>&, double*, double*,
                                   const Middle<double>&);
template void look_up<float>(const Shape&, const float*, const float*, const float*, const Middle<float>&);
template void look_up<double>(const Shape&, const double*, const double*, const double*, const Middle<double>&);
template void step_forward<float>(const Shape&, const float*, const State<const float>&, const State<float>&, float*);
template void step_forward<double>(const Shape&, const double*, const State<const double>&, const State<double>&,
                                   double*);

}  // namespace qarium::nn::dnc
