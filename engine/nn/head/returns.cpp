#include "engine/nn/head/returns.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace qarium::nn {
namespace {

/// Ends of the atoms where nothing is known.
constexpr double kUnknownReach = 10;

Returns categorical(const config::Hyperparameters& h, const env::EnvironmentSpec& spec) {
  Returns returns{Returns::Kind::Categorical, h.head.atoms, static_cast<float>(h.head.v_min),
                  static_cast<float>(h.head.v_max)};
  if (h.head.v_min < h.head.v_max) return returns;
  const double floor = spec.value_floor(h.gamma);
  const double bound = spec.value_bound(h.gamma);
  const bool known = std::isfinite(floor) && std::isfinite(bound) && floor < bound;
  returns.v_min = static_cast<float>(known ? floor : -kUnknownReach);
  returns.v_max = static_cast<float>(known ? bound : kUnknownReach);
  return returns;
}

}  // namespace

void softmax(std::span<const float> logits, std::vector<double>& probabilities) {
  const double most = *std::ranges::max_element(logits);
  probabilities.resize(logits.size());
  double sum = 0;
  for (std::size_t i = 0; i < logits.size(); ++i)
    sum += probabilities[i] = std::exp(static_cast<double>(logits[i]) - most);
  for (auto& probability : probabilities)
    probability /= sum;
}

float Returns::mean(std::span<const float> of_action) const {
  if (kind == Kind::Mean) return of_action.front();
  if (kind != Kind::Categorical) {
    const double sum = std::accumulate(of_action.begin(), of_action.end(), 0.0);
    return static_cast<float>(sum / static_cast<double>(of_action.size()));
  }
  // As `softmax`, without room of its own: this is asked for every action of every step.
  const float most = *std::ranges::max_element(of_action);
  double sum = 0;
  double weighted = 0;
  for (std::size_t i = 0; i < of_action.size(); ++i) {
    const double weight = std::exp(of_action[i] - most);
    sum += weight;
    weighted += weight * static_cast<double>(i);
  }
  const double place = weighted / sum / static_cast<double>(of_action.size() - 1);
  return static_cast<float>(v_min + (v_max - v_min) * place);
}

void Returns::means(std::span<const float> outputs, std::size_t rows, std::size_t actions,
                    std::vector<float>& out) const {
  const auto n = outputs.size() / (rows * actions);
  out.resize(rows * actions);
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = mean(outputs.subspan(i * n, n));
}

std::vector<float> Returns::shown(std::span<const float> outputs, std::size_t actions) const {
  std::vector<float> all(outputs.begin(), outputs.end());
  const auto n = outputs.size() / actions;
  std::vector<double> probabilities;
  for (std::size_t a = 0; a < actions; ++a) {
    const auto its = std::span(all).subspan(a * n, n);
    if (kind != Kind::Categorical) {
      std::ranges::sort(its);
      continue;
    }
    softmax(its, probabilities);
    std::ranges::copy(probabilities, its.begin());
  }
  return all;
}

Returns returns_of(const config::Hyperparameters& h, const env::EnvironmentSpec& spec) {
  if (!config::is_distributional(h)) return {};
  if (h.head.distribution == "categorical") return categorical(h, spec);
  if (h.head.distribution == "quantile") return {Returns::Kind::Quantile, h.head.quantiles};
  return {Returns::Kind::Implicit, kActingFractions};
}

std::vector<float> midpoints(std::size_t n) {
  std::vector<float> fractions(n);
  for (std::size_t i = 0; i < n; ++i)
    fractions[i] = (static_cast<float>(i) + 0.5F) / static_cast<float>(n);
  return fractions;
}

}  // namespace qarium::nn
