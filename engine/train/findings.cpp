#include "engine/train/findings.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <optional>
#include <string_view>

namespace qarium::train {
namespace {

using protocol::Finding;

// Enough to be sure of.
constexpr std::int64_t kEnoughInWindow = 200;
constexpr std::int64_t kEnoughUpdates = 2'000;
constexpr std::int64_t kEpisodesAfterExploration = 100;
// What speaks.
constexpr double kBeyond = 0.02;         ///< of the bound
constexpr double kConstant = 1e-4;       ///< spread of the values, of their size
constexpr double kAlwaysClipped = 0.98;  ///< share of updates
constexpr double kMostDead = 0.95;       ///< share of a layer's units
constexpr double kNotBetter = 0.25;      ///< deviations of the first returns

/// "0.0125", "113", "20,000"
std::string text_of(double value) {
  char digits[32];
  if (std::abs(value) >= 1000 && value == std::floor(value)) {
    std::snprintf(digits, sizeof digits, "%.0f", value);
    std::string text = digits;
    for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > (value < 0 ? 1 : 0); at -= 3)
      text.insert(static_cast<std::size_t>(at), ",");
    return text;
  }
  std::snprintf(digits, sizeof digits, "%.3g", value);
  return digits;
}
std::string text_of(std::int64_t value) {
  return text_of(static_cast<double>(value));
}

using Found = std::optional<Finding>;

Found stopped(const Evidence& evidence) {
  if (evidence.status.error.empty()) return std::nullopt;
  return Finding{.id = "error",
                 .severity = Finding::Severity::Error,
                 .title = "Learning has stopped",
                 .evidence = evidence.status.error,
                 .parameter = {},
                 .plot = {},
                 .block = {}};
}

Found never_sampled(const Evidence& evidence) {
  const auto& h = evidence.hyperparameters;
  const auto steps = evidence.status.position.environment_steps;
  if (evidence.status.replay_capacity == 0 || evidence.status.position.updates > 0) return std::nullopt;
  const bool never = h.learning_starts >= h.n_timesteps;
  const bool late = steps > 2 * h.learning_starts + h.train_freq + h.batch_size + 1'000;
  if (steps == 0 || !(never || late)) return std::nullopt;
  std::string why = text_of(evidence.status.replay_size) + " transitions are kept and none was sampled in " +
                    text_of(steps) + " steps";
  if (never) {
    why += "; learning_starts " + text_of(h.learning_starts) + " lies behind the last step, " + text_of(h.n_timesteps);
  }
  return Finding{.id = "never_sampled",
                 .title = "Nothing is learned from",
                 .evidence = why,
                 .parameter = never ? "learning_starts" : "train_freq",
                 .plot = {},
                 .block = {}};
}

Found beyond_bound(const Evidence& evidence) {
  const double bound = evidence.status.value_bound;
  const auto& health = evidence.health;
  if (!std::isfinite(bound) || health.updates < kEnoughInWindow || !std::isfinite(health.mean_max_q))
    return std::nullopt;
  if (!(health.mean_max_q > bound + kBeyond * std::max(std::abs(bound), 1.0))) return std::nullopt;
  return Finding{.id = "beyond_bound",
                 .title = "Action values pass what any return can be",
                 .evidence = "mean max Q " + text_of(health.mean_max_q) + " over " + text_of(health.updates) +
                             " updates; no return can pass " + text_of(bound),
                 .parameter = evidence.hyperparameters.double_q ? "learning_rate" : "double_q",
                 .plot = "Mean max Q",
                 .block = {}};
}

Found constant_values(const Evidence& evidence) {
  const auto& health = evidence.health;
  if (health.updates < kEnoughInWindow || evidence.status.position.updates < kEnoughUpdates) return std::nullopt;
  if (!(health.q_spread <= kConstant * std::max(std::abs(health.mean_max_q), 1e-3))) return std::nullopt;
  return Finding{.id = "constant_values",
                 .title = "Every state is worth the same",
                 .evidence = "best values of a batch differ by " + text_of(health.q_spread) + " around " +
                             text_of(health.mean_max_q) + ", over " + text_of(health.updates) + " updates",
                 .parameter = "learning_rate",
                 .plot = "Mean max Q",
                 .block = {}};
}

Found dead_units(const Evidence& evidence) {
  if (evidence.status.position.updates < kEnoughUpdates) return std::nullopt;
  const protocol::LayerActivity* worst = nullptr;
  double most = kMostDead;
  for (const auto& layer : evidence.health.layers) {
    const double share = layer.units > 0 ? static_cast<double>(layer.dead) / static_cast<double>(layer.units) : 0;
    if (share < most) continue;
    most = share;
    worst = &layer;
  }
  if (worst == nullptr) return std::nullopt;
  return Finding{.id = "dead_units",
                 .title = "Nearly all units of a layer are dead",
                 .evidence = text_of(worst->dead) + " of " + text_of(worst->units) +
                             " units are zero in every state: " + std::string(core::stage_word(worst->stage)) + ", " +
                             worst->layer,
                 .parameter = {},
                 .plot = {},
                 .block = worst->stage};
}

Found always_clipped(const Evidence& evidence) {
  const auto& health = evidence.health;
  if (health.updates < kEnoughInWindow || evidence.status.position.updates < kEnoughUpdates) return std::nullopt;
  if (health.clipped < kAlwaysClipped) return std::nullopt;
  return Finding{.id = "always_clipped",
                 .title = "The gradient is always clipped",
                 .evidence = text_of(100 * health.clipped) + " % of the last " + text_of(health.updates) +
                             " updates were cut to max_grad_norm " + text_of(evidence.hyperparameters.max_grad_norm),
                 .parameter = "max_grad_norm",
                 .plot = "Gradient norm",
                 .block = {}};
}

Found target_never_copied(const Evidence& evidence) {
  const auto& h = evidence.hyperparameters;
  const auto& health = evidence.health;
  if (health.target_copies != 0 || evidence.status.position.updates == 0) return std::nullopt;
  if (h.target_update_interval <= h.n_timesteps) return std::nullopt;
  return Finding{.id = "target_never_copied",
                 .title = "The target network is never copied",
                 .evidence = "every " + text_of(h.target_update_interval) + " steps, of " + text_of(h.n_timesteps) +
                             "; not once in " + text_of(health.steps_since_target),
                 .parameter = "target_update_interval",
                 .plot = {},
                 .block = {}};
}

/// Training episodes since epsilon has been as low as it gets are not counted by anyone: that there are more than
/// these since, and that the last hundred are all from then, follows from how many steps have gone by.
Found nothing_learned(const Evidence& evidence) {
  const auto& h = evidence.hyperparameters;
  const auto& status = evidence.status;
  if (!config::applies(h, config::parameter("exploration_fraction"))) return std::nullopt;
  if (!evidence.first_returns.known() || status.episodes < FirstReturns::kMany + kEpisodesAfterExploration)
    return std::nullopt;
  if (status.epsilon > h.exploration_final_eps + 1e-9 || !std::isfinite(status.mean_return_100)) return std::nullopt;
  const double explored = h.exploration_fraction * static_cast<double>(h.n_timesteps);
  const auto steps = static_cast<double>(status.position.environment_steps);
  if (steps < 2 * explored || status.position.updates < kEnoughUpdates) return std::nullopt;
  const double before = evidence.first_returns.mean();
  if (status.mean_return_100 > before + kNotBetter * evidence.first_returns.deviation()) return std::nullopt;
  return Finding{.id = "nothing_learned",
                 .title = "Exploration is over and nothing was learned",
                 .evidence = "mean return " + text_of(status.mean_return_100) + " over the last 100 episodes, " +
                             text_of(before) + " over the first",
                 .parameter = "exploration_fraction",
                 .plot = "Episode return",
                 .block = {}};
}

}  // namespace

void FirstReturns::add(double episode_return) {
  if (count_ == kMany) return;
  ++count_;
  const double away = episode_return - mean_;
  mean_ += away / static_cast<double>(count_);
  squares_ += away * (episode_return - mean_);
}

double FirstReturns::deviation() const {
  return count_ < 2 ? 0 : std::sqrt(squares_ / static_cast<double>(count_ - 1));
}

std::vector<Finding> findings(const Evidence& evidence) {
  std::vector<Finding> found;
  for (auto* const rule : {stopped, never_sampled, beyond_bound, constant_values, dead_units, always_clipped,
                           target_never_copied, nothing_learned}) {
    if (auto one = rule(evidence)) found.push_back(std::move(*one));
  }
  return found;
}

void FindingLog::update(double now, std::vector<Finding> found) {
  std::vector<Entry> entries;
  entries.reserve(found.size() + entries_.size());
  for (auto& one : found)
    entries.push_back({std::move(one), now});
  for (auto& before : entries_) {
    const bool again =
        std::ranges::any_of(entries, [&](const auto& entry) { return entry.finding.id == before.finding.id; });
    const bool stays = before.finding.severity != Finding::Severity::Error && now - before.last_true < kKeepSeconds;
    if (!again && stays) entries.push_back(std::move(before));
  }
  entries_ = std::move(entries);
}

std::vector<Finding> FindingLog::shown() const {
  std::vector<Finding> shown;
  shown.reserve(entries_.size());
  for (const auto& entry : entries_)
    shown.push_back(entry.finding);
  return shown;
}

}  // namespace qarium::train
