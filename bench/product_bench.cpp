// Products of the sizes that updates and acting are made of, interleaved in one run on one thread: ours
// (engine/nn/ops/product_kernels) beside sgemm of the BLAS that LibTorch multiplies with, and of oneDNN and libxsmm
// where CMake has found them (Debian: libdnnl-dev, libxsmm-dev).

#include <cblas.h>

#include "bench/interleaved.hpp"
#include "engine/core/openblas.hpp"
#include "engine/nn/ops/product_kernels.hpp"
#include "engine/nn/runtime.hpp"
#ifdef QARIUM_WITH_DNNL
#include <dnnl.h>
#endif
#ifdef QARIUM_WITH_XSMM
#include <libxsmm.h>
#endif

namespace {

using namespace qarium;

constexpr int kRounds = 15;
constexpr double kFlops = 1e8;  // of a round, about: small products are called more often

struct Shape {
  const char* where;
  std::int64_t rows, columns, depth;
  bool sideways = false;  ///< the activations stand on their side, as in gradients of weights
};
constexpr Shape kShapes[] = {
    {"Breakout, first linear layer", 32, 128, 1024},
    {"Breakout, action values", 32, 6, 128},
    {"Breakout, gradient of the first layer's input", 32, 1024, 128},
    {"CartPole, first layer", 128, 120, 4},
    {"CartPole, second layer", 128, 84, 120},
    {"CartPole, action values", 128, 2, 84},
    {"attention, keys of 64 tokens", 2048, 64, 16},
    {"LSTM of 64, one step of 32 sequences", 32, 256, 64},
    {"LSTM of 64, gradient of recurrent weights", 256, 64, 2048, true},
    {"Breakout, gradient of the first layer's weights", 128, 1024, 32, true},
    {"acting, Breakout", 1, 128, 1024},
    {"acting, CartPole", 1, 84, 120},
};

void compare(const Shape& shape) {
  const auto [where, rows, columns, depth, sideways] = shape;
  const auto width = nn::kernels::padded(columns);
  std::vector<float> x(static_cast<std::size_t>(rows * depth), 0.5F);
  std::vector<float> w(static_cast<std::size_t>(depth * width), 0.25F);
  std::vector<float> y(static_cast<std::size_t>(rows * width));
  const int calls = static_cast<int>(kFlops / static_cast<double>(2 * rows * columns * depth)) + 1;
  nn::kernels::Product product{rows,    columns, depth,    x.data(), sideways ? 1 : depth, w.data(), width,
                               nullptr, 0,       y.data(), width};
  if (sideways) product.activation_step = rows;
  auto ours = [&] { nn::kernels::multiply(product); };
  const auto tell = [&](const char* other, auto& call) {
    char what[128];
    std::snprintf(what, sizeof what, "%s, [%lld, %lld] [%lld, %lld]", where, static_cast<long long>(rows),
                  static_cast<long long>(depth), static_cast<long long>(depth), static_cast<long long>(columns));
    bench::print(what, other, bench::interleave(call, ours, kRounds, calls));
  };
  auto blas = [&] {
    cblas_sgemm(CblasRowMajor, sideways ? CblasTrans : CblasNoTrans, CblasNoTrans, static_cast<int>(rows),
                static_cast<int>(columns), static_cast<int>(depth), 1, x.data(),
                static_cast<int>(sideways ? rows : depth), w.data(), static_cast<int>(width), 0, y.data(),
                static_cast<int>(width));
  };
  tell("BLAS", blas);
#ifdef QARIUM_WITH_DNNL
  auto one_dnn = [&] {
    dnnl_sgemm(sideways ? 'T' : 'N', 'N', rows, columns, depth, 1, x.data(), sideways ? rows : depth, w.data(), width,
               0, y.data(), width);
  };
  tell("oneDNN", one_dnn);
#endif
#ifdef QARIUM_WITH_XSMM
  if (sideways) return;  // it has no kernel for that
  // It multiplies columns: y' = w' x', and its kernel is made beforehand, for this size alone.
  const int m = static_cast<int>(columns), n = static_cast<int>(rows), k = static_cast<int>(depth);
  const int lda = static_cast<int>(width), ldb = k, ldc = lda;
  const float one = 1, zero = 0;
  if (const auto kernel = libxsmm_smmdispatch(m, n, k, &lda, &ldb, &ldc, &one, &zero, nullptr, nullptr)) {
    auto xsmm = [&] { kernel(w.data(), x.data(), y.data()); };
    tell("libxsmm", xsmm);
  } else {
    std::printf("%s: libxsmm has no kernel of this size\n", where);
  }
#endif
}

}  // namespace

int main(int /*count*/, char** arguments) {
  core::restart_with_better_openblas_kernel(arguments);
  nn::prepare_thread(1);
#ifdef QARIUM_WITH_XSMM
  libxsmm_init();
#endif
  for (const auto& shape : kShapes)
    compare(shape);
  return 0;
}
