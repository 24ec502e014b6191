#pragma once
/// Catch2, version 2.13 or 3, with the same names in both.

#include <string>

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>

using Catch::Approx;
using Catch::Matchers::ContainsSubstring;
#else
#include <catch2/catch.hpp>

inline auto ContainsSubstring(const std::string& text) {  // NOLINT(readability-identifier-naming): as in Catch2 3
  return Catch::Matchers::Contains(text);
}
#endif
