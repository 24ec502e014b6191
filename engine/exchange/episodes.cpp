#include "engine/exchange/episodes.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "engine/core/error.hpp"
#include "engine/env/vector_environment.hpp"
#include "engine/exchange/episode_files.hpp"
#include "engine/inspect/landmarks.hpp"
#include "engine/train/evaluator.hpp"

namespace qarium::exchange {
namespace {

void append(std::vector<NamedNumbers>& all, std::vector<NamedNumbers> more) {
  std::ranges::move(more, std::back_inserter(all));
}

/// Plays one episode after the other.
class Player {
 public:
  Player(agent::Policy& policy, env::Environment& environment, WatchedSink& sink)
      : policy_(policy),
        environment_(environment),
        sink_(sink),
        observation_(environment.spec().observation_space.bytes()) {}

  void play(std::int64_t episode, const std::function<bool()>& stopped) {
    auto state = policy_.begin(1);
    environment_.observe(observation_);
    WatchedStep now;
    now.episode = episode;
    while (!now.terminated && !now.truncated) {
      if (stopped && stopped()) throw core::UserError("stopped: nothing was written");
      look(now, state);
      const std::array<std::span<const std::byte>, 1> batch = {observation_};
      const auto answer = policy_.evaluate(batch, state);
      now.action_values = answer.preferences;
      if (!answer.state_values.empty()) now.state_value = answer.state_values.front();
      now.action = agent::greedy(now.action_values);
      const auto result = environment_.step(now.action);
      now.reward = result.reward;
      now.terminated = result.terminated;
      now.truncated = result.truncated;
      state.acted(0, now.action, environment_.spec().learned_reward(now.reward));
      sink_.on_step(now);
      ++now.step;
      environment_.observe(observation_);
    }
    sink_.on_end(observation_);
  }

 private:
  void look(WatchedStep& now, const agent::RecurrentState& state) {
    const std::array<std::span<const std::byte>, 1> batch = {observation_};
    auto inspection = std::move(policy_.inspect(batch, &state, {}, true).front());
    now.observation = observation_;
    now.landmarks = environment_.landmarks(observation_);
    now.numbers.clear();
    if (inspection.attention) {
      inspect::add_landmarks(*inspection.attention, now.landmarks);
      append(now.numbers, numbers_of(*inspection.attention));
    }
    if (inspection.critic) append(now.numbers, numbers_of(*inspection.critic));
    if (inspection.memory) {
      now.numbers.push_back({"memory.input",
                             {static_cast<std::int64_t>(inspection.memory_input.size())},
                             std::move(inspection.memory_input)});
      append(now.numbers, numbers_of(*inspection.memory));
    }
  }

  agent::Policy& policy_;
  env::Environment& environment_;
  WatchedSink& sink_;
  std::vector<std::byte> observation_;
};

}  // namespace

void watch_episodes(const ExportedNetwork& network, const WatchedEpisodes& wanted, WatchedSink& sink) {
  const auto copies = std::min(wanted.episodes, train::Evaluator::kBatch);
  env::VectorEnvironment environments(network.hyperparameters.environment, copies,
                                      static_cast<std::uint64_t>(wanted.seed), core::Purpose::Evaluation);
  for (std::int64_t episode = 0; episode < wanted.episodes; ++episode) {
    const auto copy = static_cast<std::size_t>(episode % copies);
    environments.reset(copy);
    Player(network.policy, environments[copy], sink).play(episode, wanted.stopped);
  }
}

void write_episodes(const ExportedNetwork& network, const WatchedEpisodes& wanted, EpisodeFormat format,
                    const std::filesystem::path& file) {
  core::FileReplacement replacement(file);
  if (format == EpisodeFormat::Csv) {
    CsvEpisodes csv(replacement, network.spec);
    watch_episodes(network, wanted, csv);
  } else {
    JsonEpisodes json(replacement, network, wanted);
    watch_episodes(network, wanted, json);
    json.finish();
  }
  replacement.take_its_place();
}

}  // namespace qarium::exchange
