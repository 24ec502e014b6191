#include "engine/nn/runtime.hpp"

#include <ATen/Context.h>
#include <dlfcn.h>

#include "engine/core/error.hpp"
#include "engine/core/openblas.hpp"
#include "engine/core/version.hpp"
#include "engine/nn/ops/flat_kernels.hpp"

namespace qarium::nn {

torch::Device resolve_device(const std::string& wanted) {
  if (wanted == "cpu") return torch::kCPU;
  if (wanted != "auto" && wanted != "cuda") {
    throw core::UserError("device '" + wanted + "' is unknown: it must be auto, cpu or cuda");
  }
  if (torch::cuda::is_available()) return torch::Device(torch::kCUDA, 0);
  if (wanted == "auto") return torch::kCPU;
  throw core::UserError(
      "device 'cuda' is not available: this LibTorch is built without CUDA, or no GPU is there; use "
      "--device cpu");
}

std::string describe_device(torch::Device device, std::int64_t threads) {
  if (!device.is_cpu()) return "CUDA";
  return "CPU, " + std::to_string(threads) + (threads == 1 ? " thread" : " threads");
}

void prepare_thread(std::int64_t threads) {
  at::set_num_threads(static_cast<int>(threads));
  at::globalContext().setFlushDenormal(true);
  // OpenBLAS has one number of threads for the whole process: were it anyone's hyperparameter, it would decide how
  // another thread's products are summed.
  if (void* symbol = dlsym(RTLD_DEFAULT, "openblas_set_num_threads")) reinterpret_cast<void (*)(int)>(symbol)(1);
}

core::Circumstances circumstances(torch::Device device, std::int64_t threads) {
  auto blas = core::openblas();
  if (blas.empty()) blas = at::hasMKL() ? "MKL" : "unknown";
  return {core::build(), TORCH_VERSION, kernel_instruction_set(), blas, describe_device(device, threads), threads};
}

}  // namespace qarium::nn
