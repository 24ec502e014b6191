#pragma once
#include <memory>
#include <span>
#include <vector>

#include "engine/agent/replay/replay_buffer.hpp"
#include "engine/config/hyperparameters.hpp"
#include "engine/nn/head/returns.hpp"

namespace qarium::agent {

/// What the networks gave for one transition. N numbers stand for the return of an action (nn::Returns).
struct StepOutputs {
  std::span<const float> here;         ///< [N] of the action taken in s, by the online network
  std::span<const float> fractions;    ///< [N] of an implicit distribution: what `here` was asked for
  std::span<const float> next;         ///< [N'] of the greedy action in s', by the target network
  std::span<const float> here_target;  ///< [A] in s, by the target network; with munchausen alone
  std::span<const float> next_target;  ///< [A] in s', likewise
};

/// What one transition brings to the loss, before its importance weight.
struct StepLoss {
  float loss = 0;
  float q = 0;         ///< mean return of the action taken
  float y = 0;         ///< mean of its target
  float priority = 0;  ///< what replay samples it by
};

/// How the target of Q-learning and the loss are made of what the networks gave: METHODS sections 4 and 6.
/// Distributions do not stand in a network by themselves; this is the family's.
class ValueLoss {
 public:
  virtual ~ValueLoss() = default;
  /// `slope` [N]: the loss's gradient with respect to `here`, written.
  virtual StepLoss of(const Transition& step, const StepOutputs& outputs, std::span<float> slope) = 0;
};

/// What these hyperparameters say: Huber or squared, Munchausen, of a distribution by its kind.
std::unique_ptr<ValueLoss> make_value_loss(const config::Hyperparameters& hyperparameters, const nn::Returns& returns);

/// Of one number: y = R + discount Q'(s', a'), optionally on the scale of h, or Munchausen's.
std::unique_ptr<ValueLoss> make_scalar_loss(const config::Hyperparameters& hyperparameters);
/// Cross-entropy with the projected target (C51, Bellemare 2017, algorithm 1).
std::unique_ptr<ValueLoss> make_categorical_loss(const nn::Returns& returns);
/// Quantile Huber loss with kappa = 1, summed over the N quantiles, mean over the N' of the target (Dabney 2018,
/// equation 10; with drawn fractions Dabney 2018b, equation 3).
std::unique_ptr<ValueLoss> make_quantile_loss();

/// y = r + alpha [tau ln pi(a|s)] between clip and 0 + discount sum over a' of pi(a'|s') (Q'(s',a') - tau ln
/// pi(a'|s')), pi = softmax(Q' / tau)  (Vieillard 2020, equation 3)
double munchausen_target(const Transition& step, std::span<const float> here_target, std::span<const float> next_target,
                         const config::Hyperparameters& hyperparameters);

/// The distribution of R + discount Z on the atoms, from the probabilities of Z.
void project(double reward, double discount, std::span<const double> probabilities, const nn::Returns& returns,
             std::vector<double>& projected);

}  // namespace qarium::agent
