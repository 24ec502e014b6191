// Which kernels OpenBLAS is asked for, of processors that are not this one.
#include "engine/nn/blas_kernel.hpp"
#include "tests/catch.hpp"

namespace qarium::nn_blas_kernel_test {
namespace {

constexpr nn::ProcessorFeatures kOld{false, false};
constexpr nn::ProcessorFeatures kAvx2{true, false};
constexpr nn::ProcessorFeatures kAvx512{true, true};

}  // namespace

TEST_CASE("a processor taken for an old one gets the kernels it can run") {
  CHECK(nn::better_openblas_kernel("Prescott", kAvx512, false) == "SkylakeX");
  CHECK(nn::better_openblas_kernel("Prescott", kAvx2, false) == "Haswell");
  CHECK(nn::better_openblas_kernel("Sandybridge", kAvx2, false) == "Haswell");
  CHECK(nn::better_openblas_kernel("Barcelona", kAvx2, false) == "Haswell");
  CHECK(nn::better_openblas_kernel("prescott", kAvx2, false) == "Haswell");
  CHECK(nn::better_openblas_kernel("Haswell", kAvx512, false) == "SkylakeX");
  CHECK(nn::better_openblas_kernel("Zen", kAvx512, false) == "SkylakeX");
}

TEST_CASE("kernels that use what the processor has stay, and so do names that are not known") {
  CHECK(nn::better_openblas_kernel("Prescott", kOld, false).empty());
  for (const char* kernel : {"Haswell", "Zen", "Excavator"})
    CHECK(nn::better_openblas_kernel(kernel, kAvx2, false).empty());
  for (const char* kernel : {"SkylakeX", "Cooperlake", "SapphireRapids", "Zen9", ""}) {
    CHECK(nn::better_openblas_kernel(kernel, kAvx2, false).empty());
    CHECK(nn::better_openblas_kernel(kernel, kAvx512, false).empty());
  }
}

TEST_CASE("what the user or an earlier start has set stays") {
  CHECK(nn::better_openblas_kernel("Prescott", kAvx512, true).empty());
  CHECK(nn::better_openblas_kernel("Prescott", kAvx2, true).empty());
}

TEST_CASE("what multiplies matrices here has a name") {
  CHECK_FALSE(nn::blas().empty());
  CHECK_THAT(nn::describe_blas(), ContainsSubstring("Products of matrices"));
}

}  // namespace qarium::nn_blas_kernel_test
