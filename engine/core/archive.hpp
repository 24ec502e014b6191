#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace qarium::core {

/// A float32 array with a name.
struct NamedArray {
  std::string name;
  std::vector<std::int64_t> shape;
  std::vector<float> values;
};

/// Arrays and words by name: what a checkpoint is made of. What is needed beside them to go on exactly, and means
/// nothing to other programs, are bytes.
struct Archive {
  std::vector<NamedArray> arrays;
  std::map<std::string, std::string> metadata;
  std::map<std::string, std::vector<std::byte>> sections;  ///< exact state, by the name of who has it
  std::vector<std::vector<std::byte>> experience;          ///< what a learner keeps of the past, part after part

  /// Null where there is none of that name.
  const NamedArray* find(std::string_view name) const;
  /// Throw core::UserError naming what is missing, or is no number of the kind that is asked for; counts lie between 0
  /// and 2^53.
  const NamedArray& need(std::string_view name) const;
  const std::string& text(const std::string& name) const;
  std::int64_t count(const std::string& name) const;
  double number(const std::string& name) const;
};

}  // namespace qarium::core
