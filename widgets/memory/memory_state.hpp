#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "widgets/memory_pictures/kept_pictures.hpp"

namespace qarium::widgets {

/// What the next click on a picture or slot is for.
enum class Picking : std::uint8_t {
  Nothing,
  Content,  ///< what the chosen slot is overwritten with
  State,    ///< the moment whose state is taken
};

/// What the Memory workspace keeps for itself. How memories are shown is MemoryLook's.
struct MemoryState {
  // Kept in the settings file. Splitters: the share that the first side has of what is divided.
  static constexpr float kLeftFraction = 0.215F;
  static constexpr float kMatrixFraction = 0.68F;
  static constexpr float kStageFraction = 0.3F;
  static constexpr float kValuesFraction = 0.33F;
  static constexpr float kCounterfactualFraction = 0.7F;
  static constexpr float kInterventionFraction = 0.72F;
  float left_fraction = kLeftFraction;
  float matrix_fraction = kMatrixFraction;                  ///< pictures of what they share with the matrix
  float stage_fraction = kStageFraction;                    ///< stage of its column's height
  float values_fraction = kValuesFraction;                  ///< action values of what they share with the chain below
  float counterfactual_fraction = kCounterfactualFraction;  ///< pictures of their column's height, the rollout below
  float intervention_fraction = kInterventionFraction;      ///< matrix of its column's height, interventions below

  KeptPictures kept;
  Picking picking = Picking::Nothing;
  std::vector<std::string> left_out;  ///< parts of the state that an exchange leaves alone
};

}  // namespace qarium::widgets
