#pragma once
#include <cstdint>

namespace qarium::nn::kernels {

/// A convolution of stride 1 over one picture whose numbers of a place lie together: in [side, side, channels] -> out
/// [places, places, filters]. One of a stride like its windows' half or more becomes one of stride 1 where squares of
/// places are laid together as channels.
///
/// The places run on in rows of `side`, also those from which a window would cross the border: so a window is `taps`
/// runs of numbers, and a run of all windows is one product of matrices. What stands at those places in `wide` has no
/// meaning going forward, and must be zero going back.
struct WindowConv {
  std::int64_t side;
  std::int64_t channels;
  std::int64_t taps;  ///< places along one side of a window
  std::int64_t filters;

  std::int64_t places() const { return side - taps + 1; }
  std::int64_t run() const { return taps * channels; }
  std::int64_t depth() const { return taps * run(); }
  /// Rows of `wide`, up to the last with a meaning.
  std::int64_t rows() const { return (places() - 1) * side + places(); }
  /// Rows of zeros that stand before `wide`, going back; in all it has lead() + side * side rows there.
  std::int64_t lead() const { return (taps - 1) * (side + 1); }
};

/// in [side, side, channels], weights [depth, filters], row by row of a window, bias [filters] -> wide [rows, filters]
void window_conv_forward(const WindowConv& conv, const float* in, const float* weights, const float* bias, float* wide);
/// Adds to weight_gradient [depth, filters] and bias_gradient [filters]; `wide` [rows, filters] is the gradient.
void window_conv_backward_parameters(const WindowConv& conv, const float* in, const float* wide, float* weight_gradient,
                                     float* bias_gradient);
/// weights [depth, filters] -> turned [taps, taps * filters, channels], which is what going back to the input reads.
void turn_windows(const WindowConv& conv, const float* weights, float* turned);
/// wide [side * side, filters] with lead() rows of zeros before it -> in_gradient [side, side, channels]
void window_conv_backward_input(const WindowConv& conv, const float* wide, const float* turned, float* in_gradient);

}  // namespace qarium::nn::kernels
