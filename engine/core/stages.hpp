#pragma once
#include <array>

namespace qarium::core {

/// The five stages that every network is a row of: observation -> Encoder -> Attention -> Memory -> Fusion -> Head.
enum class Stage { Encoder, Attention, Memory, Fusion, Head };
inline constexpr std::array kStages = {Stage::Encoder, Stage::Attention, Stage::Memory, Stage::Fusion, Stage::Head};

}  // namespace qarium::core
