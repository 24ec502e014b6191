// Layers on float pointers against plain loops in double, over sizes that fill no vector.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "engine/nn/ops/dense_kernels.hpp"
#include "engine/nn/ops/pooling_kernels.hpp"
#include "tests/catch.hpp"
#include "tests/unit/normal_numbers.hpp"

namespace qarium::kernels_dense_test {

using namespace nn::kernels;
using Numbers = std::vector<float>;

namespace {

Numbers normal(std::int64_t n, unsigned seed) {
  return tests::normal_numbers<float>(n, seed);
}

double value(const Numbers& values, std::int64_t i) {
  return values[static_cast<std::size_t>(i)];
}

/// The largest difference over what the sums are made of: sums of `terms` numbers of size 1.
double error(const Numbers& found, const std::vector<double>& wanted, std::int64_t terms) {
  double most = 0;
  for (std::size_t i = 0; i < found.size(); ++i)
    most = std::max(most, std::abs(found[i] - wanted[i]));
  return most / std::sqrt(static_cast<double>(terms));
}

}  // namespace

TEST_CASE("a linear layer forward and backward is the sums it stands for", "[kernels]") {
  for (const std::int64_t rows : {1, 2, 3, 4, 31}) {
    for (const std::int64_t in : {1, 3, 4, 16, 17, 257}) {
      for (const std::int64_t out : {1, 2, 3, 7, 8, 17, 257}) {
        CAPTURE(rows, in, out);
        const auto x = normal(rows * in, 1);
        const auto weight = normal(out * in, 2);
        const auto bias = normal(out, 3);
        const auto dy = normal(rows * out, 4);
        const Linear linear{in, out, weight.data(), bias.data()};
        Numbers scratch(static_cast<std::size_t>(linear_scratch(linear)));

        Numbers y(static_cast<std::size_t>(rows * out));
        std::vector<double> sums(y.size());
        for (std::int64_t row = 0; row < rows; ++row) {
          for (std::int64_t o = 0; o < out; ++o) {
            double sum = value(bias, o);
            for (std::int64_t i = 0; i < in; ++i)
              sum += value(x, row * in + i) * value(weight, o * in + i);
            sums[static_cast<std::size_t>(row * out + o)] = sum;
          }
        }
        linear_forward(linear, rows, x.data(), y.data(), false, scratch.data());
        CHECK(error(y, sums, in) < 5e-6);
        for (auto& sum : sums)
          sum = std::max(sum, 0.0);
        linear_forward(linear, rows, x.data(), y.data(), true, scratch.data());
        CHECK(error(y, sums, in) < 5e-6);

        Numbers dx(static_cast<std::size_t>(rows * in));
        std::vector<double> of_x(dx.size());
        auto dw = normal(out * in, 5);
        auto db = normal(out, 6);
        std::vector<double> of_weight(dw.begin(), dw.end());
        std::vector<double> of_bias(db.begin(), db.end());
        for (std::int64_t row = 0; row < rows; ++row) {
          for (std::int64_t o = 0; o < out; ++o) {
            const double slope = value(dy, row * out + o);
            of_bias[static_cast<std::size_t>(o)] += slope;
            for (std::int64_t i = 0; i < in; ++i) {
              of_x[static_cast<std::size_t>(row * in + i)] += slope * value(weight, o * in + i);
              of_weight[static_cast<std::size_t>(o * in + i)] += slope * value(x, row * in + i);
            }
          }
        }
        linear_backward_input(linear, rows, dy.data(), dx.data());
        CHECK(error(dx, of_x, out) < 5e-6);
        linear_backward_parameters(linear, rows, x.data(), dy.data(), dw.data(), db.data(), scratch.data());
        CHECK(error(dw, of_weight, rows) < 5e-6);
        CHECK(error(db, of_bias, rows) < 5e-6);
      }
    }
  }
}

TEST_CASE("layer norm has rows of mean 0 and variance 1, and the gradient of differences", "[kernels]") {
  for (const std::int64_t width : {2, 3, 17, 64, 257}) {
    CAPTURE(width);
    const std::int64_t rows = 3;
    const auto x = normal(rows * width, 1);
    const auto gain = normal(width, 2);
    const auto shift = normal(width, 3);
    const auto dy = normal(rows * width, 4);
    const LayerNorm norm{width, gain.data(), shift.data(), 1e-5F};
    const auto n = static_cast<std::size_t>(rows * width);
    Numbers y(n);
    Numbers normalised(n);
    Numbers scale(static_cast<std::size_t>(rows));
    layer_norm_forward(norm, rows, x.data(), y.data(), false, normalised.data(), scale.data());

    const auto loss = [&](const std::vector<double>& input) {
      double sum = 0;
      for (std::int64_t row = 0; row < rows; ++row) {
        double mean = 0;
        double squares = 0;
        for (std::int64_t i = 0; i < width; ++i)
          mean += input[static_cast<std::size_t>(row * width + i)] / static_cast<double>(width);
        for (std::int64_t i = 0; i < width; ++i)
          squares += std::pow(input[static_cast<std::size_t>(row * width + i)] - mean, 2);
        const double by = 1 / std::sqrt(squares / static_cast<double>(width) + 1e-5);
        for (std::int64_t i = 0; i < width; ++i) {
          const auto place = row * width + i;
          const double out = (input[static_cast<std::size_t>(place)] - mean) * by * value(gain, i) + value(shift, i);
          sum += out * value(dy, place);
        }
      }
      return sum;
    };
    double found = 0;
    for (std::size_t i = 0; i < n; ++i)
      found += static_cast<double>(y[i]) * dy[i];
    std::vector<double> input(x.begin(), x.end());
    CHECK_THAT(found, Catch::Matchers::WithinAbs(loss(input), 1e-4));

    Numbers dx = dy;
    Numbers of_gain(static_cast<std::size_t>(width));
    Numbers of_shift(static_cast<std::size_t>(width));
    layer_norm_backward(norm, rows, normalised.data(), scale.data(), dx.data(), dx.data(), of_gain.data(),
                        of_shift.data());
    for (std::int64_t i = 0; i < rows * width; i += 1 + width / 5) {
      auto up = input;
      auto down = input;
      up[static_cast<std::size_t>(i)] += 1e-5;
      down[static_cast<std::size_t>(i)] -= 1e-5;
      CHECK_THAT(value(dx, i), Catch::Matchers::WithinAbs((loss(up) - loss(down)) / 2e-5, 2e-4));
    }
    double of_one = 0;
    for (std::int64_t row = 0; row < rows; ++row)
      of_one += value(dy, row * width);
    CHECK_THAT(value(of_shift, 0), Catch::Matchers::WithinAbs(of_one, 1e-5));
  }
}

TEST_CASE("softmax rows sum to 1, and their gradient is that of differences", "[kernels]") {
  for (const std::int64_t n : {1, 2, 3, 17, 100, 257}) {
    CAPTURE(n);
    const auto scores = normal(2 * n, 1);
    const auto slope = normal(2 * n, 2);
    auto weights = scores;
    softmax_rows(2, n, weights.data());
    const auto loss = [&](std::int64_t row, std::int64_t moved, double by) {
      double sum = 0;
      double all = 0;
      for (std::int64_t i = 0; i < n; ++i) {
        const double e = std::exp(value(scores, row * n + i) + (i == moved ? by : 0));
        all += e;
        sum += e * value(slope, row * n + i);
      }
      return sum / all;
    };
    auto gradient = slope;
    softmax_rows_backward(2, n, weights.data(), gradient.data());
    for (std::int64_t row = 0; row < 2; ++row) {
      double sum = 0;
      for (std::int64_t i = 0; i < n; ++i)
        sum += value(weights, row * n + i);
      CHECK_THAT(sum, Catch::Matchers::WithinAbs(1, 1e-5));
      for (std::int64_t i = 0; i < n; i += 1 + n / 7)
        CHECK_THAT(value(gradient, row * n + i),
                   Catch::Matchers::WithinAbs((loss(row, i, 1e-5) - loss(row, i, -1e-5)) / 2e-5, 1e-5));
    }
  }
}

TEST_CASE("what is not a number stays none", "[kernels]") {
  const float none = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  Numbers scores = {1, none, 2, 3, infinity, 0, 1, 2, 3};
  softmax_rows(3, 3, scores.data());
  CHECK(std::isnan(scores[0]));
  CHECK(std::isnan(scores[2]));
  CHECK(std::isnan(scores[3]));
  CHECK(std::isfinite(scores[6]));
  const Numbers weight = {none, 1, 1, 1};
  const Numbers bias = {0, 0};
  const Numbers x = {1, 1};
  Numbers y(2);
  Numbers scratch(64);
  linear_forward({2, 2, weight.data(), bias.data()}, 1, x.data(), y.data(), true, scratch.data());
  CHECK(std::isnan(y[0]));
  CHECK(y[1] == 2);
}

TEST_CASE("the additive score and its gradients are those of plain loops", "[kernels]") {
  const std::int64_t queries = 2;
  for (const std::int64_t tokens : {1, 3, 17}) {
    for (const std::int64_t width : {1, 3, 17, 64}) {
      CAPTURE(tokens, width);
      const auto query = normal(queries * width, 1);
      const auto energy = normal(width, 2);
      const auto keys = normal(tokens * width, 3);
      const auto slope = normal(queries * tokens, 4);
      const AdditiveScore score{queries, tokens, width, query.data(), energy.data()};
      Numbers hidden(static_cast<std::size_t>(queries * tokens * width));
      Numbers scores(static_cast<std::size_t>(queries * tokens));
      additive_forward(score, keys.data(), hidden.data(), scores.data());
      Numbers of_energy(energy.size());
      Numbers of_query(query.size());
      Numbers of_keys(keys.size());
      additive_backward(score, hidden.data(), slope.data(), of_energy.data(), of_query.data(), of_keys.data());
      std::vector<double> sums(scores.size());
      std::vector<double> energy_wanted(energy.size());
      std::vector<double> query_wanted(query.size());
      std::vector<double> keys_wanted(keys.size());
      for (std::int64_t q = 0; q < queries; ++q) {
        for (std::int64_t n = 0; n < tokens; ++n) {
          for (std::int64_t i = 0; i < width; ++i) {
            const double t = std::tanh(value(query, q * width + i) + value(keys, n * width + i));
            const double down = value(slope, q * tokens + n);
            sums[static_cast<std::size_t>(q * tokens + n)] += value(energy, i) * t;
            energy_wanted[static_cast<std::size_t>(i)] += down * t;
            query_wanted[static_cast<std::size_t>(q * width + i)] += down * value(energy, i) * (1 - t * t);
            keys_wanted[static_cast<std::size_t>(n * width + i)] += down * value(energy, i) * (1 - t * t);
          }
        }
      }
      CHECK(error(scores, sums, width) < 3e-6);
      CHECK(error(of_energy, energy_wanted, queries * tokens) < 3e-6);
      CHECK(error(of_query, query_wanted, tokens) < 3e-6);
      CHECK(error(of_keys, keys_wanted, queries) < 3e-6);
    }
  }
}

}  // namespace qarium::kernels_dense_test
