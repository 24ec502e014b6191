#include <cmath>

#include "engine/lab/drawing.hpp"
#include "engine/lab/task.hpp"

namespace qarium::lab {
namespace {

/// Channels in: bits, delimiter, number of repeats. Channels out: bits, end mark.
class RepeatCopy final : public Task {
 public:
  explicit RepeatCopy(const protocol::LaboratoryOptions& options)
      : bits_(options.bits), most_(static_cast<std::uint32_t>(options.max_repeats)) {}
  std::int64_t inputs() const override { return bits_ + 2; }
  std::int64_t outputs() const override { return bits_ + 1; }

  Batch draw(std::int64_t length, std::int64_t batch, core::RandomStream& stream) const override {
    const std::int64_t repeats = 1 + stream.below(most_);
    const auto end = length + 1 + length * repeats;
    auto drawn = blank_batch(*this, end + 1, batch, length + 1);
    auto input = drawn.input.accessor<float, 3>();
    fill_bits(input, 0, length, bits_, stream);
    mark(input, length, bits_);
    mark(input, length, bits_ + 1, normalised(repeats));
    const auto told = drawn.input.narrow(0, 0, length).narrow(2, 0, bits_);
    drawn.target.narrow(0, drawn.answer, length * repeats).narrow(2, 0, bits_).copy_(told.repeat({repeats, 1, 1}));
    auto target = drawn.target.accessor<float, 3>();
    mark(target, end, bits_);
    return drawn;
  }

 private:
  /// Mean and variance of the whole numbers 1 .. n are (n + 1) / 2 and (n^2 - 1) / 12.
  float normalised(std::int64_t repeats) const {
    if (most_ == 1) return 0;
    const double n = most_;
    return static_cast<float>((static_cast<double>(repeats) - (n + 1) / 2) / std::sqrt((n * n - 1) / 12));
  }

  std::int64_t bits_;
  std::uint32_t most_;
};

}  // namespace

std::unique_ptr<Task> make_repeat_copy(const protocol::LaboratoryOptions& options) {
  return std::make_unique<RepeatCopy>(options);
}

}  // namespace qarium::lab
