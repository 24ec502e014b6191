// What a checkpoint holds of a training loop.
#include <algorithm>
#include <string>

#include "engine/config/configuration.hpp"
#include "engine/core/bytes.hpp"
#include "engine/core/error.hpp"
#include "engine/train/train_loop.hpp"

namespace qarium::train {
namespace {

constexpr const char* kLoopSection = "loop";
constexpr std::int64_t kMostEvaluationTicks = 100'000'000;

}  // namespace

std::vector<EpisodeInProgress> TrainLoop::episodes_in_progress() const {
  std::vector<EpisodeInProgress> episodes;
  episodes.reserve(now_.environments->size());
  for (std::size_t i = 0; i < now_.environments->size(); ++i)
    episodes.push_back({now_.environments->episode(i), now_.actions[i]});
  return episodes;
}

core::Archive TrainLoop::save() {
  core::Archive archive;
  now_.learner->save(archive);
  save_episodes(archive, episodes_in_progress());
  archive.metadata["environment_steps"] = std::to_string(position_.environment_steps);
  archive.metadata["updates"] = std::to_string(position_.updates);
  archive.metadata["episodes"] = std::to_string(episodes_);
  if (best_evaluation_) archive.metadata["best_evaluation"] = config::format(*best_evaluation_);
  save_exact(archive);
  return archive;
}

void TrainLoop::save_exact(core::Archive& archive) const {
  core::ByteWriter out;
  out.put(ticks_);
  out.put(steps_since_evaluation_);
  out.put(final_evaluation_done_);
  out.put(stop_.has_value());
  out.put(stop_.value_or(0));
  out.put(last_evaluation_.has_value());
  out.put(last_evaluation_.value_or(Evaluation{}));
  out.put(evaluator_ ? evaluation_ticks_ : std::int64_t{-1});
  out.put_all(returns_.values());
  archive.sections[kLoopSection] = out.take();
}

void TrainLoop::restore(const core::Archive& archive, const config::Hyperparameters& hyperparameters) {
  auto world = make_world(hyperparameters);
  const auto n = world.environments->size();
  const bool repeats = world.environments->spec().capabilities.deterministic;
  if (const auto episodes = read_episodes(archive, n, world.environments->spec().action_space.n())) {
    for (std::size_t i = 0; i < n; ++i) {
      if (repeats) {
        retrace(world, i, (*episodes)[i]);
      } else {  // it cannot be brought back: the next one begins
        world.environments->reset(i, (*episodes)[i].number + 1);
      }
    }
  }
  world.learner->restore(archive);
  for (std::size_t i = 0; i < n && !repeats; ++i)
    world.learner->abandon_episode(i);
  const protocol::Position position{archive.count("environment_steps"), archive.count("updates")};
  const auto episodes = archive.count("episodes");
  std::optional<double> best;
  if (archive.metadata.contains("best_evaluation")) best = archive.number("best_evaluation");
  const auto exact = read_exact(archive);
  adopt(std::move(world));
  position_ = position;
  episodes_ = episodes;
  best_evaluation_ = best;
  final_evaluation_done_ = position.environment_steps >= hyperparameters.n_timesteps;
  if (exact) take_exact(*exact);
}

std::optional<TrainLoop::Exact> TrainLoop::read_exact(const core::Archive& archive) {
  const auto found = archive.sections.find(kLoopSection);
  if (found == archive.sections.end()) return std::nullopt;
  core::ByteReader in(found->second, "the checkpoint's section 'loop'");
  Exact exact;
  exact.ticks = in.get<std::int64_t>();
  exact.steps_since_evaluation = in.get<std::int64_t>();
  exact.final_evaluation_done = in.get_flag();
  const bool stops = in.get_flag();
  const auto stop = in.get<std::int64_t>();
  if (stops) exact.stop = stop;
  const bool evaluated = in.get_flag();
  const auto evaluation = in.get<Evaluation>();
  if (evaluated) exact.last_evaluation = evaluation;
  exact.evaluation_ticks = in.get<std::int64_t>();
  exact.returns = in.get_all<double>();
  in.expect_end();
  in.require(exact.ticks >= 0 && exact.steps_since_evaluation >= 0 && stop >= 0, "counts below 0");
  in.require(exact.evaluation_ticks <= kMostEvaluationTicks, "counts an evaluation that cannot be");
  return exact;
}

void TrainLoop::take_exact(const Exact& exact) {
  ticks_ = exact.ticks;
  steps_since_evaluation_ = exact.steps_since_evaluation;
  final_evaluation_done_ = exact.final_evaluation_done;
  stop_ = exact.stop;
  last_evaluation_ = exact.last_evaluation;
  for (const double value : exact.returns)
    returns_.add(value);
  if (exact.evaluation_ticks < 0) return;
  // An evaluation is a function of its seed and of the network, which waits for it.
  begin_evaluation();
  while (evaluation_ticks_ < exact.evaluation_ticks) {
    ++evaluation_ticks_;
    if (evaluator_->tick(now_.learner->policy())) break;
  }
}

void TrainLoop::retrace(World& world, std::size_t i, const EpisodeInProgress& episode) const {
  auto& environments = *world.environments;
  environments.reset(i, episode.number);
  env::StepResult result;
  for (const int action : episode.actions) {
    result = environments[i].step(action);
    if (result.over()) {
      throw core::UserError("episode " + std::to_string(episode.number) + " of environment " + std::to_string(i) +
                            " is over before its last action: the environment is not the one it was saved with");
    }
    world.returns[i] += result.reward;
    world.rewards[i].push_back(environments.spec().learned_reward(result.reward));
    if (result.life_lost) world.lives_lost[i].push_back(world.rewards[i].size() - 1);
  }
  world.actions[i] = episode.actions;
  if (!episode.actions.empty()) world.learner->resume_episode(i, episode.actions.back(), result.reward);
}

}  // namespace qarium::train
