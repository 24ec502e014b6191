#include "tests/engine/visit_counter.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace qarium::tests {

agent::PolicyOutput VisitPolicy::evaluate(agent::Observations observations) {
  preferences_.clear();
  for (std::size_t i = 0; i < observations.size(); ++i)
    preferences_.insert(preferences_.end(), visits_.begin(), visits_.end());
  return {preferences_, {}};
}

std::vector<agent::Inspection> VisitPolicy::inspect(agent::Observations observations,
                                                    const agent::RecurrentState* /*state*/,
                                                    const nn::Intervention& /*intervention*/, bool /*with_matrix*/) {
  std::vector<agent::Inspection> inspections(observations.size());
  for (auto& inspection : inspections) {
    inspection.preferences = visits_;
    inspection.after = begin(1);
  }
  return inspections;
}

protocol::NetworkView VisitPolicy::describe() {
  protocol::NetworkView view;
  view.actions = actions();
  view.parameters = view.actions;
  for (const auto stage : core::kStages)
    view.blocks.push_back({stage, "none", {view.actions}, 0, {}});
  return view;
}

VisitCounter::VisitCounter(const config::Hyperparameters& hyperparameters, const env::EnvironmentSpec& spec)
    : hyperparameters_(hyperparameters),
      policy_(spec.action_space.n()),
      observations_(static_cast<std::size_t>(hyperparameters.n_envs),
                    std::vector<std::byte>(spec.observation_space.bytes())),
      random_(static_cast<std::uint64_t>(hyperparameters.seed), core::Purpose::Exploration, 0),
      taken_(policy_.visits().size(), 0) {}

std::vector<protocol::Metric> VisitCounter::update_metrics() const {
  return {{.name = "visits", .plot = "Visits", .tag = "charts/visits", .help = "Actions taken so far.", .low = 0}};
}

void VisitCounter::act(const protocol::Position& /*position*/, std::span<int> actions) {
  for (auto& action : actions)
    action = static_cast<int>(random_.below(static_cast<std::uint32_t>(taken_.size())));
}

void VisitCounter::observe(std::size_t /*i*/, int action, const env::StepResult& /*result*/) {
  ++taken_[static_cast<std::size_t>(action)];
}

void VisitCounter::end_step(const protocol::Position& position) {
  update_due_ = position.environment_steps % hyperparameters_.train_freq < hyperparameters_.n_envs;
}

std::span<const float> VisitCounter::update(const protocol::Position& /*position*/) {
  auto& visits = policy_.visits();
  for (std::size_t action = 0; action < visits.size(); ++action)
    visits[action] += taken_[action];
  std::ranges::fill(taken_, 0.0F);
  update_due_ = false;
  measured_ = std::accumulate(visits.begin(), visits.end(), 0.0F);
  return {&measured_, 1};
}

bool VisitCounter::rebuild(const config::Hyperparameters& hyperparameters, const env::EnvironmentSpec& spec,
                           bool /*new_episodes*/) {
  VisitCounter fresh(hyperparameters, spec);
  const bool same = fresh.policy_.visits().size() == policy_.visits().size();
  if (same) fresh.policy_.visits() = policy_.visits();
  fresh.random_ = random_;
  *this = std::move(fresh);
  return !same;
}

void VisitCounter::save(core::Archive& archive) {
  const auto& visits = policy_.visits();
  archive.arrays.push_back({"visits", {static_cast<std::int64_t>(visits.size())}, visits});
}

}  // namespace qarium::tests

namespace qarium::agent {

// The only family of the programs that this is linked into, under the name that the hyperparameters begin with.
Families families() {
  static constexpr std::array kFamilies{
      Family{"dqn",
             [](const config::Hyperparameters& hyperparameters, const env::EnvironmentSpec& spec,
                const std::string& /*device*/) -> std::unique_ptr<Learner> {
               return std::make_unique<tests::VisitCounter>(hyperparameters, spec);
             },
             [](const config::Hyperparameters& /*hyperparameters*/, const env::EnvironmentSpec& spec)
                 -> std::unique_ptr<Policy> { return std::make_unique<tests::VisitPolicy>(spec.action_space.n()); }},
  };
  return kFamilies;
}

}  // namespace qarium::agent
