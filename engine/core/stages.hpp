#pragma once
#include <array>
#include <cstddef>
#include <string_view>

namespace qarium::core {

/// The five stages that every network is a row of: observation -> Encoder -> Attention -> Memory -> Fusion -> Head.
enum class Stage { Encoder, Attention, Memory, Fusion, Head };
inline constexpr std::array kStages = {Stage::Encoder, Stage::Attention, Stage::Memory, Stage::Fusion, Stage::Head};

/// "encoder": as in names of weights, sections of the configuration, folders.
constexpr std::string_view stage_word(Stage stage) {
  constexpr std::array<std::string_view, kStages.size()> kWords = {"encoder", "attention", "memory", "fusion", "head"};
  return kWords[static_cast<std::size_t>(stage)];
}

}  // namespace qarium::core
