// Products of small matrices against three plain loops.
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "engine/nn/ops/product_kernels.hpp"
#include "tests/catch.hpp"

namespace qarium::kernels_product_test {

using namespace qarium::nn::kernels;

namespace {

std::vector<float> some(std::int64_t count) {
  static std::minstd_rand random{1};
  std::uniform_real_distribution<float> spread(-1, 1);
  std::vector<float> values(static_cast<std::size_t>(count));
  for (auto& value : values)
    value = spread(random);
  return values;
}

/// Of what is asked for in double; weights [depth, columns], or turned.
float expected(const Product& p, std::int64_t row, std::int64_t column, bool turned) {
  double sum = p.start == nullptr ? 0 : p.start[row * p.start_stride + column];
  for (std::int64_t k = 0; k < p.depth; ++k) {
    const float weight = turned ? p.weights[column * p.weight_stride + k] : p.weights[k * p.weight_stride + column];
    sum += static_cast<double>(p.activations[row * p.activation_stride + k]) * weight;
  }
  return static_cast<float>(sum);
}

/// The greatest difference from the plain loops.
float error_of(Product p, bool turned) {
  std::vector<float> out(static_cast<std::size_t>(p.rows * p.columns));
  p.out = out.data();
  p.out_stride = p.columns;
  (turned ? multiply_transposed : multiply)(p);
  float most = 0;
  for (std::int64_t row = 0; row < p.rows; ++row) {
    for (std::int64_t column = 0; column < p.columns; ++column) {
      const float value = out[static_cast<std::size_t>(row * p.columns + column)];
      if (!std::isfinite(value)) return value;
      most = std::max(most, std::abs(value - expected(p, row, column, turned)));
    }
  }
  return most;
}

}  // namespace

TEST_CASE("products of every size agree with plain loops", "[kernels]") {
  for (const std::int64_t rows : {1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 17, 32}) {
    for (std::int64_t columns = 1; columns < 140; columns += columns < 40 ? 1 : 9) {
      for (const std::int64_t depth : {1, 3, 15, 16, 17, 40}) {
        CAPTURE(rows, columns, depth);
        const auto activations = some(rows * depth);
        const auto weights = some(depth * columns);
        const auto start = some(rows * columns);
        Product p{rows, columns, depth, activations.data(), depth, weights.data(), columns, nullptr, 0, nullptr, 0};
        CHECK(error_of(p, false) < 1e-5F);
        p.start = start.data();
        p.start_stride = columns;
        CHECK(error_of(p, false) < 1e-5F);
        p.start_stride = 0;  // the same row for all
        p.weight_stride = depth;
        CHECK(error_of(p, true) < 1e-5F);
      }
    }
  }
}

TEST_CASE("a product may be added to where it is written, if its columns are whole vectors", "[kernels]") {
  for (const std::int64_t rows : {1, 2, 5, 20}) {
    for (const std::int64_t columns : {16, 32, 48, 112, 128, 208}) {
      CAPTURE(rows, columns);
      const auto activations = some(rows * 3);
      const auto weights = some(3 * columns);
      const auto start = some(rows * columns);
      auto out = start;
      multiply(
          {rows, columns, 3, activations.data(), 3, weights.data(), columns, out.data(), columns, out.data(), columns});
      const Product p{rows,    columns, 3, activations.data(), 3, weights.data(), columns, start.data(),
                      columns, nullptr, 0};
      float most = 0;
      for (std::int64_t i = 0; i < rows * columns; ++i)
        most =
            std::max(most, std::abs(out[static_cast<std::size_t>(i)] - expected(p, i / columns, i % columns, false)));
      CHECK(most < 1e-5F);
    }
  }
}

TEST_CASE("activations may stand on their side, and products of every size be added", "[kernels]") {
  for (const std::int64_t rows : {1, 2, 3, 4, 7, 8, 13, 17, 33}) {
    for (std::int64_t columns = 1; columns < 140; columns += columns < 40 ? 1 : 9) {
      for (const std::int64_t depth : {1, 3, 17, 40}) {
        CAPTURE(rows, columns, depth);
        const auto sideways = some(depth * rows);
        const auto weights = some(depth * columns);
        const auto before = some(rows * columns);
        std::vector<float> upright(sideways.size());
        transpose(sideways.data(), rows, depth, rows, upright.data(), depth);
        auto out = before;
        Product p{rows, columns, depth, sideways.data(), 1, weights.data(), columns, nullptr, 0, out.data(), columns};
        p.activation_step = rows;
        p.add = true;
        multiply(p);
        const Product q{rows,    columns,       depth,   upright.data(), depth,  weights.data(),
                        columns, before.data(), columns, nullptr,        columns};
        float most = 0;
        for (std::int64_t i = 0; i < rows * columns; ++i)
          most =
              std::max(most, std::abs(out[static_cast<std::size_t>(i)] - expected(q, i / columns, i % columns, false)));
        CHECK(most < 1e-5F);
      }
    }
  }
}

TEST_CASE("a matrix is turned around", "[kernels]") {
  for (const std::int64_t rows : {1, 3, 4, 8, 9, 17, 32}) {
    for (const std::int64_t columns : {1, 2, 4, 7, 8, 16, 33}) {
      const auto from = some(rows * columns);
      std::vector<float> to(from.size());
      transpose(from.data(), columns, rows, columns, to.data(), rows);
      bool same = true;
      for (std::int64_t i = 0; i < rows * columns; ++i)
        same &= to[static_cast<std::size_t>(i % columns * rows + i / columns)] == from[static_cast<std::size_t>(i)];
      CHECK(same);
    }
  }
}

}  // namespace qarium::kernels_product_test
