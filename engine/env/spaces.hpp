#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace qarium::env {

enum class ScalarType { Float32, Uint8 };

/// What the numbers of a part of an observation are.
enum class PartKind {
  Numbers,  ///< a Box, or bits
  Symbol,   ///< choices, each as a 1 among zeros
  Words,    ///< a text: which of its words there are, each a 1 at one of some places
};

/// An entry of a Dict or Tuple, which comes as a stretch of one flat array.
struct Part {
  std::string name;  ///< its key, "image"; "outer.inner" of an entry's entry
  PartKind kind = PartKind::Numbers;
  std::int64_t offset = 0;          ///< of its first number
  std::vector<std::int64_t> shape;  ///< row-major, a picture's channels first
  bool whole = false;               ///< numbers 0 .. 255 without fractions

  std::int64_t size() const {
    std::int64_t product = 1;
    for (const auto extent : shape)
      product *= extent;
    return product;
  }
  friend bool operator==(const Part&, const Part&) = default;
};

/// Gymnasium's Box: an array of numbers with bounds, row-major. `low` and `high` have one entry, or one per component.
struct Box {
  std::vector<std::int64_t> shape;
  ScalarType type = ScalarType::Float32;
  std::vector<float> low = {-std::numeric_limits<float>::infinity()};
  std::vector<float> high = {std::numeric_limits<float>::infinity()};
  /// Where it stands for a Dict or Tuple: its entries, one after another over the whole array; else empty.
  std::vector<Part> parts = {};

  std::int64_t size() const {
    std::int64_t product = 1;
    for (const auto extent : shape)
      product *= extent;
    return product;
  }
  /// Of bytes that are numbers of symbols, whose highest is stated: how many symbols there are; 0 of anything else.
  std::int64_t symbols() const {
    if (type != ScalarType::Uint8) return 0;
    float highest = 0;
    for (const float bound : high)
      highest = std::max(highest, bound);
    return highest <= 255 ? static_cast<std::int64_t>(highest) + 1 : 0;
  }
  std::size_t bytes() const { return static_cast<std::size_t>(size()) * (type == ScalarType::Float32 ? 4 : 1); }
};

/// Gymnasium's Discrete: 0 .. n - 1, each with a name a person would say.
struct Discrete {
  std::vector<std::string> names;
  int n() const { return static_cast<int>(names.size()); }
};

}  // namespace qarium::env
