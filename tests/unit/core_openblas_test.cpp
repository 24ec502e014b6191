// Which kernels OpenBLAS is asked for, of processors that are not this one.
#include "engine/core/openblas.hpp"
#include "tests/catch.hpp"

namespace qarium::core_openblas_test {
namespace {

constexpr core::ProcessorFeatures kOld{false, false};
constexpr core::ProcessorFeatures kAvx2{true, false};
constexpr core::ProcessorFeatures kAvx512{true, true};

}  // namespace

TEST_CASE("a processor taken for an old one gets the kernels it can run") {
  CHECK(core::better_openblas_kernel("Prescott", kAvx512, false) == "SkylakeX");
  CHECK(core::better_openblas_kernel("Prescott", kAvx2, false) == "Haswell");
  CHECK(core::better_openblas_kernel("Sandybridge", kAvx2, false) == "Haswell");
  CHECK(core::better_openblas_kernel("Barcelona", kAvx2, false) == "Haswell");
  CHECK(core::better_openblas_kernel("prescott", kAvx2, false) == "Haswell");
  CHECK(core::better_openblas_kernel("Haswell", kAvx512, false) == "SkylakeX");
  CHECK(core::better_openblas_kernel("Zen", kAvx512, false) == "SkylakeX");
}

TEST_CASE("kernels that use what the processor has stay, and so do names that are not known") {
  CHECK(core::better_openblas_kernel("Prescott", kOld, false).empty());
  for (const char* kernel : {"Haswell", "Zen", "Excavator"})
    CHECK(core::better_openblas_kernel(kernel, kAvx2, false).empty());
  for (const char* kernel : {"SkylakeX", "Cooperlake", "SapphireRapids", "Zen9", ""}) {
    CHECK(core::better_openblas_kernel(kernel, kAvx2, false).empty());
    CHECK(core::better_openblas_kernel(kernel, kAvx512, false).empty());
  }
}

TEST_CASE("what the user or an earlier start has set stays") {
  CHECK(core::better_openblas_kernel("Prescott", kAvx512, true).empty());
  CHECK(core::better_openblas_kernel("Prescott", kAvx2, true).empty());
}

}  // namespace qarium::core_openblas_test
