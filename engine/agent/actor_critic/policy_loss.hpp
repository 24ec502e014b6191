#pragma once
#include <span>
#include <vector>

namespace qarium::agent {

/// One sample of a rollout as the loss sees it.
struct PolicySample {
  int action = 0;
  float log_probability = 0;  ///< of the action, when it was taken
  float advantage = 0;
  float target = 0;  ///< what V(s) should be
};

struct PolicyLossOptions {
  double clip_range = 0;  ///< below 0: the plain policy gradient of A2C
  double ent_coef = 0;
  double vf_coef = 0.5;
};

/// Means over the samples.
struct PolicyLoss {
  double loss = 0;
  double policy_loss = 0;
  double value_loss = 0;  ///< squared error
  double entropy = 0;
  double approx_kl = 0;  ///< of the policy from that of the rollout: (ratio - 1) - ln ratio (Schulman 2020)
  double clip_fraction = 0;
};

/// What actor and critic minimise, and its gradient with respect to the outputs [n, A + 1], logits and a state value,
/// into `slope`. With c = clip_range (Schulman 2017, equation 9): -min(ratio A, clip(ratio, 1 - c, 1 + c) A) + vf_coef
/// (V - target)^2 - ent_coef entropy, as Stable-Baselines3 weighs them. Without it (Mnih 2016): -log pi(a | s) A in the
/// first place.
PolicyLoss policy_loss(std::span<const float> outputs, std::span<const PolicySample> samples,
                       const PolicyLossOptions& options, std::span<float> slope);

/// Brings advantages to mean 0 and standard deviation 1, as far as there are two.
void normalise_advantages(std::span<PolicySample> samples);

/// ln softmax of some logits.
void log_softmax(std::span<const float> logits, std::vector<double>& out);

}  // namespace qarium::agent
