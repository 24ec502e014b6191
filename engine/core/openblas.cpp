#include "engine/core/openblas.hpp"

#include <dlfcn.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <sstream>
#include <vector>

#include "engine/core/error.hpp"

namespace qarium::core {
namespace {

constexpr const char* kCoreType = "OPENBLAS_CORETYPE";
/// Set by the first start for the second: the kernel that OpenBLAS had chosen.
constexpr const char* kChosenAtFirst = "QARIUM_OPENBLAS_CHOSE";

/// Of one product, with what it is aligned to.
constexpr std::size_t kOpenblasBuffer = std::size_t{130} << 20;

constexpr std::string_view kWithoutAvx2[] = {
    "generic", "katmai",    "coppermine", "northwood",   "prescott",     "banias",     "atom",
    "core2",   "penryn",    "dunnington", "nehalem",     "athlon",       "opteron",    "barcelona",
    "bobcat",  "bulldozer", "nano",       "sandybridge", "opteron_sse3", "piledriver", "steamroller"};
constexpr std::string_view kWithoutAvx512[] = {"haswell", "zen", "excavator"};

/// What OpenBLAS's function of this name, which takes nothing, answers; empty where BLAS is another.
std::string ask_openblas(const char* function) {
  void* symbol = dlsym(RTLD_DEFAULT, function);
  const char* answer = symbol == nullptr ? nullptr : reinterpret_cast<const char* (*)()>(symbol)();
  return answer == nullptr ? std::string() : answer;
}

std::string chosen_kernel() {
  return ask_openblas("openblas_get_corename");
}

/// The second word of "OpenBLAS 0.3.21 NO_AFFINITY ...".
std::string openblas_version() {
  std::istringstream words(ask_openblas("openblas_get_config"));
  std::string name, version;
  words >> name >> version;
  return version;
}

}  // namespace

ProcessorFeatures processor_features() {
#if defined(__x86_64__) && defined(__GNUC__)
  return {__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"),
          __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") &&
              __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
              __builtin_cpu_supports("avx512vl")};
#else
  return {};
#endif
}

std::string better_openblas_kernel(std::string_view chosen, const ProcessorFeatures& processor, bool already_set) {
  if (already_set) return {};
  std::string name(chosen);
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  const auto is_in = [&](const auto& names) {
    return std::find(std::begin(names), std::end(names), name) != std::end(names);
  };
  const bool without_avx2 = is_in(kWithoutAvx2);
  if (processor.avx512 && (without_avx2 || is_in(kWithoutAvx512))) return "SkylakeX";
  if (processor.avx2 && without_avx2) return "Haswell";
  return {};
}

void restart_with_better_openblas_kernel(char** arguments) {
  const auto chosen = chosen_kernel();
  const bool already_set = std::getenv(kCoreType) != nullptr || std::getenv(kChosenAtFirst) != nullptr;
  const auto better = better_openblas_kernel(chosen, processor_features(), already_set);
  if (better.empty()) return;
  setenv(kChosenAtFirst, chosen.c_str(), 1);
  setenv(kCoreType, better.c_str(), 1);
  execv("/proc/self/exe", arguments);
  unsetenv(kChosenAtFirst);  // not started anew: it goes on as it was
  unsetenv(kCoreType);
}

void reserve_openblas_buffers(int products) {
  const auto take = reinterpret_cast<void* (*)(int)>(dlsym(RTLD_DEFAULT, "blas_memory_alloc"));
  const auto give_back = reinterpret_cast<void (*)(void*)>(dlsym(RTLD_DEFAULT, "blas_memory_free"));
  if (take == nullptr || give_back == nullptr) return;
  const auto bytes = static_cast<std::size_t>(products) * kOpenblasBuffer;
  void* room = std::malloc(bytes);
  if (room == nullptr) {
    throw UserError("there is not enough memory: OpenBLAS needs " + std::to_string(bytes >> 20) +
                    " MB of addresses for its products; raise the limit (ulimit -v)");
  }
  std::free(room);
  std::vector<void*> buffers;
  buffers.reserve(static_cast<std::size_t>(products));
  for (int i = 0; i < products; ++i)
    buffers.push_back(take(0));
  for (void* buffer : buffers)
    give_back(buffer);
}

std::string openblas() {
  const auto kernel = chosen_kernel();
  return kernel.empty() ? std::string() : "OpenBLAS " + openblas_version() + " " + kernel;
}

std::string openblas_restart() {
  const char* chosen = std::getenv(kChosenAtFirst);
  if (chosen == nullptr) return {};
  return "OpenBLAS took this processor for " + std::string(chosen) + ": Qarium named better kernels and started anew.";
}

}  // namespace qarium::core
