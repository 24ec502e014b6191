// Scanned memories on float pointers against the same in double, and their gradients by differences, over sizes that
// fill no vector.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <vector>

#include "engine/nn/ops/scan_kernels.hpp"
#include "tests/catch.hpp"
#include "tests/unit/normal_numbers.hpp"

namespace qarium::kernels_scan_test {

using namespace nn::kernels;
using Numbers = std::vector<float>;
using Doubles = std::vector<double>;

namespace {

Numbers normal(std::int64_t n, unsigned seed) {
  return tests::normal_numbers<float>(n, seed);
}

std::size_t at(std::int64_t i) {
  return static_cast<std::size_t>(i);
}

double logistic(double x) {
  return 1 / (1 + std::exp(-x));
}

/// All outputs [T, B, H] of a min_gru.
Doubles plain_min_gru(const ScanExtent& e, const Doubles& sums, const Doubles& first) {
  Doubles all(at(e.steps * e.row()));
  auto h = first;
  for (std::int64_t t = 0; t < e.steps; ++t) {
    for (std::int64_t i = 0; i < e.row(); ++i) {
      const auto sample = (t * e.batch + i / e.units) * 2 * e.units;
      const double z = logistic(sums[at(sample + i % e.units)]);
      h[at(i)] = (1 - z) * h[at(i)] + z * sums[at(sample + e.units + i % e.units)];
      all[at(t * e.row() + i)] = h[at(i)];
    }
  }
  return all;
}

/// All states [T, B, 2 H] of an lru; `lambda` [3, H].
Doubles plain_lru(const ScanExtent& e, const Doubles& lambda, const Doubles& inputs, const Doubles& first) {
  Doubles all(at(2 * e.steps * e.row()));
  auto h = first;
  for (std::int64_t t = 0; t < e.steps; ++t) {
    for (std::int64_t b = 0; b < e.batch; ++b) {
      for (std::int64_t n = 0; n < e.units; ++n) {
        const auto real = at(b * 2 * e.units + n);
        const auto imaginary = real + at(e.units);
        const auto in = at(2 * t * e.row() + b * 2 * e.units + n);
        const double old = h[real];
        const double turned = h[imaginary];
        const double scale = lambda[at(2 * e.units + n)];
        h[real] = lambda[at(n)] * old - lambda[at(e.units + n)] * turned + scale * inputs[in];
        h[imaginary] = lambda[at(n)] * turned + lambda[at(e.units + n)] * old + scale * inputs[in + at(e.units)];
        all[in] = h[real];
        all[in + at(e.units)] = h[imaginary];
      }
    }
  }
  return all;
}

Doubles doubles(const Numbers& all) {
  return {all.begin(), all.end()};
}

void check_close(const Numbers& found, const Doubles& wanted, double margin) {
  REQUIRE(found.size() == wanted.size());
  double most = 0;
  for (std::size_t i = 0; i < found.size(); ++i)
    most = std::max(most, std::abs(found[i] - wanted[i]));
  CHECK(most < margin);
}

/// The gradient of sum(direction * f(x)) by central differences.
Doubles differences(const std::function<Doubles(const Doubles&)>& f, Doubles x, const Numbers& direction) {
  constexpr double kStep = 1e-6;
  const auto loss = [&] {
    const auto y = f(x);
    double sum = 0;
    for (std::size_t i = 0; i < y.size(); ++i)
      sum += direction[i] * y[i];
    return sum;
  };
  Doubles gradient(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double before = x[i];
    x[i] = before + kStep;
    const double up = loss();
    x[i] = before - kStep;
    gradient[i] = (up - loss()) / (2 * kStep);
    x[i] = before;
  }
  return gradient;
}

}  // namespace

TEST_CASE("a min_gru's scan and its way back are those of its equation", "[kernels]") {
  for (const std::int64_t units : {1, 3, 17, 257}) {
    for (const std::int64_t batch : {1, 2, 31}) {
      const ScanExtent e{4, batch, units};
      CAPTURE(units, batch);
      const auto sums = normal(e.steps * batch * 2 * units, 1);
      const auto first = normal(e.row(), 2);
      auto kept = sums;
      Numbers outputs(at(e.steps * e.row()));
      min_gru_scan(e, kept.data(), first.data(), outputs.data());
      check_close(outputs, plain_min_gru(e, doubles(sums), doubles(first)), 1e-5);
      if (units * batch > 60) continue;

      const auto direction = normal(e.steps * e.row(), 3);
      Numbers h_gradient(at(e.row()), 0);
      Numbers sums_gradient(sums.size());
      min_gru_scan_backward(e, kept.data(), first.data(), outputs.data(), direction.data(), h_gradient.data(),
                            sums_gradient.data());
      const auto of_sums = [&](const Doubles& x) { return plain_min_gru(e, x, doubles(first)); };
      const auto of_first = [&](const Doubles& x) { return plain_min_gru(e, doubles(sums), x); };
      check_close(sums_gradient, differences(of_sums, doubles(sums), direction), 1e-4);
      check_close(h_gradient, differences(of_first, doubles(first), direction), 1e-4);
    }
  }
}

TEST_CASE("an lru's scan and its way back are those of its equation", "[kernels]") {
  for (const std::int64_t units : {1, 3, 17, 257}) {
    for (const std::int64_t batch : {1, 2, 31}) {
      const ScanExtent e{4, batch, units};
      CAPTURE(units, batch);
      const auto inputs = normal(2 * e.steps * e.row(), 4);
      const auto first = normal(2 * e.row(), 5);
      auto lambda = normal(3 * units, 6);
      for (auto& value : lambda)
        value *= 0.5F;
      const Eigenvalues eigenvalues{lambda.data(), lambda.data() + units, lambda.data() + 2 * units};
      Numbers states(inputs.size());
      lru_scan(e, eigenvalues, inputs.data(), first.data(), states.data());
      check_close(states, plain_lru(e, doubles(lambda), doubles(inputs), doubles(first)), 1e-4);
      if (units * batch > 60) continue;

      const auto direction = normal(2 * e.steps * e.row(), 7);
      Numbers h_gradient(first.size(), 0);
      Numbers inputs_gradient(inputs.size());
      Numbers gradient(lambda.size(), 0);
      lru_scan_backward(e, eigenvalues, inputs.data(), first.data(), states.data(), direction.data(), h_gradient.data(),
                        {gradient.data(), gradient.data() + units, gradient.data() + 2 * units},
                        inputs_gradient.data());
      const auto of_inputs = [&](const Doubles& x) { return plain_lru(e, doubles(lambda), x, doubles(first)); };
      const auto of_first = [&](const Doubles& x) { return plain_lru(e, doubles(lambda), doubles(inputs), x); };
      const auto of_lambda = [&](const Doubles& x) { return plain_lru(e, x, doubles(inputs), doubles(first)); };
      check_close(inputs_gradient, differences(of_inputs, doubles(inputs), direction), 1e-4);
      check_close(h_gradient, differences(of_first, doubles(first), direction), 1e-4);
      check_close(gradient, differences(of_lambda, doubles(lambda), direction), 1e-3);
    }
  }
}

TEST_CASE("a gated residual and its way back, and what is not a number stays so", "[kernels]") {
  const std::int64_t rows = 3;
  const std::int64_t units = 17;
  const auto x = normal(rows * units, 8);
  const auto sums = normal(rows * 2 * units, 9);
  auto gates = sums;
  Numbers y(x.size());
  gated_residual(rows, units, x.data(), gates.data(), y.data());
  const auto plain = [&](const Doubles& its) {
    Doubles all(x.size());
    for (std::int64_t i = 0; i < rows * units; ++i) {
      const auto first = at(i / units * 2 * units + i % units);
      all[at(i)] = x[at(i)] + its[first] * logistic(its[first + at(units)]);
    }
    return all;
  };
  check_close(y, plain(doubles(sums)), 1e-5);
  const auto direction = normal(rows * units, 10);
  Numbers gradient(sums.size());
  gated_residual_backward(rows, units, gates.data(), direction.data(), gradient.data());
  check_close(gradient, differences(plain, doubles(sums), direction), 1e-4);

  auto bad = sums;
  bad[at(units)] = NAN;
  gated_residual(rows, units, x.data(), bad.data(), y.data());
  CHECK(std::isnan(y[0]));
}

}  // namespace qarium::kernels_scan_test
