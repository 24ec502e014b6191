#pragma once
#include <cstdint>
#include <string>

namespace qarium::core {

/// What results are bound to beside seed and configuration: where all of it is the same, so are the parameters, bit for
/// bit, on a CPU.
struct Circumstances {
  std::string build;            ///< version and commit of this program
  std::string libtorch;         ///< version
  std::string instruction_set;  ///< of our own kernels: "avx2"
  std::string blas;             ///< what multiplies matrices: "OpenBLAS 0.3.21 Haswell"; empty in older journals
  std::string device;           ///< "CPU, 1 thread"
  std::int64_t threads = 1;
};

}  // namespace qarium::core
