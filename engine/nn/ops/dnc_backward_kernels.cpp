#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/nn/ops/dnc_step.hpp"

namespace qarium::nn::dnc {
namespace {

/// Adds to the gradients of key and memory; gives that of the strength. of_content is overwritten.
template <class Real>
Real through_address(const Shape& shape, const Real* key, Real strength, const Real* memory, const Real* similarity,
                     const Real* content, Real* of_content, Real* of_key, Real* of_memory) {
  const Real mean = dot(of_content, content, shape.slots);
  const Real key_length = length(key, shape.width);
  Real of_strength = 0;
  Real along_key = 0;
  for (std::int64_t i = 0; i < shape.slots; ++i) {
    const Real of_exponent = content[i] * (of_content[i] - mean);
    of_strength += of_exponent * similarity[i];
    const Real of_similarity = strength * of_exponent;
    const Real* slot = memory + i * shape.width;
    const Real slot_length = length(slot, shape.width);
    const Real of_dot = of_similarity / (key_length * slot_length);
    const Real along_slot = of_similarity * similarity[i] / (slot_length * slot_length);
    along_key += of_similarity * similarity[i];
    for (std::int64_t m = 0; m < shape.width; ++m) {
      of_key[m] += of_dot * slot[m];
      of_memory[i * shape.width + m] += of_dot * key[m] - along_slot * slot[m];
    }
  }
  for (std::int64_t m = 0; m < shape.width; ++m)
    of_key[m] -= along_key / (key_length * key_length) * key[m];
  return of_strength;
}

/// Adds to the gradient of the usage.
template <class Real>
void through_allocation(const Shape& shape, const Real* usage, const Middle<Real>& middle, const Real* of_allocation,
                        Real* of_usage) {
  Real of_before = 0;
  for (std::int64_t j = shape.slots - 1; j >= 0; --j) {
    const auto slot = static_cast<std::int64_t>(middle.order[j]);
    of_usage[slot] += (of_before - of_allocation[slot]) * middle.unused[j];
    of_before = of_allocation[slot] * (1 - usage[slot]) + of_before * usage[slot];
  }
}

/// Back from reads and their weights to memory and links after the write, and to what was read before.
template <class Real>
void through_reads(const Shape& shape, const State<const Real>& before, const State<const Real>& after,
                   const State<Real>& of_after, const Interface<Real>& of_parts, const State<Real>& of_before,
                   const Middle<Real>& middle) {
  const Interface<Real> parts(shape, middle.activated);
  const std::int64_t slots = shape.slots;
  Real* of_forward = middle.gradient;
  Real* of_backward = of_forward + slots;
  Real* of_content = of_backward + slots;
  for (std::int64_t r = 0; r < shape.heads; ++r) {
    const Real* read = after.read + r * slots;
    const Real* read_before = before.read + r * slots;
    const Real* of_reads = of_after.reads + r * shape.width;
    Real* of_read = of_after.read + r * slots;
    const Real* modes = parts.modes + 3 * r;
    Real of_modes[3] = {};
    for (std::int64_t i = 0; i < slots; ++i) {
      of_read[i] += dot(of_reads, after.memory + i * shape.width, shape.width);
      for (std::int64_t m = 0; m < shape.width; ++m)
        of_after.memory[i * shape.width + m] += read[i] * of_reads[m];
      of_modes[0] += of_read[i] * middle.backward[r * slots + i];
      of_modes[1] += of_read[i] * middle.read_content[r * slots + i];
      of_modes[2] += of_read[i] * middle.forward[r * slots + i];
      of_backward[i] = modes[0] * of_read[i];
      of_content[i] = modes[1] * of_read[i];
      of_forward[i] = modes[2] * of_read[i];
    }
    const Real mean = dot(of_modes, modes, 3);
    for (int k = 0; k < 3; ++k)
      of_parts.modes[3 * r + k] = modes[k] * (of_modes[k] - mean);
    of_parts.read_strengths[r] =
        through_address<Real>(shape, parts.read_keys + r * shape.width, parts.read_strengths[r], after.memory,
                              middle.read_similarity + r * slots, middle.read_content + r * slots, of_content,
                              of_parts.read_keys + r * shape.width, of_after.memory);
    Real* of_read_before = of_before.read + r * slots;
    for (std::int64_t i = 0; i < slots; ++i) {
      const Real* link = after.link + i * slots;
      Real* of_link = of_after.link + i * slots;
      of_read_before[i] += dot(link, of_backward, slots);
      for (std::int64_t j = 0; j < slots; ++j) {
        of_link[j] += of_forward[i] * read_before[j] + read_before[i] * of_backward[j];
        of_read_before[j] += link[j] * of_forward[i];
      }
    }
  }
}

/// Back from memory, links and precedence after the write to those before it, and to the write's weights.
template <class Real>
void through_write(const Shape& shape, const State<const Real>& before, const Real* write, const State<Real>& of_after,
                   const Interface<Real>& of_parts, const State<Real>& of_before, const Middle<Real>& middle) {
  const Interface<Real> parts(shape, middle.activated);
  const std::int64_t slots = shape.slots;
  Real* of_write = of_after.write;
  const Real written = std::accumulate(write, write + slots, Real(0));
  const Real along = dot(of_after.precedence, before.precedence, slots);
  for (std::int64_t i = 0; i < slots; ++i) {
    of_write[i] += of_after.precedence[i] - along;
    of_before.precedence[i] = (1 - written) * of_after.precedence[i];
  }
  for (std::int64_t i = 0; i < slots; ++i) {
    for (std::int64_t j = 0; j < slots; ++j) {
      const std::int64_t at = i * slots + j;
      const Real of_link = i == j ? 0 : of_after.link[at];
      of_before.link[at] = of_link * (1 - write[i] - write[j]);
      of_write[i] += of_link * (before.precedence[j] - before.link[at]);
      of_write[j] -= of_link * before.link[at];
      of_before.precedence[j] += of_link * write[i];
    }
    for (std::int64_t m = 0; m < shape.width; ++m) {
      const std::int64_t at = i * shape.width + m;
      const Real of_memory = of_after.memory[at];
      of_before.memory[at] = of_memory * (1 - write[i] * parts.erase[m]);
      of_write[i] += of_memory * (parts.write_vector[m] - before.memory[at] * parts.erase[m]);
      of_parts.erase[m] -= of_memory * before.memory[at] * write[i];
      of_parts.write_vector[m] += of_memory * write[i];
    }
  }
}

/// Back from the write's weights to what decided them.
template <class Real>
void through_decision(const Shape& shape, const State<const Real>& before, const Real* usage,
                      const State<Real>& of_after, const Interface<Real>& of_parts, const State<Real>& of_before,
                      const Middle<Real>& middle) {
  const Interface<Real> parts(shape, middle.activated);
  const std::int64_t slots = shape.slots;
  const Real* of_write = of_after.write;
  const Real write_gate = *parts.write_gate;
  const Real allocation_gate = *parts.allocation_gate;
  Real* of_allocation = middle.gradient;
  Real* of_content = of_allocation + slots;
  for (std::int64_t i = 0; i < slots; ++i) {
    const Real allocated = middle.allocation[i];
    const Real found = middle.write_content[i];
    *of_parts.write_gate += of_write[i] * (allocation_gate * allocated + (1 - allocation_gate) * found);
    *of_parts.allocation_gate += of_write[i] * write_gate * (allocated - found);
    of_allocation[i] = of_write[i] * write_gate * allocation_gate;
    of_content[i] = of_write[i] * write_gate * (1 - allocation_gate);
  }
  *of_parts.write_strength =
      through_address<Real>(shape, parts.write_key, *parts.write_strength, before.memory, middle.write_similarity,
                            middle.write_content, of_content, of_parts.write_key, of_before.memory);
  Real* of_usage = of_after.usage;
  through_allocation<Real>(shape, usage, middle, of_allocation, of_usage);
  for (std::int64_t i = 0; i < slots; ++i) {
    const Real of_held = of_usage[i] * middle.retention[i];
    of_before.usage[i] = of_held * (1 - before.write[i]);
    of_before.write[i] = of_held * (1 - before.usage[i]);
    for (std::int64_t r = 0; r < shape.heads; ++r) {
      Real of_kept = of_usage[i] * middle.held[i];
      for (std::int64_t other = 0; other < shape.heads; ++other) {
        if (other != r) of_kept *= 1 - parts.free_gates[other] * before.read[other * slots + i];
      }
      of_parts.free_gates[r] -= of_kept * before.read[r * slots + i];
      of_before.read[r * slots + i] -= of_kept * parts.free_gates[r];
    }
  }
}

/// From gradients of gates, strengths and erase to those of the interface.
template <class Real>
void through_activation(const Shape& shape, const Real* activated_numbers, const Interface<Real>& of_parts) {
  const Interface<const Real> parts(shape, activated_numbers);
  const auto through_logistic = [](Real& gradient, Real gate) { gradient *= gate * (1 - gate); };
  // strength = 1 + log(1 + e^x) has the slope e^x / (1 + e^x) = 1 - e^(1 - strength).
  const auto through_oneplus = [](Real& gradient, Real strength) { gradient *= -std::expm1(1 - strength); };
  for (std::int64_t r = 0; r < shape.heads; ++r) {
    through_oneplus(of_parts.read_strengths[r], parts.read_strengths[r]);
    through_logistic(of_parts.free_gates[r], parts.free_gates[r]);
  }
  through_oneplus(*of_parts.write_strength, *parts.write_strength);
  through_logistic(*of_parts.allocation_gate, *parts.allocation_gate);
  through_logistic(*of_parts.write_gate, *parts.write_gate);
  for (std::int64_t m = 0; m < shape.width; ++m)
    through_logistic(of_parts.erase[m], parts.erase[m]);
}

}  // namespace

template <class Real>
void step_backward(const Shape& shape, const Real* interface, const State<const Real>& before,
                   const State<const Real>& after, const State<Real>& after_gradient, Real* interface_gradient,
                   const State<Real>& before_gradient, Real* scratch) {
  const Middle<Real> middle(shape, scratch);
  // What it gives is given already: usage and weights are made again in place of gradients that come later.
  decide_write<Real>(shape, interface, before, before_gradient.usage, before_gradient.write, middle);
  look_up<Real>(shape, before.read, after.memory, after.link, middle);
  std::fill_n(interface_gradient, shape.interface(), Real(0));
  std::fill_n(before_gradient.read, shape.heads * shape.slots, Real(0));
  const Interface<Real> of_parts(shape, interface_gradient);
  through_reads<Real>(shape, before, after, after_gradient, of_parts, before_gradient, middle);
  through_write<Real>(shape, before, after.write, after_gradient, of_parts, before_gradient, middle);
  through_decision<Real>(shape, before, after.usage, after_gradient, of_parts, before_gradient, middle);
  through_activation<Real>(shape, middle.activated, of_parts);
}

template void step_backward<float>(const Shape&, const float*, const State<const float>&, const State<const float>&,
                                   const State<float>&, float*, const State<float>&, float*);
template void step_backward<double>(const Shape&, const double*, const State<const double>&, const State<const double>&,
                                    const State<double>&, double*, const State<double>&, double*);

}  // namespace qarium::nn::dnc
