#include "engine/lab/task.hpp"

#include <string>

#include "engine/core/error.hpp"
#include "engine/nn/registry.hpp"

namespace qarium::lab {
namespace {

constexpr nn::Kind<std::unique_ptr<Task> (*)(const protocol::LaboratoryOptions&)> kTasks[] = {
    {"copy", make_copy},
    {"repeat_copy", make_repeat_copy},
    {"associative_recall", make_associative_recall},
    {"priority_sort", make_priority_sort},
};

constexpr std::int64_t kMostBits = 64;

void require_range(const std::string& name, std::int64_t value, std::int64_t low, std::int64_t high) {
  if (value >= low && value <= high) return;
  throw core::UserError(name + " = " + std::to_string(value) + " is not allowed: it must lie between " +
                        std::to_string(low) + " and " + std::to_string(high));
}

}  // namespace

void Task::require_length(std::int64_t length) const {
  require_range("length", length, shortest(), kLongest);
}

std::unique_ptr<Task> make_task(const protocol::LaboratoryOptions& options) {
  const auto make = nn::find_kind(kTasks, "task", options.task);
  require_range("bits", options.bits, 1, kMostBits);
  require_range("max_repeats", options.max_repeats, 1, kMostRepeats);
  auto task = make(options);
  require_range("min_length", options.min_length, task->shortest(), kLongest);
  require_range("max_length", options.max_length, options.min_length, kLongest);
  return task;
}

}  // namespace qarium::lab
