#include "engine/lab/drawing.hpp"
#include "engine/lab/task.hpp"

namespace qarium::lab {
namespace {

class Copy final : public Task {
 public:
  explicit Copy(const protocol::LaboratoryOptions& options) : bits_(options.bits) {}
  std::int64_t inputs() const override { return bits_ + 1; }
  std::int64_t outputs() const override { return bits_; }

  Batch draw(std::int64_t length, std::int64_t batch, core::RandomStream& stream) const override {
    auto drawn = blank_batch(*this, 2 * length + 1, batch, length + 1);
    auto input = drawn.input.accessor<float, 3>();
    fill_bits(input, 0, length, bits_, stream);
    mark(input, length, bits_);
    drawn.target.narrow(0, drawn.answer, length).copy_(drawn.input.narrow(0, 0, length).narrow(2, 0, bits_));
    return drawn;
  }

 private:
  std::int64_t bits_;
};

}  // namespace

std::unique_ptr<Task> make_copy(const protocol::LaboratoryOptions& options) {
  return std::make_unique<Copy>(options);
}

}  // namespace qarium::lab
