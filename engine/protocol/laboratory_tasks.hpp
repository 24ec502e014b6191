#pragma once
#include <array>
#include <string_view>

namespace qarium::protocol {

/// A task of the laboratory, as it is offered.
struct LaboratoryTask {
  std::string_view id;  ///< LaboratoryOptions::task
  std::string_view title;
  std::string_view description;
};

inline constexpr std::array<LaboratoryTask, 4> kLaboratoryTasks{
    {{"copy", "copy", "Vectors of bits, told once, are to be given back in their order"},
     {"repeat_copy", "repeat copy", "The same, as many times over as was told: a loop with a count"},
     {"associative_recall", "associative recall",
      "Items told one after another; one is asked for, and the one that came after it is the answer"},
     {"priority_sort", "priority sort", "Vectors with priorities, to be given back in the order of these"}}};

}  // namespace qarium::protocol
