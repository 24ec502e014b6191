#pragma once
#include <algorithm>
#include <vector>

namespace qarium::widgets {

// Sets of numbers, kept in order.

inline bool holds(const std::vector<int>& numbers, int number) {
  return std::binary_search(numbers.begin(), numbers.end(), number);
}

/// Adds the number, or takes it out.
inline void put(std::vector<int>& numbers, int number, bool in) {
  const auto place = std::lower_bound(numbers.begin(), numbers.end(), number);
  const bool there = place != numbers.end() && *place == number;
  if (in && !there) numbers.insert(place, number);
  if (!in && there) numbers.erase(place);
}

}  // namespace qarium::widgets
