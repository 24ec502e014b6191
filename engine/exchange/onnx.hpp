#pragma once
#include <filesystem>

#include "engine/exchange/pytorch.hpp"

namespace qarium::exchange {

/// Writes one step of the network as ONNX, through the user's own Python, which runs what `write_pytorch` writes.
/// Throws core::UserError where there is no Python with torch and onnx, where ONNX cannot say what the network does
/// (the kinds are named), and where the file cannot be written.
void write_onnx(const ExportedNetwork& network, const std::filesystem::path& file);

}  // namespace qarium::exchange
