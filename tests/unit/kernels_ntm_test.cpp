// The NTM's sequence on arrays that are no longer than it asks for, the scratch filled with NaN: the sanitizers see
// what reaches beyond, and a number that is read before it is written spoils the result.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <new>
#include <random>
#include <vector>

#include "engine/nn/ops/ntm_sequence.hpp"
#include "tests/catch.hpp"

namespace qarium::kernels_ntm_test {

using namespace qarium::nn;
using namespace qarium::nn::ntm;

namespace {

constexpr std::align_val_t kLine{64};

struct FreeLines {
  void operator()(float* p) const { operator delete[](p, kLine); }
};

/// As long as is said, from the beginning of a cache line on.
class Lines {
 public:
  Lines(std::int64_t floats, float value)
      : floats_(new(kLine) float[static_cast<std::size_t>(floats)]), count_(floats) {
    std::fill_n(floats_.get(), floats, value);
  }
  float* data() { return floats_.get(); }
  std::int64_t size() const { return count_; }

 private:
  std::unique_ptr<float[], FreeLines> floats_;
  std::int64_t count_;
};

constexpr float kNothing = std::numeric_limits<float>::quiet_NaN();

class Numbers {
 public:
  std::vector<float> some(std::int64_t count) {
    std::vector<float> values(static_cast<std::size_t>(count));
    for (auto& value : values)
      value = spread_(random_);
    return values;
  }
  bool one_in_three() { return random_() % 3 == 0; }

 private:
  std::minstd_rand random_{1};
  std::uniform_real_distribution<float> spread_{-0.4F, 0.4F};
};

bool finite(const std::vector<float>& values) {
  return std::all_of(values.begin(), values.end(), [](float x) { return std::isfinite(x); });
}

/// Rows of padded slots, what is padded zero.
void fill_slots(float* rows, std::int64_t count, std::int64_t slots, const std::vector<float>& values) {
  const std::int64_t n = padded(slots);
  for (std::int64_t row = 0; row < count; ++row) {
    for (std::int64_t i = 0; i < n; ++i)
      rows[row * n + i] = i < slots ? values[static_cast<std::size_t>((row * slots + i) % std::ssize(values))] : 0;
  }
}

/// Forward and backward; whether all that came of it is finite.
bool runs(const NtmShape& shape, std::int64_t steps, std::int64_t batch, bool with_resets, Numbers& numbers) {
  Tape tape(shape, steps, batch, with_resets);
  Lines block(tape.place(nullptr), kNothing);
  tape.place(block.data());
  const auto inputs = numbers.some(steps * batch * shape.inputs);
  for (std::int64_t k = 0; k < steps * batch; ++k)
    std::copy_n(inputs.data() + k * shape.inputs, shape.inputs, tape.joined + k * shape.controller_columns());
  Lines memory(batch * tape.memory_floats(), kNothing);
  fill_slots(memory.data(), batch * shape.width, shape.slots, numbers.some(1000));
  const std::vector<float> shares(1, 1.0F / static_cast<float>(shape.slots));
  fill_slots(tape.first_weights, batch * shape.heads(), shape.slots, shares);
  if (with_resets) {
    fill_slots(tape.reset_weights, batch * shape.heads(), shape.slots, shares);
    fill_slots(tape.reset_memory, batch * shape.width, shape.slots, numbers.some(100));
  }
  std::vector<unsigned char> resets(static_cast<std::size_t>(steps * batch));
  for (auto& reset : resets)
    reset = numbers.one_in_three() ? 1 : 0;

  const auto controller = numbers.some(shape.controller_rows() * shape.controller_columns());
  const auto controller_bias = numbers.some(shape.controller_rows());
  const auto head = numbers.some(shape.head_rows() * shape.units);
  const auto head_bias = numbers.some(shape.head_rows());
  const auto reads = numbers.some(batch * shape.reads());
  const auto h = numbers.some(batch * shape.units);
  const auto c = numbers.some(batch * shape.units);
  std::vector<float> outputs(static_cast<std::size_t>(steps * batch * shape.output_width()), kNothing);
  Lines forward_scratch(forward_scratch_floats(tape), kNothing);
  ForwardRun there;
  there.first = {memory.data(), reads.data(), h.data(), c.data()};
  there.reset = there.first;
  if (with_resets) there.reset.memory = tape.reset_memory;
  there.resets = with_resets ? resets.data() : nullptr;
  there.weights = {controller.data(), controller_bias.data(), head.data(), head_bias.data()};
  there.hoisted = nullptr;
  there.outputs = outputs.data();
  there.scratch = forward_scratch.data();
  forward(tape, there);
  if (!finite(outputs)) return false;

  const auto outputs_gradient = numbers.some(std::ssize(outputs));
  std::vector<float> sums_gradient(static_cast<std::size_t>(steps * batch * shape.controller_rows()), kNothing);
  std::vector<float> rows_gradient(static_cast<std::size_t>(steps * batch * shape.head_rows()), kNothing);
  Lines state_gradient(state_gradient_floats(tape), 0);
  Lines reset_gradient(state_gradient_floats(tape), 0);
  Lines backward_scratch(backward_scratch_floats(tape), kNothing);
  BackwardRun back;
  back.resets = there.resets;
  back.weights = there.weights;
  back.outputs = outputs.data();
  back.outputs_gradient = outputs_gradient.data();
  back.state = place_state_gradient(tape, state_gradient.data());
  back.reset = place_state_gradient(tape, reset_gradient.data());
  back.sums_gradient = sums_gradient.data();
  back.rows_gradient = rows_gradient.data();
  back.scratch = backward_scratch.data();
  backward(tape, back);
  const auto all_finite = [](Lines& lines) {
    return std::all_of(lines.data(), lines.data() + lines.size(), [](float x) { return std::isfinite(x); });
  };
  return finite(sums_gradient) && finite(rows_gradient) && all_finite(state_gradient) && all_finite(reset_gradient);
}

}  // namespace

TEST_CASE("the NTM's sequence stays within what it asks for, and reads nothing before it is written", "[kernels]") {
  Numbers numbers;
  bool resets = false;
  for (const bool lstm : {true, false}) {
    for (const std::int64_t slots : {1, 2, 3, 15, 16, 17, 33, 128}) {
      for (const std::int64_t width : {1, 3, 8, 20}) {
        for (const std::int64_t read_heads : {1, 3}) {
          for (const std::int64_t write_heads : {1, 2}) {
            for (const std::int64_t range : {0, 1, 4}) {
              for (const std::int64_t batch : {1, 3}) {
                for (const std::int64_t steps : {1, 5, 11}) {
                  resets = !resets;
                  CAPTURE(lstm, slots, width, read_heads, write_heads, range, batch, steps, resets);
                  const NtmShape shape{3, 5, slots, width, read_heads, write_heads, range, lstm};
                  if (!runs(shape, steps, batch, resets, numbers)) FAIL("not finite");
                }
              }
            }
          }
        }
      }
    }
  }
  SUCCEED();
}

TEST_CASE("a sequence of several segments stays within what it asks for", "[kernels]") {
  Numbers numbers;
  const NtmShape shape{3, 5, 128, 20};
  REQUIRE(Tape(shape, 40, 32, true).several_segments());
  CHECK(runs(shape, 40, 32, true, numbers));
  CHECK(runs(shape, 40, 32, false, numbers));
}

}  // namespace qarium::kernels_ntm_test
