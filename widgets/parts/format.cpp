#include "widgets/parts/format.hpp"

#include <algorithm>
#include <cmath>
#include <cstdarg>
#include <cstdio>
#include <cstring>

namespace qarium::widgets {
namespace {

/// "1.0e-04" -> "1.0e-4"
void print_exponent(ShortText& text, double value) {
  std::array<char, 32> digits{};
  std::snprintf(digits.data(), digits.size(), "%.2e", value);
  const std::string_view all(digits.data());
  const auto e = all.find('e');
  auto mantissa = all.substr(0, e);
  if (mantissa.size() > 3 && mantissa.back() == '0') mantissa.remove_suffix(1);
  const auto exponent = std::strtol(digits.data() + e + 1, nullptr, 10);
  text.add(mantissa).print("e%ld", exponent);
}

void print_number(ShortText& text, double value, const char* sign) {
  const double size = std::abs(value);
  if (!std::isfinite(value)) {
    text.add(std::isnan(value) ? "–" : value > 0 ? "+inf" : "-inf");
    return;
  }
  if (*sign != 0 && value >= 0) text.add("+");
  if (size == 0) {
    text.add("0");
  } else if (size < 1e-2 || size >= 1e7) {
    print_exponent(text, value);
  } else {
    const int decimals = size < 1 ? 4 : size < 10 ? 3 : size < 100 ? 2 : size < 1000 ? 1 : 0;
    if (decimals == 0) {
      text.add(count(std::llround(value)));
    } else {
      text.print("%.*f", decimals, value);
    }
  }
}

ShortText double_text(double value) {
  ShortText text;
  const double size = std::abs(value);
  if (size != 0 && (size < 1e-2 || size >= 1e7)) {
    print_exponent(text, value);
  } else if (size >= 1000 && value == std::floor(value)) {
    text.add(count(static_cast<std::int64_t>(value)));
  } else {
    text.print("%.6g", value);
  }
  return text;
}

}  // namespace

ShortText& ShortText::add(std::string_view text) {
  if (text.empty()) return *this;
  const auto room = std::min(text.size(), data_.size() - 1 - size_);
  std::memcpy(data_.data() + size_, text.data(), room);
  size_ += room;
  data_[size_] = 0;
  return *this;
}

ShortText& ShortText::print(const char* pattern, ...) {
  va_list arguments;
  va_start(arguments, pattern);
  const int wanted = std::vsnprintf(data_.data() + size_, data_.size() - size_, pattern, arguments);
  va_end(arguments);
  if (wanted > 0) size_ = std::min(size_ + static_cast<std::size_t>(wanted), data_.size() - 1);
  return *this;
}

ShortText count(std::int64_t value) {
  std::array<char, 32> digits{};
  const int size = std::snprintf(digits.data(), digits.size(), "%lld", static_cast<long long>(value));
  ShortText text;
  for (int i = 0; i < size; ++i) {
    const int left = size - i;
    if (i > (value < 0 ? 1 : 0) && left % 3 == 0) text.add(",");
    text.add(std::string_view(&digits[static_cast<std::size_t>(i)], 1));
  }
  return text;
}

ShortText compact(double value) {
  ShortText text;
  const double size = std::abs(value);
  if (!std::isfinite(value)) return text.add("–");
  if (size >= 999.5e6) return text.print("%.3g G", value / 1e9);
  if (size >= 999.5e3) return text.print("%.3g M", value / 1e6);
  if (size >= 999.5) return text.print("%.3g k", value / 1e3);
  if (size != 0 && size < 1e-3) {
    print_exponent(text, value);
    return text;
  }
  return text.print("%.3g", value);
}

ShortText compact(double value, double step) {
  const double size = std::abs(value);
  if (!std::isfinite(value) || !(step > 0) || size == 0) return compact(value);
  if (size < 1e-3) {  // no more digits than tell neighbours apart
    const double exponent = std::floor(std::log10(size) + 1e-9);
    const double decimals = std::clamp(exponent - std::floor(std::log10(step) + 1e-9), 0.0, 6.0);
    ShortText text;
    return text.print("%.*fe%d", static_cast<int>(decimals), value / std::pow(10.0, exponent),
                      static_cast<int>(exponent));
  }
  struct Unit {
    double from;
    double size;
    const char* name;
  };
  constexpr std::array<Unit, 4> kUnits{{{999.5e6, 1e9, " G"}, {999.5e3, 1e6, " M"}, {999.5, 1e3, " k"}, {0, 1, ""}}};
  const auto& unit = *std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& its) { return size >= its.from; });
  const int usual = std::max(0, 2 - static_cast<int>(std::floor(std::log10(size / unit.size))));
  const int needed = static_cast<int>(std::ceil(-std::log10(step / unit.size) - 1e-6));
  if (needed <= usual) return compact(value);
  ShortText text;
  return text.print("%.*f%s", std::min(needed, 12), value / unit.size, unit.name);
}

ShortText number(double value) {
  ShortText text;
  print_number(text, value, "");
  return text;
}

ShortText signed_number(double value) {
  ShortText text;
  print_number(text, value, "+");
  return text;
}

ShortText fixed(double value, int decimals) {
  ShortText text;
  if (!std::isfinite(value)) return text.add("–");
  const double least = 0.5 * std::pow(10.0, -decimals);
  return text.print("%.*f", decimals, std::abs(value) < least ? 0.0 : value);
}

ShortText signed_fixed(double value, int decimals) {
  const auto plain = fixed(value, decimals);
  const bool positive = value > 0 && plain.view().find_first_of("123456789") != std::string_view::npos;
  return positive ? ShortText("+").add(plain) : plain;
}

ShortText value_text(const config::Value& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return {*flag ? "on" : "off"};
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return count(*whole);
  if (const auto* real = std::get_if<double>(&value)) return double_text(*real);
  return {std::get<std::string>(value)};
}

ShortText bytes(std::size_t value) {
  ShortText text;
  const auto size = static_cast<double>(value);
  if (size >= 1e9) return text.print("%.1f GB", size / 1e9);
  if (size >= 1e6) return text.print(size >= 1e7 ? "%.0f MB" : "%.1f MB", size / 1e6);
  if (size >= 1e3) return text.print("%.0f kB", size / 1e3);
  return text.print("%zu B", value);
}

ShortText shape(const std::int64_t* sizes, std::size_t rank) {
  ShortText text;
  for (std::size_t i = 0; i < rank; ++i) {
    text.print(i == 0 ? "%lld" : " × %lld", static_cast<long long>(sizes[i]));
  }
  return text;
}

}  // namespace qarium::widgets
