#pragma once
#include <torch/torch.h>

#include <string>
#include <vector>

#include "engine/core/archive.hpp"
#include "engine/nn/flat_parameters.hpp"

namespace qarium::agent {

/// Adds what is laid out as the parameters (`flat`: values, moments) to an archive, each slice under `prefix` and its
/// name.
void save_flat(core::Archive& archive, const torch::Tensor& flat, const std::vector<nn::ParameterSlice>& slices,
               const std::string& prefix);

/// The way back. Throws core::UserError where an array is missing, has another shape or holds what is no finite number;
/// `flat` is unchanged then.
void restore_flat(const core::Archive& archive, const std::vector<nn::ParameterSlice>& slices,
                  const std::string& prefix, torch::Tensor& flat);

}  // namespace qarium::agent
