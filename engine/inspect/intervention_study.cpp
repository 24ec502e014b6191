#include "engine/inspect/intervention_study.hpp"

#include <algorithm>
#include <numeric>

#include "engine/core/error.hpp"
#include "engine/core/random.hpp"
#include "engine/env/registry.hpp"

namespace qarium::inspect {
namespace {

/// Streams beside those of evaluations and examinations: episode e is kInterventionEpisodes + e.
constexpr std::uint32_t kInterventionEpisodes = 3U << 24U;
constexpr std::uint32_t kRandomSlots = kInterventionEpisodes - 1;
constexpr std::int64_t kRandomSets = 20;
/// Fewer of the choices than this stay: what was erased carries them. Half would be chance between two.
constexpr double kChance = 0.55;
constexpr std::int64_t kMostSteps = 100'000;

/// Many episodes at one step: their environments and what the agent carries into it.
struct Frame {
  std::vector<std::vector<std::byte>> states;
  agent::RecurrentState recurrent_state;
};

/// How episodes go on to their ends.
struct Ends {
  std::vector<int> choices;
  std::vector<double> returns;
};

class Episodes {
 public:
  Episodes(const config::Hyperparameters& h, agent::Policy& policy, const InterventionStudyRequest& request)
      : policy_(policy) {
    for (std::int64_t i = 0; i < request.episodes; ++i) {
      environments_.push_back(env::make(h.environment));
      environments_.back()->reset(core::RandomStream(request.seed, core::Purpose::Evaluation,
                                                     kInterventionEpisodes + static_cast<std::uint32_t>(i)));
    }
    beginning_ = keep(policy.begin(environments_.size()));
    advance(request.step);
  }

  const Frame& beginning() const { return beginning_; }
  const Frame& middle() const { return middle_; }

  Ends play(const Frame& from, const nn::Intervention& intervention = {}) {
    auto recurrent_state = from.recurrent_state;
    for (std::size_t i = 0; i < environments_.size(); ++i)
      environments_[i]->restore_state(from.states[i]);
    Ends ends{std::vector<int>(environments_.size(), -1), std::vector<double>(environments_.size(), 0)};
    std::vector<bool> over(environments_.size(), false);
    for (std::int64_t t = 0; t < kMostSteps && std::find(over.begin(), over.end(), false) != over.end(); ++t)
      step(recurrent_state, intervention, over, ends);
    return ends;
  }

 private:
  Frame keep(agent::RecurrentState recurrent_state) const {
    Frame moment{{}, std::move(recurrent_state)};
    for (const auto& environment : environments_)
      moment.states.push_back(environment->save_state());
    return moment;
  }

  void advance(std::int64_t steps) {
    auto recurrent_state = beginning_.recurrent_state;
    Ends ends{std::vector<int>(environments_.size(), -1), std::vector<double>(environments_.size(), 0)};
    std::vector<bool> over(environments_.size(), false);
    for (std::int64_t t = 0; t < steps; ++t) {
      step(recurrent_state, {}, over, ends);
      if (std::find(over.begin(), over.end(), true) == over.end()) continue;
      throw core::UserError("an episode is over after " + std::to_string(t + 1) + " steps, before step " +
                            std::to_string(steps) + ": choose an earlier --step");
    }
    middle_ = keep(std::move(recurrent_state));
  }

  void step(agent::RecurrentState& recurrent_state, const nn::Intervention& intervention, std::vector<bool>& over,
            Ends& ends) {
    const auto bytes = environments_.front()->spec().observation_space.bytes();
    observations_.resize(environments_.size() * bytes);
    std::vector<std::span<const std::byte>> batch;
    for (std::size_t i = 0; i < environments_.size(); ++i) {
      const auto place = std::span(observations_).subspan(i * bytes, bytes);
      environments_[i]->observe(place);
      batch.push_back(place);
    }
    const auto preferences = policy_.evaluate(batch, recurrent_state, intervention).preferences;
    const auto actions = static_cast<std::size_t>(policy_.actions());
    for (std::size_t i = 0; i < environments_.size(); ++i) {
      if (over[i]) continue;
      const int action = agent::greedy(preferences.subspan(i * actions, actions));
      const auto result = environments_[i]->step(action);
      recurrent_state.acted(i, action, environments_[i]->spec().learned_reward(result.reward));
      ends.choices[i] = action;
      ends.returns[i] += result.reward;
      over[i] = result.terminated || result.truncated;
    }
  }

  agent::Policy& policy_;
  std::vector<std::unique_ptr<env::Environment>> environments_;
  std::vector<std::byte> observations_;
  Frame beginning_;
  Frame middle_;
};

double share_equal(const std::vector<int>& a, const std::vector<int>& b) {
  std::int64_t equal = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    equal += a[i] == b[i] ? 1 : 0;
  return static_cast<double>(equal) / static_cast<double>(a.size());
}

/// Episodes of different choices, each with another of its kind: partner[i] is i where there is none.
std::vector<std::int64_t> partners(const std::vector<int>& choices, std::int64_t& pairs) {
  std::vector<std::int64_t> partner(choices.size());
  std::iota(partner.begin(), partner.end(), 0);
  pairs = 0;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (partner[i] != static_cast<std::int64_t>(i)) continue;
    for (std::size_t j = i + 1; j < choices.size(); ++j) {
      if (partner[j] != static_cast<std::int64_t>(j) || choices[i] == choices[j]) continue;
      partner[i] = static_cast<std::int64_t>(j);
      partner[j] = static_cast<std::int64_t>(i);
      ++pairs;
      break;
    }
  }
  return partner;
}

Frame exchanged(const Frame& moment, const std::vector<std::int64_t>& partner, const std::vector<std::size_t>& parts) {
  auto result = moment;
  for (const auto part : parts) {
    for (std::size_t i = 0; i < partner.size(); ++i) {
      const auto theirs = moment.recurrent_state.part_row(part, static_cast<std::size_t>(partner[i]));
      std::ranges::copy(theirs, result.recurrent_state.part_row(part, i).begin());
    }
  }
  return result;
}

/// Of the episodes that have a partner, how many choose as the partner did.
double share_that_follows(const std::vector<int>& now, const std::vector<int>& before,
                          const std::vector<std::int64_t>& partner) {
  std::int64_t all = 0;
  std::int64_t follow = 0;
  for (std::size_t i = 0; i < now.size(); ++i) {
    if (partner[i] == static_cast<std::int64_t>(i)) continue;
    ++all;
    follow += now[i] == before[static_cast<std::size_t>(partner[i])] ? 1 : 0;
  }
  return static_cast<double>(follow) / static_cast<double>(all);
}

/// Slots are erased where there are any.
class Erasure {
 public:
  Erasure(agent::Policy& policy, Episodes& episodes, const std::vector<int>& choices)
      : policy_(policy), episodes_(episodes), choices_(choices) {
    const auto& state = episodes.middle().recurrent_state;
    part_ = state.find("memory");
    if (part_ < state.layout->parts.size()) slots_ = state.layout->parts[part_].shape[0];
  }

  std::int64_t slots() const { return slots_; }

  double kept_without(const std::vector<int>& slots) {
    auto moment = episodes_.middle();
    const auto beginning = policy_.begin(1);
    auto& state = moment.recurrent_state;
    const auto width = static_cast<std::size_t>(state.layout->parts[part_].shape[1]);
    for (const int slot : slots) {
      const auto first = static_cast<std::size_t>(slot) * width;
      for (std::size_t i = 0; i < state.size(); ++i) {
        std::ranges::copy(beginning.part(part_).subspan(first, width),
                          state.part_row(part_, i).subspan(first, width).begin());
      }
    }
    return share_equal(episodes_.play(moment).choices, choices_);
  }

  std::vector<int> carriers() {
    std::vector<int> found;
    double kept = 1;
    while (kept > kChance && static_cast<std::int64_t>(found.size()) < slots_) {
      int best = -1;
      for (int slot = 0; slot < slots_; ++slot) {
        if (std::find(found.begin(), found.end(), slot) != found.end()) continue;
        auto tried = found;
        tried.push_back(slot);
        const double without = kept_without(tried);
        if (best < 0 || without < kept) {
          best = slot;
          kept = without;
        }
      }
      found.push_back(best);
    }
    std::sort(found.begin(), found.end());
    return found;
  }

  double kept_without_random(std::size_t count, std::uint64_t seed) {
    core::RandomStream draws(seed, core::Purpose::Evaluation, kRandomSlots);
    double total = 0;
    for (std::int64_t set = 0; set < kRandomSets; ++set) {
      std::vector<int> order(static_cast<std::size_t>(slots_));
      std::iota(order.begin(), order.end(), 0);
      for (std::size_t i = 0; i < count; ++i)
        std::swap(order[i], order[i + draws.below(static_cast<std::uint32_t>(order.size() - i))]);
      order.resize(count);
      total += kept_without(order);
    }
    return total / static_cast<double>(kRandomSets);
  }

 private:
  agent::Policy& policy_;
  Episodes& episodes_;
  const std::vector<int>& choices_;
  std::size_t part_ = 0;
  std::int64_t slots_ = 0;
};

}  // namespace

InterventionStudyReport intervene(const config::Hyperparameters& hyperparameters, agent::Policy& policy,
                                  const InterventionStudyRequest& request) {
  if (hyperparameters.memory.kind == "none")
    throw core::UserError("this agent has no memory to intervene in: choose memory.kind");
  if (request.episodes < 2) throw core::UserError("an intervention needs 2 episodes or more");
  Episodes episodes(hyperparameters, policy, request);
  const auto untouched = episodes.play(episodes.middle());
  const auto whole = episodes.play(episodes.beginning());

  InterventionStudyReport report;
  report.episodes = request.episodes;
  report.step = request.step;
  report.choices.assign(static_cast<std::size_t>(policy.actions()), 0);
  for (const int choice : untouched.choices)
    ++report.choices[static_cast<std::size_t>(choice)];
  report.mean_return =
      std::accumulate(whole.returns.begin(), whole.returns.end(), 0.0) / static_cast<double>(whole.returns.size());

  const auto partner = partners(untouched.choices, report.pairs);
  if (report.pairs == 0) {
    throw core::UserError("every episode ends with the same action: there is nothing to exchange");
  }
  const auto& parts = episodes.middle().recurrent_state.layout->parts;
  std::vector<std::size_t> all(parts.size());
  std::iota(all.begin(), all.end(), 0U);
  const auto follows = [&](const std::string& what, const std::vector<std::size_t>& exchanged_parts) {
    const auto ends = episodes.play(exchanged(episodes.middle(), partner, exchanged_parts));
    report.follows.push_back({what, share_that_follows(ends.choices, untouched.choices, partner)});
  };
  follows("all", all);
  for (const auto part : all)
    follows(parts[part].name, {part});

  Erasure erasure(policy, episodes, untouched.choices);
  if (erasure.slots() > 0) {
    report.carriers = erasure.carriers();
    report.kept_without_carriers = erasure.kept_without(report.carriers);
    report.kept_without_random = erasure.kept_without_random(report.carriers.size(), request.seed);
    report.random_sets = kRandomSets;
  }
  report.kept_when_undone = share_equal(episodes.play(episodes.middle()).choices, untouched.choices);
  nn::Intervention frozen;
  frozen.freeze_writes = true;
  report.kept_when_frozen = share_equal(episodes.play(episodes.beginning(), frozen).choices, whole.choices);
  return report;
}

}  // namespace qarium::inspect
