// A convolution over runs of places against plain loops in double, and its gradients against differences of these.
#include <cmath>
#include <cstdint>
#include <vector>

#include "engine/nn/ops/window_conv_kernels.hpp"
#include "tests/catch.hpp"
#include "tests/unit/normal_numbers.hpp"

namespace qarium::kernels_window_conv_test {

using nn::kernels::WindowConv;
using Numbers = std::vector<double>;

namespace {

Numbers normal(std::int64_t n, unsigned seed) {
  return tests::normal_numbers<double>(n, seed);
}

std::vector<float> single(const Numbers& values) {
  return {values.begin(), values.end()};
}

std::size_t place(std::int64_t i) {
  return static_cast<std::size_t>(i);
}

/// What each window gives, [places, places, filters].
Numbers plain(const WindowConv& conv, const Numbers& in, const Numbers& weights, const Numbers& bias) {
  Numbers out;
  for (std::int64_t y = 0; y < conv.places(); ++y) {
    for (std::int64_t x = 0; x < conv.places(); ++x) {
      for (std::int64_t filter = 0; filter < conv.filters; ++filter) {
        double sum = bias[place(filter)];
        for (std::int64_t down = 0; down < conv.taps; ++down) {
          for (std::int64_t across = 0; across < conv.taps; ++across) {
            for (std::int64_t channel = 0; channel < conv.channels; ++channel) {
              const auto at = ((y + down) * conv.side + x + across) * conv.channels + channel;
              const auto depth = (down * conv.taps + across) * conv.channels + channel;
              sum += in[place(at)] * weights[place(depth * conv.filters + filter)];
            }
          }
        }
        out.push_back(sum);
      }
    }
  }
  return out;
}

struct Sample {
  explicit Sample(const WindowConv& its)
      : conv(its),
        in(normal(conv.side * conv.side * conv.channels, 1)),
        weights(normal(conv.depth() * conv.filters, 2)),
        bias(normal(conv.filters, 3)),
        slope(normal(conv.places() * conv.places() * conv.filters, 4)) {}

  /// The sum that `slope` is the gradient of.
  double total() const {
    const auto out = plain(conv, in, weights, bias);
    double sum = 0;
    for (std::size_t i = 0; i < out.size(); ++i)
      sum += out[i] * slope[i];
    return sum;
  }
  /// By central differences; the sum is linear in each number.
  Numbers differences(Numbers Sample::* of) {
    Numbers found;
    for (auto& value : this->*of) {
      const double before = value;
      value = before + 0.5;
      const double above = total();
      value = before - 0.5;
      found.push_back(above - total());
      value = before;
    }
    return found;
  }
  /// [lead + side * side, filters], zero where it has no meaning.
  std::vector<float> wide_slope() const {
    std::vector<float> wide(place((conv.lead() + conv.side * conv.side) * conv.filters), 0.0F);
    for (std::int64_t y = 0; y < conv.places(); ++y) {
      for (std::int64_t i = 0; i < conv.places() * conv.filters; ++i) {
        wide[place((conv.lead() + y * conv.side) * conv.filters + i)] =
            static_cast<float>(slope[place(y * conv.places() * conv.filters + i)]);
      }
    }
    return wide;
  }

  WindowConv conv;
  Numbers in, weights, bias, slope;
};

void check(const std::vector<float>& found, const Numbers& wanted, std::int64_t terms) {
  REQUIRE(found.size() == wanted.size());
  double most = 0;
  for (std::size_t i = 0; i < found.size(); ++i)
    most = std::max(most, std::abs(found[i] - wanted[i]));
  CHECK(most / std::sqrt(static_cast<double>(terms)) < 2e-6);
}

const std::vector<WindowConv> kConvs = {{2, 1, 2, 1}, {4, 3, 2, 5}, {5, 2, 3, 9}, {6, 16, 2, 17}, {7, 5, 3, 32}};

}  // namespace

TEST_CASE("a convolution over runs of places is what its windows say", "[kernels]") {
  for (const auto& conv : kConvs) {
    CAPTURE(conv.side, conv.channels, conv.taps, conv.filters);
    const Sample sample(conv);
    std::vector<float> wide(place(conv.rows() * conv.filters));
    window_conv_forward(conv, single(sample.in).data(), single(sample.weights).data(), single(sample.bias).data(),
                        wide.data());
    std::vector<float> out;
    for (std::int64_t y = 0; y < conv.places(); ++y) {
      const auto row = wide.begin() + y * conv.side * conv.filters;
      out.insert(out.end(), row, row + conv.places() * conv.filters);
    }
    check(out, plain(conv, sample.in, sample.weights, sample.bias), conv.depth());
  }
}

TEST_CASE("its gradients are those of differences in double", "[kernels]") {
  for (const auto& conv : kConvs) {
    CAPTURE(conv.side, conv.channels, conv.taps, conv.filters);
    Sample sample(conv);
    const auto slope = sample.wide_slope();
    const float* wide = slope.data() + conv.lead() * conv.filters;
    std::vector<float> weight_gradient(sample.weights.size(), 1.0F);
    std::vector<float> bias_gradient(sample.bias.size(), 1.0F);
    window_conv_backward_parameters(conv, single(sample.in).data(), wide, weight_gradient.data(), bias_gradient.data());
    const auto more = [](Numbers values) {
      for (auto& value : values)
        value += 1;  // it adds to what is there
      return values;
    };
    const auto places = conv.places() * conv.places();
    check(weight_gradient, more(sample.differences(&Sample::weights)), places);
    check(bias_gradient, more(sample.differences(&Sample::bias)), places);

    std::vector<float> turned(sample.weights.size());
    turn_windows(conv, single(sample.weights).data(), turned.data());
    std::vector<float> in_gradient(sample.in.size());
    window_conv_backward_input(conv, wide, turned.data(), in_gradient.data());
    check(in_gradient, sample.differences(&Sample::in), conv.taps * conv.taps * conv.filters);
  }
}

}  // namespace qarium::kernels_window_conv_test
