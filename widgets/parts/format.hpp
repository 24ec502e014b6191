#pragma once
#include <array>
#include <cstdint>
#include <string_view>

#include "engine/config/hyperparameters.hpp"

namespace qarium::widgets {

/// Up to 255 bytes of text on the stack, so that drawing a number costs no allocation. What does not fit is cut off.
class ShortText {
 public:
  ShortText() = default;
  ShortText(std::string_view text) { add(text); }  // NOLINT(google-explicit-constructor): it is a text
  ShortText& add(std::string_view text);
#if defined(__GNUC__)
  __attribute__((format(printf, 2, 3)))
#endif
  ShortText&
  print(const char* pattern, ...);

  const char* c_str() const { return data_.data(); }
  std::string_view view() const { return {data_.data(), size_}; }
  operator std::string_view() const { return view(); }  // NOLINT(google-explicit-constructor)
  bool empty() const { return size_ == 0; }

 private:
  std::array<char, 256> data_{};
  std::size_t size_ = 0;
};

/// "412,608"
ShortText count(std::int64_t value);
/// "16.6 k", "400 k", "1.25 M": three digits at most, for axes and sizes.
ShortText compact(double value);
/// The same with as many digits as tell it from values `step` away.
ShortText compact(double value, double step);
/// About four significant digits, without exponent where a person reads it more easily: "1.420", "0.0125", "2.5e-4".
ShortText number(double value);
/// The same with a sign always.
ShortText signed_number(double value);
/// With so many decimals; what rounds to nothing has no sign: "0.00".
ShortText fixed(double value, int decimals);
/// The same with a sign always, but for nothing: "+0.12", "0.00".
ShortText signed_fixed(double value, int decimals);
/// A value as an editor shows it: "2.5e-4", "100,000", "on", "adam".
ShortText value_text(const config::Value& value);
/// "12.4 MB"
ShortText bytes(std::size_t value);
/// "4 × 10 × 10"
ShortText shape(const std::int64_t* sizes, std::size_t rank);

}  // namespace qarium::widgets
