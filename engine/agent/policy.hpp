#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/agent/recurrent_state.hpp"
#include "engine/core/archive.hpp"
#include "engine/core/random.hpp"
#include "engine/core/stages.hpp"
#include "engine/nn/encoder/token_grid.hpp"
#include "engine/nn/intervention.hpp"
#include "engine/protocol/attention_view.hpp"
#include "engine/protocol/critic_view.hpp"
#include "engine/protocol/memory_view.hpp"
#include "engine/protocol/return_distribution.hpp"
#include "engine/protocol/snapshot.hpp"

namespace qarium::agent {

/// Observations as they are stored, each spec.observation_space.bytes() long.
using Observations = std::span<const std::span<const std::byte>>;

/// What a policy answers to n observations. Valid until its next answer.
struct PolicyOutput {
  /// [n, A]: the number by which the greedy action is chosen: an action value, the mean of a distribution, a logit.
  /// Interventions, counterfactuals and tests of faithfulness measure with it, whatever the family.
  std::span<const float> preferences;
  /// [n] V(s), where the family has it beside the preferences; else empty.
  std::span<const float> state_values;
};

/// What one observation brought about inside.
struct Inspection {
  std::vector<float> preferences;                    ///< [A]
  std::optional<float> state_value;                  ///< V(s), where the family has it
  std::optional<protocol::AttentionView> attention;  ///< without landmarks; empty where the network has none
  std::optional<protocol::CriticView> critic;        ///< where the critic has attention
  std::shared_ptr<protocol::MemoryView> memory;      ///< null where the network has none
  std::vector<float> memory_input;                   ///< what the memory was given
  RecurrentState after;                              ///< one row
};

/// An agent that answers observations: bytes in, preferences out. Nothing outside a family of learners asks which one
/// it is. One thread only.
class Policy {
 public:
  virtual ~Policy() = default;

  virtual int actions() const = 0;
  /// Whether anything is carried from step to step, by a memory or by a critic with attention: then what came before
  /// matters.
  virtual bool recurrent() const = 0;
  /// What n environments carry that each begin an episode.
  virtual RecurrentState begin(std::size_t n) = 0;

  /// As at the beginning of an episode.
  virtual PolicyOutput evaluate(Observations observations) = 0;
  /// Moves `state` on by one step. Its rows are those of the observations.
  virtual PolicyOutput evaluate(Observations observations, RecurrentState& state) = 0;
  /// The same under an intervention.
  virtual PolicyOutput evaluate(Observations observations, RecurrentState& state,
                                const nn::Intervention& intervention) = 0;

  /// Of a row of the last answer, where returns are distributions.
  virtual std::optional<protocol::ReturnDistribution> return_distribution(std::size_t /*row*/) const { return {}; }

  /// The same with a look inside, for each row; `state` is not moved, and null where each row begins an episode.
  virtual std::vector<Inspection> inspect(Observations observations, const RecurrentState* state,
                                          const nn::Intervention& intervention = {}, bool with_matrix = false) = 0;
  /// Where the tokens that attention weighs lie.
  virtual nn::TokenGrid token_grid() const = 0;
  virtual protocol::NetworkView describe() = 0;

  /// All parameters as one line of numbers, and back. Both are `parameter_count` long.
  virtual std::size_t parameter_count() const = 0;
  virtual void copy_parameters(std::span<float> out) = 0;
  virtual void set_parameters(std::span<const float> values) = 0;
  /// Takes the weights that a checkpoint holds under their own names. Throws core::UserError where one is missing or
  /// has another shape; it is as it was then.
  virtual void restore(const core::Archive& archive) = 0;
  /// Draws a stage's parameters anew.
  virtual void redraw(core::Stage stage, core::RandomStream stream) = 0;
  /// The same on the CPU, to be inspected while this one goes on.
  virtual std::unique_ptr<Policy> clone() = 0;

  /// To be called once by the thread that uses it, where that is not the one that made it.
  virtual void prepare_thread() const {}
};

/// Index of the largest preference; the first of equals.
inline int greedy(std::span<const float> preferences) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < preferences.size(); ++i) {
    if (preferences[best] < preferences[i]) best = i;
  }
  return static_cast<int>(best);
}

}  // namespace qarium::agent
