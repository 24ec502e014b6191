#include "widgets/parameters/parameter_scale.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace qarium::widgets {
namespace {

constexpr double kZeroShare = 0.01;

bool is_whole(const config::Parameter& parameter) {
  return std::holds_alternative<std::int64_t& (*)(config::Hyperparameters&)>(parameter.access);
}

/// The logarithmic range's smallest value that is not zero.
double foot(const config::Parameter& parameter) {
  if (parameter.minimum > 0) return parameter.minimum;
  return is_whole(parameter) ? 1.0 : parameter.maximum * 1e-9;
}

double two_digits(double value) {
  if (value == 0) return 0;
  const double unit = std::pow(10.0, std::floor(std::log10(std::abs(value))) - 1);
  return std::round(value / unit) * unit;
}

}  // namespace

bool is_number(const config::Parameter& parameter) {
  return is_whole(parameter) || std::holds_alternative<double& (*)(config::Hyperparameters&)>(parameter.access);
}

bool is_switch(const config::Parameter& parameter) {
  return std::holds_alternative<bool& (*)(config::Hyperparameters&)>(parameter.access);
}

double as_number(const config::Value& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
  if (const auto* real = std::get_if<double>(&value)) return *real;
  return 0;
}

float slider_fraction(const config::Parameter& parameter, double value) {
  if (!(parameter.maximum > parameter.minimum) || !std::isfinite(value)) return 0;
  if (parameter.scale != config::Scale::Logarithmic) {
    const double share = (value - parameter.minimum) / (parameter.maximum - parameter.minimum);
    return static_cast<float>(std::clamp(share, 0.0, 1.0));
  }
  const double low = foot(parameter);
  if (value < low) return 0;
  const double share = std::clamp(std::log(value / low) / std::log(parameter.maximum / low), 0.0, 1.0);
  const double zero = parameter.minimum > 0 ? 0 : kZeroShare;
  return static_cast<float>(zero + share * (1 - zero));
}

config::Value slider_value(const config::Parameter& parameter, float fraction) {
  const double share = std::clamp(static_cast<double>(fraction), 0.0, 1.0);
  double value = parameter.minimum;
  if (parameter.scale != config::Scale::Logarithmic) {
    const double span = parameter.maximum - parameter.minimum;
    const double step = std::pow(10.0, std::floor(std::log10(span) + 1e-9) - 3);
    value = parameter.minimum + std::round(share * span / step) * step;
  } else {
    const double low = foot(parameter);
    const double zero = parameter.minimum > 0 ? 0 : kZeroShare;
    if (share >= zero) value = two_digits(low * std::pow(parameter.maximum / low, (share - zero) / (1 - zero)));
    if (share < zero || (zero > 0 && share == 0)) value = parameter.minimum;
  }
  if (share >= 1) value = parameter.maximum;
  value = std::clamp(value, parameter.minimum, parameter.maximum);
  if (is_whole(parameter)) return static_cast<std::int64_t>(std::llround(value));
  // The nearest decimal: 0.003, not 0.0030000000000000005.
  char digits[32];
  std::snprintf(digits, sizeof digits, "%.10g", value);
  return std::clamp(std::strtod(digits, nullptr), parameter.minimum, parameter.maximum);
}

}  // namespace qarium::widgets
