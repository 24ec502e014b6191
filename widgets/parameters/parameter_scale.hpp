#pragma once
#include "engine/config/hyperparameters.hpp"

namespace qarium::widgets {

/// Where a value stands on its slider, 0 .. 1, by the parameter's range and scale. A logarithmic range that begins at
/// zero keeps its first hundredth for zero itself.
float slider_fraction(const config::Parameter& parameter, double value);
/// The value there, rounded to what a hand can mean: two digits on a logarithmic scale, a thousandth of a linear range,
/// whole numbers where only those are allowed. Always inside the range.
config::Value slider_value(const config::Parameter& parameter, float fraction);

bool is_number(const config::Parameter& parameter);
bool is_switch(const config::Parameter& parameter);
double as_number(const config::Value& value);

}  // namespace qarium::widgets
