#include "engine/inspect/alignment.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/core/error.hpp"
#include "engine/env/registry.hpp"
#include "engine/inspect/empty_cells.hpp"
#include "engine/inspect/landmarks.hpp"

namespace qarium::inspect {
namespace {

/// One episode after another, each word looked at before it is written.
class AlignmentStudy {
 public:
  AlignmentStudy(const config::EnvironmentOptions& options, agent::Policy& policy, std::uint64_t seed)
      : policy_(policy), environment_(env::make(options)), chance_(seed, core::Purpose::Test, 0) {}

  void play(core::RandomStream stream) {
    environment_->reset(stream);
    auto state = policy_.begin(1);
    std::vector<std::byte> observation(environment_->spec().observation_space.bytes());
    environment_->observe(observation);
    const auto words = environment_->alignment(observation).truth.size();
    if (words == 0) throw core::UserError(environment_->spec().id + " knows no alignment of words");
    ++report_.episodes;
    report_.words += static_cast<std::int64_t>(words);
    env::StepResult result;
    for (std::size_t at = 0; !result.over(); ++at) {
      environment_->observe(observation);
      const auto before = state;
      const std::array<std::span<const std::byte>, 1> batch = {observation};
      const int action = agent::greedy(policy_.evaluate(batch, state).preferences);
      if (at < words) look(observation, before, action, at);
      result = environment_->step(action);
      // A word that is right in its place is what pays here.
      if (at < words && result.reward > 0) ++report_.right;
      state.acted(0, action, environment_->spec().learned_reward(result.reward));
    }
  }

  const AlignmentReport& report() const { return report_; }

 private:
  void look(const std::vector<std::byte>& observation, const agent::RecurrentState& before, int action,
            std::size_t at) {
    const std::array<std::span<const std::byte>, 1> batch = {observation};
    const auto inspection = std::move(policy_.inspect(batch, &before).front());
    const auto known = environment_->alignment(observation);
    const auto& space = environment_->spec().observation_space;
    const auto weights = inspection.attention ? source_weights(*inspection.attention, action, known, cells_of(space))
                                              : std::vector<float>();
    if (weights.empty()) throw core::UserError("this network has no attention over the words of an observation");
    const auto most = static_cast<int>(std::ranges::max_element(weights) - weights.begin());
    ++report_.written;
    if (most == known.truth[at]) ++report_.agrees;
    auto other = static_cast<int>(chance_.below(static_cast<std::uint32_t>(weights.size() - 1)));
    if (other >= most) ++other;
    if (changes(observation, before, action, most)) ++report_.changed_by_attended;
    if (changes(observation, before, action, other)) ++report_.changed_by_other;
  }

  bool changes(std::vector<std::byte> observation, agent::RecurrentState state, int action, int cell) {
    empty_cells(observation, environment_->spec().observation_space, {&cell, 1});
    const std::array<std::span<const std::byte>, 1> batch = {observation};
    return agent::greedy(policy_.evaluate(batch, state).preferences) != action;
  }

  agent::Policy& policy_;
  std::unique_ptr<env::Environment> environment_;
  core::RandomStream chance_;
  AlignmentReport report_;
};

}  // namespace

std::vector<float> source_weights(const protocol::AttentionView& view, int action, const protocol::Alignment& known,
                                  std::int64_t cells) {
  if (view.tokens() != cells || known.source.size() > static_cast<std::size_t>(view.tokens())) return {};
  auto map = mean_map(view, action);
  map.resize(known.source.size());
  return map;
}

AlignmentReport study_alignment(const config::EnvironmentOptions& options, agent::Policy& policy, std::int64_t episodes,
                                std::uint64_t seed) {
  AlignmentStudy study(options, policy, seed);
  for (std::int64_t episode = 0; episode < episodes; ++episode)
    study.play({seed, core::Purpose::Evaluation, static_cast<std::uint32_t>(episode)});
  return study.report();
}

}  // namespace qarium::inspect
