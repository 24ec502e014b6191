// The encoder of symbols: a table, its rows, and what it does not read.
#include <torch/torch.h>

#include <limits>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/nn/encoder/encoder.hpp"
#include "tests/catch.hpp"
#include "tests/unit/gradient_check.hpp"
#include "tests/unit/learning.hpp"

namespace qarium::nn_symbol_test {
namespace {

env::Box symbols(std::vector<std::int64_t> shape, float highest) {
  return {.shape = std::move(shape), .type = env::ScalarType::Uint8, .low = {0}, .high = {highest}};
}

std::shared_ptr<nn::Encoder> make(const env::Box& space, bool attended, std::int64_t width = 6) {
  config::EncoderOptions options;
  options.kind = "symbol";
  options.width = width;
  return nn::make_encoder(options, {space, attended});
}

}  // namespace

TEST_CASE("symbol: each component is a row of the table, with its row and column as the position") {
  const auto encoder = make(symbols({2, 3}, 9), true);
  const auto table = encoder->named_parameters()["table.weight"];
  REQUIRE(table.sizes().vec() == std::vector<std::int64_t>{10, 6});
  CHECK(encoder->output_shape() == std::vector<std::int64_t>{6, 6});
  const auto seen = torch::tensor({0.0F, 9.0F, 4.0F, 4.0F, 1.0F, 2.0F}).view({1, 2, 3});
  const auto tokens = encoder->forward(seen);
  REQUIRE(tokens.sizes().vec() == std::vector<std::int64_t>{1, 6, 6});
  for (int i = 0; i < 6; ++i)
    CHECK(tokens[0][i].equal(table[seen.flatten()[i].item<int>()]));
  const auto positions = encoder->grid().positions();
  REQUIRE(positions.size() == 6);
  for (int i = 0; i < 6; ++i) {
    const auto& its = positions[static_cast<std::size_t>(i)];
    CHECK((its.row == static_cast<float>(i / 3) && its.column == static_cast<float>(i % 3) && its.frame == 0));
  }
}

TEST_CASE("symbol: without attention all tokens lie side by side in one") {
  const auto encoder = make(symbols({4}, 20), false, 5);
  CHECK(encoder->output_shape() == std::vector<std::int64_t>{1, 20});
  CHECK(encoder->grid().tokens() == 1);
  const auto table = encoder->named_parameters()["table.weight"];
  const auto seen = torch::tensor({{3.0F, 20.0F, 0.0F, 3.0F}, {1.0F, 1.0F, 2.0F, 19.0F}});
  const auto out = encoder->forward(seen);
  REQUIRE(out.sizes().vec() == std::vector<std::int64_t>{2, 1, 20});
  for (int row = 0; row < 2; ++row) {
    for (int i = 0; i < 4; ++i)
      CHECK(out[row][0].slice(0, 5 * i, 5 * i + 5).equal(table[seen[row][i].item<int>()]));
  }
  // A number that the space does not have reads no memory that is not the table's.
  CHECK(encoder->forward(torch::full({1, 4}, 200.0F))[0][0].slice(0, 0, 5).equal(table[20]));
}

TEST_CASE("symbol: what is not symbols is refused in words") {
  const auto refused = [](const env::Box& space) {
    for (const bool attended : {false, true}) {
      CHECK_THROWS_AS(make(space, attended), core::UserError);
      CHECK_THROWS_WITH(make(space, attended),
                        ContainsSubstring("encoder.kind = symbol") && ContainsSubstring("highest number is stated"));
    }
  };
  refused({.shape = {4}, .low = {0}, .high = {9}});               // floats
  refused(symbols({4}, std::numeric_limits<float>::infinity()));  // no highest
  refused(symbols({3, 10, 10}, 1));                               // planes of cells
  refused(symbols({}, 5));                                        // nothing
}

TEST_CASE("symbol: its gradient is that of differences in double") {
  for (const bool attended : {false, true}) {
    const auto encoder = make(symbols({2, 4}, 7), attended);
    encoder->to(torch::kDouble);
    const auto seen =
        torch::tensor({0.0, 1.0, 2.0, 2.0, 7.0, 0.0, 3.0, 2.0, 5.0, 5.0, 5.0, 1.0, 0.0, 6.0, 7.0, 7.0}, torch::kDouble)
            .view({2, 2, 4});
    const auto direction = tests::normal_tensor(encoder->forward(seen).sizes().vec(), 3).to(torch::kDouble);
    tests::check_gradients(
        tests::parameters_of(*encoder), [&] { return (encoder->forward(seen).square() * direction).sum(); }, 48);
  }
}

}  // namespace qarium::nn_symbol_test
