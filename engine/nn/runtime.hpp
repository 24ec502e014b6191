#pragma once
#include <torch/torch.h>

#include <string>

#include "engine/core/circumstances.hpp"

namespace qarium::nn {

/// The device that "auto", "cpu" or "cuda" means here. Throws core::UserError for another word, or for "cuda" where
/// LibTorch or the machine has none.
torch::Device resolve_device(const std::string& wanted);

/// "CPU, 1 thread" or "CUDA (NVIDIA ...)".
std::string describe_device(torch::Device device, std::int64_t threads);

/// To be called at the start of every thread that computes: fixes the number of threads inside one operation of Torch,
/// which is a setting of each thread, holds OpenBLAS to one, whose setting is the process's, and flushes denormal
/// numbers to zero, which dead units would otherwise fill it with.
void prepare_thread(std::int64_t threads);

/// What results are bound to when they are computed here.
core::Circumstances circumstances(torch::Device device, std::int64_t threads);

}  // namespace qarium::nn
