#include "engine/agent/actor_critic/policy_loss.hpp"

#include <algorithm>
#include <cmath>

namespace qarium::agent {

void log_softmax(std::span<const float> logits, std::vector<double>& out) {
  const double most = *std::ranges::max_element(logits);
  double sum = 0;
  for (const float logit : logits)
    sum += std::exp(logit - most);
  const double shift = most + std::log(sum);
  out.clear();
  for (const float logit : logits)
    out.push_back(logit - shift);
}

void normalise_advantages(std::span<PolicySample> samples) {
  if (samples.size() < 2) return;
  const auto n = static_cast<double>(samples.size());
  double mean = 0;
  for (const auto& sample : samples)
    mean += sample.advantage / n;
  double variance = 0;
  for (const auto& sample : samples)
    variance += (sample.advantage - mean) * (sample.advantage - mean) / (n - 1);
  const double scale = 1 / (std::sqrt(variance) + 1e-8);
  for (auto& sample : samples)
    sample.advantage = static_cast<float>((sample.advantage - mean) * scale);
}

PolicyLoss policy_loss(std::span<const float> outputs, std::span<const PolicySample> samples,
                       const PolicyLossOptions& options, std::span<float> slope) {
  const auto width = outputs.size() / samples.size();
  const auto actions = width - 1;
  const auto n = static_cast<double>(samples.size());
  const bool clips = options.clip_range >= 0;
  PolicyLoss its;
  std::vector<double> log_policy;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const auto& sample = samples[i];
    const auto row = outputs.subspan(i * width, width);
    log_softmax(row.first(actions), log_policy);
    double entropy = 0;
    for (const double log_p : log_policy)
      entropy -= std::exp(log_p) * log_p;
    const double log_p = log_policy[static_cast<std::size_t>(sample.action)];
    const double log_ratio = log_p - sample.log_probability;
    const double ratio = std::exp(log_ratio);
    // The gradient of the policy's part with respect to log pi(a | s).
    double pull = -sample.advantage;
    double gain = log_p * sample.advantage;
    if (clips) {
      const double clipped = std::clamp(ratio, 1 - options.clip_range, 1 + options.clip_range) * sample.advantage;
      gain = std::min(ratio * sample.advantage, clipped);
      pull = ratio * sample.advantage <= clipped ? -ratio * sample.advantage : 0;
      if (std::abs(ratio - 1) > options.clip_range) its.clip_fraction += 1 / n;
    }
    const double error = row[actions] - sample.target;
    its.policy_loss -= gain / n;
    its.value_loss += error * error / n;
    its.entropy += entropy / n;
    its.approx_kl += (ratio - 1 - log_ratio) / n;
    for (std::size_t a = 0; a < actions; ++a) {
      const double p = std::exp(log_policy[a]);
      const double chosen = a == static_cast<std::size_t>(sample.action) ? 1 : 0;
      const double of_entropy = -p * (log_policy[a] + entropy);
      slope[i * width + a] = static_cast<float>((pull * (chosen - p) - options.ent_coef * of_entropy) / n);
    }
    slope[i * width + actions] = static_cast<float>(options.vf_coef * 2 * error / n);
  }
  its.loss = its.policy_loss + options.vf_coef * its.value_loss - options.ent_coef * its.entropy;
  return its;
}

}  // namespace qarium::agent
