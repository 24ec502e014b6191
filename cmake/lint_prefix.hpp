#pragma once
/// Read before every unit by clang-tidy alone. LibTorch 1.13 has functions that hold a std::vector of a type that is
/// not complete yet: in C++20 Clang wants its destructor at once, since GCC's library makes it constexpr. Here it is
/// not.
#include <algorithm>
#include <memory>
#include <string>

#if defined(__clang__) && defined(_GLIBCXX20_CONSTEXPR)
#undef _GLIBCXX20_CONSTEXPR
#define _GLIBCXX20_CONSTEXPR
#define __fill_a1 fill_of_bits  // declared constexpr before, defined by <vector>
#include <vector>
#undef __fill_a1
#undef _GLIBCXX20_CONSTEXPR
#define _GLIBCXX20_CONSTEXPR constexpr
#endif
