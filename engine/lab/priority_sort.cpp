#include <algorithm>
#include <numeric>
#include <vector>

#include "engine/lab/drawing.hpp"
#include "engine/lab/task.hpp"

namespace qarium::lab {
namespace {

/// Channels in: bits, priority, delimiter.
class PrioritySort final : public Task {
 public:
  explicit PrioritySort(const protocol::LaboratoryOptions& options) : bits_(options.bits) {}
  std::int64_t inputs() const override { return bits_ + 2; }
  std::int64_t outputs() const override { return bits_; }

  Batch draw(std::int64_t length, std::int64_t batch, core::RandomStream& stream) const override {
    const auto given_back = (4 * length + 4) / 5;
    auto drawn = blank_batch(*this, length + 1 + given_back, batch, length + 1);
    auto input = drawn.input.accessor<float, 3>();
    auto target = drawn.target.accessor<float, 3>();
    fill_bits(input, 0, length, bits_, stream);
    mark(input, length, bits_ + 1);
    std::vector<std::int64_t> order(static_cast<std::size_t>(length));
    for (std::int64_t b = 0; b < batch; ++b) {
      for (std::int64_t t = 0; t < length; ++t)
        input[t][b][bits_] = static_cast<float>(stream.uniform(-1, 1));
      std::iota(order.begin(), order.end(), 0);
      std::stable_sort(order.begin(), order.end(),
                       [&](auto one, auto other) { return input[one][b][bits_] > input[other][b][bits_]; });
      for (std::int64_t t = 0; t < given_back; ++t) {
        for (std::int64_t i = 0; i < bits_; ++i)
          target[drawn.answer + t][b][i] = input[order[static_cast<std::size_t>(t)]][b][i];
      }
    }
    return drawn;
  }

 private:
  std::int64_t bits_;
};

}  // namespace

std::unique_ptr<Task> make_priority_sort(const protocol::LaboratoryOptions& options) {
  return std::make_unique<PrioritySort>(options);
}

}  // namespace qarium::lab
