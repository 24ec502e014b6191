#pragma once

/// QARIUM_INLINE before a function makes it a part of whatever calls it, and so compiled for the caller's instructions.
#define QARIUM_INLINE inline __attribute__((always_inline))

/// QARIUM_CLONES before a function compiles it for AVX2 and AVX-512 as well as the baseline; the best is chosen when
/// the program starts. Sanitizers instrument the resolvers that choose before they are ready to run: one version then.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#if defined(__clang__)
#define QARIUM_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define QARIUM_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#endif
#else
#define QARIUM_CLONES
#endif
