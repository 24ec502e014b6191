#pragma once
#include <cstdint>

/// One step of one sample of a Differentiable Neural Computer with one write head (Graves et al. 2016, Nature 538,
/// Methods), forward and backward, on arrays. S slots, W width, R read heads.
namespace qarium::nn::dnc {

/// The free list is sorted by usages rounded to so many steps between 0 and 1. Slots that nothing has told apart, all
/// of them at an episode's start, have the same usage but for what was rounded on the way: that must not decide which
/// is written next.
template <class Real>
inline constexpr double kUsageSteps = sizeof(Real) == 4 ? 1 << 14 : 1LL << 40;

struct Shape {
  std::int64_t slots, width, heads;

  /// Of the interface: read keys, read strengths, write key, write strength, erase, write vector, free gates,
  /// allocation gate, write gate, read modes (backward, content, forward).
  std::int64_t interface() const {
    return heads * width + heads + width + 1 + width + width + heads + 1 + 1 + 3 * heads;
  }
};

/// What a step begins with, or what it leaves.
template <class Real>
struct State {
  Real* memory;      ///< [S, W]
  Real* usage;       ///< [S]
  Real* link;        ///< [S, S]
  Real* precedence;  ///< [S]
  Real* write;       ///< [S]
  Real* read;        ///< [R, S]
  Real* reads;       ///< [R, W]; not looked at in what a step begins with
};

/// Numbers that a step works in.
std::int64_t scratch_numbers(const Shape& shape);

template <class Real>
void step_forward(const Shape& shape, const Real* interface, const State<const Real>& before, const State<Real>& after,
                  Real* scratch);

/// From the gradients of what the step has left, which are overwritten, to those of what it began with and of the
/// interface; both are overwritten.
template <class Real>
void step_backward(const Shape& shape, const Real* interface, const State<const Real>& before,
                   const State<const Real>& after, const State<Real>& after_gradient, Real* interface_gradient,
                   const State<Real>& before_gradient, Real* scratch);

}  // namespace qarium::nn::dnc
