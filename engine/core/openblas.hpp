#pragma once
#include <string>
#include <string_view>

namespace qarium::core {

/// OpenBLAS chooses its kernels by the processor's model when it is loaded. One that is newer than the library is taken
/// for the oldest it knows, and products take several times as long: the variable OPENBLAS_CORETYPE then says better.

/// What decides which kernels a processor can run.
struct ProcessorFeatures {
  bool avx2 = false;    ///< with FMA
  bool avx512 = false;  ///< F, CD, BW, DQ and VL
};
ProcessorFeatures processor_features();

/// The kernel to ask OpenBLAS for in place of `chosen`, which it took by itself: "Haswell" or "SkylakeX". Empty where
/// `chosen` makes use of what the processor has, or is not known here. `already_set`: the user, or an earlier start of
/// this program, has said which.
std::string better_openblas_kernel(std::string_view chosen, const ProcessorFeatures& processor, bool already_set);

/// Starts the program anew, once, with a better kernel where there is one, and then does not return. To be called
/// before anything else.
void restart_with_better_openblas_kernel(char** arguments);

/// OpenBLAS takes room for a product (128 MB of addresses) when it first needs it, keeps it for later ones, and where
/// there is none it tries forever. This takes it beforehand, for so many products at the same time. Throws
/// core::UserError where there is no room. Nothing where another library multiplies.
void reserve_openblas_buffers(int products);

/// "OpenBLAS 0.3.21 Haswell"; empty where another library multiplies matrices.
std::string openblas();

/// A sentence for people where the program was started anew; empty elsewhere.
std::string openblas_restart();

}  // namespace qarium::core
