#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "engine/config/hyperparameters.hpp"
#include "engine/env/environment.hpp"

namespace qarium::nn {

/// What the numbers that the Head gives for one action say of its return (METHODS section 6).
struct Returns {
  enum class Kind {
    Mean,         ///< one number: its mean, an action value
    Categorical,  ///< N logits of atoms at equal distances on [v_min, v_max] (C51, Bellemare 2017)
    Quantile,     ///< N quantiles (QR-DQN, Dabney 2018), of given fractions
    Implicit,     ///< as many quantiles as fractions are asked for (IQN, Dabney 2018b)
  };
  Kind kind = Kind::Mean;
  std::int64_t numbers = 1;  ///< of an action; of an implicit one where nobody says which fractions
  float v_min = 0;
  float v_max = 0;

  friend bool operator==(const Returns&, const Returns&) = default;

  bool distributional() const { return kind != Kind::Mean; }
  /// The return that atom i stands for.
  float atom(std::size_t i) const {
    return v_min + (v_max - v_min) * static_cast<float>(i) / static_cast<float>(numbers - 1);
  }
  /// The mean return by an action's numbers.
  float mean(std::span<const float> of_action) const;
  /// Of rows of `actions` times as many numbers -> means [rows, actions].
  void means(std::span<const float> outputs, std::size_t rows, std::size_t actions, std::vector<float>& out) const;
  /// Of one row, as a picture of it wants it: probabilities of atoms, or quantiles in ascending order.
  std::vector<float> shown(std::span<const float> outputs, std::size_t actions) const;
};

/// Of the network that these make. Where head.v_min and head.v_max are equal the atoms reach over what returns are
/// possible by the environment's rewards and gamma; over -10 to 10 where that is not known.
Returns returns_of(const config::Hyperparameters& hyperparameters, const env::EnvironmentSpec& spec);

/// Probabilities from logits, in double.
void softmax(std::span<const float> logits, std::vector<double>& probabilities);

/// Fractions of a quantile each, (i - 0.5) / n (Dabney 2018, lemma 2).
std::vector<float> midpoints(std::size_t n);

/// Quantiles asked of an implicit distribution by whoever acts or looks (K in Dabney 2018b).
inline constexpr std::int64_t kActingFractions = 32;

}  // namespace qarium::nn
