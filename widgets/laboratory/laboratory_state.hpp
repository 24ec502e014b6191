#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "engine/protocol/laboratory.hpp"
#include "widgets/memory_pictures/kept_pictures.hpp"

namespace qarium::widgets {

inline constexpr std::int64_t kLongestShown = 120;

/// What the Laboratory workspace keeps for itself. How memories are shown is MemoryLook's.
struct LaboratoryState {
  // Kept in the settings file.
  protocol::LaboratoryExperiment experiment;
  std::int64_t length = 20;  ///< of the sequence shown, 1 .. kLongestShown
  bool log_axis = false;     ///< of the bits
  // Splitters: the share that the first side has of what is divided.
  static constexpr float kLeftFraction = 0.2F;
  static constexpr float kMatrixFraction = 0.68F;
  static constexpr float kControlsFraction = 0.62F;
  static constexpr float kAnswerFraction = 0.3F;
  static constexpr float kChainFraction = 0.53F;
  float left_fraction = kLeftFraction;
  float matrix_fraction = kMatrixFraction;      ///< pictures of what they share with the matrix
  float controls_fraction = kControlsFraction;  ///< of their column's height, the curve below
  float answer_fraction = kAnswerFraction;      ///< of its column's height, the memory's pictures below
  float chain_fraction = kChainFraction;        ///< matrix of its column's height, the chain below

  KeptPictures kept;
  KeptPictures answer;               ///< of the pictures of target, answer and error
  protocol::MemoryEpisode verdicts;  ///< these as strips, of the sample with this version
  std::optional<int> cursor;         ///< step looked at; none = the last
  std::optional<int> hovered;        ///< step pointed at in the last frame
  std::optional<int> hovered_next;
  std::uint32_t number = 0;                   ///< of the sequence shown
  std::optional<std::string> started_preset;  ///< with which what is learned was begun
  std::string seed_text;
  bool seed_edited = false;
  std::optional<std::int64_t> held_length;  ///< while the slider is held
  double length_sent_at = 0;
};

}  // namespace qarium::widgets
