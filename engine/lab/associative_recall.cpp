#include "engine/lab/drawing.hpp"
#include "engine/lab/task.hpp"

namespace qarium::lab {
namespace {

constexpr std::int64_t kItem = 3;            // vectors
constexpr std::int64_t kStride = kItem + 1;  // with the delimiter before them

/// Channels in: bits, item delimiter, query delimiter. Which item is asked for differs from sequence to sequence.
class AssociativeRecall final : public Task {
 public:
  explicit AssociativeRecall(const protocol::LaboratoryOptions& options) : bits_(options.bits) {}
  std::int64_t inputs() const override { return bits_ + 2; }
  std::int64_t outputs() const override { return bits_; }
  std::int64_t shortest() const override { return 2; }

  Batch draw(std::int64_t length, std::int64_t batch, core::RandomStream& stream) const override {
    const auto query = kStride * length;
    const auto answer = query + kItem + 2;
    auto drawn = blank_batch(*this, answer + kItem, batch, answer);
    auto input = drawn.input.accessor<float, 3>();
    for (std::int64_t item = 0; item < length; ++item) {
      mark(input, kStride * item, bits_);
      fill_bits(input, kStride * item + 1, kItem, bits_, stream);
    }
    mark(input, query, bits_ + 1);
    mark(input, answer - 1, bits_ + 1);
    auto target = drawn.target.accessor<float, 3>();
    for (std::int64_t b = 0; b < batch; ++b) {
      const auto asked = kStride * static_cast<std::int64_t>(stream.below(static_cast<std::uint32_t>(length - 1))) + 1;
      for (std::int64_t t = 0; t < kItem; ++t) {
        for (std::int64_t i = 0; i < bits_; ++i) {
          input[query + 1 + t][b][i] = input[asked + t][b][i];
          target[answer + t][b][i] = input[asked + kStride + t][b][i];
        }
      }
    }
    return drawn;
  }

 private:
  std::int64_t bits_;
};

}  // namespace

std::unique_ptr<Task> make_associative_recall(const protocol::LaboratoryOptions& options) {
  return std::make_unique<AssociativeRecall>(options);
}

}  // namespace qarium::lab
