#include "engine/inspect/episode_viewer.hpp"

#include <algorithm>
#include <array>

#include "engine/agent/random_streams.hpp"
#include "engine/core/error.hpp"

namespace qarium::inspect {
namespace {

constexpr std::int64_t kHistoryBefore = 200;
constexpr std::int64_t kHistoryAfter = 40;
/// Discounts below which what follows counts for nothing, and above which too much of it is unknown.
constexpr double kNothingLeft = 1e-4;
constexpr double kStillUnknown = 0.05;
/// Streams of the stage: episode e of branch b is b * 2^16 + e, exploration 2^31 + b.
constexpr std::uint32_t kEpisodesPerBranch = 1U << 16U;
constexpr std::uint32_t kBranches = 1U << 14U;
constexpr std::uint32_t kExploration = 1U << 31U;

}  // namespace

bool EpisodeViewer::same_network(const config::Hyperparameters& a, const config::Hyperparameters& b) {
  return a.encoder == b.encoder && a.attention == b.attention && a.memory == b.memory && a.fusion == b.fusion &&
         a.head == b.head && a.environment == b.environment;
}

void EpisodeViewer::adopt(const protocol::ParameterExchange::Version& version) {
  const bool new_time_line = !environment_ || !(version.hyperparameters.environment == hyperparameters_.environment) ||
                             version.hyperparameters.seed != hyperparameters_.seed;
  const bool new_structure = !policy_ || !same_network(version.hyperparameters, hyperparameters_);
  const bool new_network = new_structure || version.network != sent_network_;
  hyperparameters_ = version.hyperparameters;
  sent_network_ = version.network;
  if (new_time_line) {
    environment_ = make_environment_(hyperparameters_.environment);
    viewer_ = make_environment_(hyperparameters_.environment);
    ++worlds_;
  }
  if (new_structure) {
    policy_ = agent::family_of(hyperparameters_, families_).make_policy(hyperparameters_, environment_->spec());
    policy_->prepare_thread();
  }
  if (new_network) forget_other_network();
  // While learning is paused the same parameters come again and again: they are no newer judgement.
  if (new_network || version.values != values_) {
    policy_->set_parameters(version.values);
    values_ = version.values;
    version_ = version.number;
  }
  parameters_ = version.position;
  if (new_time_line) begin_time_line();
}

/// What another network remembered, and what was intended for it, says nothing of this one.
void EpisodeViewer::forget_other_network() {
  ++networks_;
  ++time_lines_;
  change_ = {};
  memory_change_ = {};
  after_ = policy_->begin(1);
  past_.change_all([](StoredFrame& kept) { kept.memory.reset(); });
}

protocol::Basis EpisodeViewer::basis() const {
  const auto& here = moment();
  return {.environment = worlds_,
          .environment_id = spec().id,
          .network = networks_,
          .weights = version_,
          .position = parameters_,
          .frame = here.id,
          .episode = here.episode,
          .step = here.step,
          .attention = change_,
          .memory = memory_change_};
}

void EpisodeViewer::begin_time_line() {
  past_.clear();
  undo_points_.clear();
  compared_ = 0;
  lane_changed();
  cursor_ = 0;
  episodes_begun_ = branch_ = branches_ = 0;
  exploration_ = agent::run_stream(hyperparameters_, core::Purpose::Stage, kExploration);
  at_end_ = true;
  begin_episode();
}

core::RandomStream EpisodeViewer::stream_of_episode(std::uint32_t branch, std::int64_t episode) const {
  const auto number = static_cast<std::uint32_t>(episode) % kEpisodesPerBranch;
  return agent::run_stream(hyperparameters_, core::Purpose::Stage, branch % kBranches * kEpisodesPerBranch + number);
}

void EpisodeViewer::begin_episode() {
  environment_->reset(stream_of_episode(branch_, episodes_begun_));
  protocol::EpisodeFrame moment;
  moment.episode = episodes_begun_++;
  keep(std::move(moment));
}

void EpisodeViewer::keep(protocol::EpisodeFrame moment) {
  const bool was_live = past_.empty() || live();
  moment.id = ++frames_;
  StoredFrame kept;
  kept.moment = std::move(moment);
  kept.exploration = exploration_;
  kept.branch = kept.begun_in = branch_;
  if (can_go_back()) kept.state = environment_->save_state();
  kept.before = kept.moment.step == 0 ? policy_->begin(1) : after_;
  kept.moment.network = networks_;
  kept.observation.resize(environment_->spec().observation_space.bytes());
  environment_->observe(kept.observation);
  evaluate(kept);
  past_.append(std::move(kept));
  cursor_ = was_live ? last() : std::max(cursor_, first());
}

void EpisodeViewer::evaluate(StoredFrame& kept) {
  const std::array<std::span<const std::byte>, 1> batch = {kept.observation};
  kept.before = readable(kept);
  after_ = kept.before;
  const auto answer = policy_->evaluate(batch, after_);
  kept.moment.action_values.assign(answer.preferences.begin(), answer.preferences.end());
  kept.moment.state_value.reset();
  if (!answer.state_values.empty()) kept.moment.state_value = answer.state_values[0];
  kept.moment.returns = policy_->return_distribution(0);
  kept.moment.network = networks_;
  kept.moment.parameters = parameters_;
  kept.version = version_;
}

agent::RecurrentState EpisodeViewer::readable(const StoredFrame& kept) {
  if (kept.moment.network == networks_) return kept.before;
  return policy_->begin(1);  // nobody knows what this network would remember here
}

void EpisodeViewer::forward(std::optional<int> action) {
  if (!live()) {
    ++cursor_;
    return;
  }
  const auto& moment = kept(cursor_).moment;
  if (!at_end_) stand_at_end();
  if (moment.terminated || moment.truncated) {
    begin_episode();
  } else {
    act(action);
  }
}

void EpisodeViewer::act(std::optional<int> action) {
  auto& from = kept(last());
  if (from.version != version_) {
    evaluate(from);
    past_.count(from);
  }
  const bool explore = exploration_.uniform() < epsilon_;
  const auto random_action =
      static_cast<int>(exploration_.below(static_cast<std::uint32_t>(environment_->spec().action_space.n())));
  const int chosen = action ? *action : explore ? random_action : agent::greedy(from.moment.action_values);
  from.moment.action = chosen;
  from.moment.chosen_by_user = action.has_value();
  from.moment.exploratory = !action && explore;

  const auto result = environment_->step(chosen);
  after_.acted(0, chosen, spec().learned_reward(result.reward));
  protocol::EpisodeFrame moment;
  moment.episode = from.moment.episode;
  moment.step = from.moment.step + 1;
  moment.reward = result.reward;
  moment.return_so_far = from.moment.return_so_far + result.reward;
  moment.terminated = result.terminated;
  moment.truncated = result.truncated;
  keep(std::move(moment));
}

void EpisodeViewer::draw(const StoredFrame& kept, protocol::Scene& scene) {
  if (can_go_back()) {
    viewer_->restore_state(kept.state);
    viewer_->render(scene);
  } else if (kept.moment.index == last()) {
    environment_->render(scene);
  } else {
    viewer_->render_observation(kept.observation, scene);
  }
}

void EpisodeViewer::back() {
  seek(cursor_ - 1);
}

void EpisodeViewer::seek(std::int64_t index) {
  cursor_ = std::clamp(index, first(), last());
}

void EpisodeViewer::resume(bool fresh_draws) {
  if (fresh_draws) {
    fork(protocol::LaneOrigin::Branched);
  } else if (!live()) {
    fork(protocol::LaneOrigin::Resumed);
  }
}

void EpisodeViewer::act_here(int action) {
  if (!live()) fork(protocol::LaneOrigin::Acted);
  forward(action);
}

void EpisodeViewer::new_episode() {
  cursor_ = last();
  if (!at_end_) stand_at_end();
  begin_episode();
}

void EpisodeViewer::evaluate_again() {
  const auto& here = kept(cursor_);
  if (here.version == version_) {
    values_now_.clear();
    return;
  }
  if (evaluated_index_ == cursor_ && evaluated_version_ == version_) return;
  const std::array<std::span<const std::byte>, 1> batch = {here.observation};
  auto recurrent_state = readable(here);
  const auto values = policy_->evaluate(batch, recurrent_state).preferences;
  values_now_.assign(values.begin(), values.end());
  evaluated_index_ = cursor_;
  evaluated_version_ = version_;
}

std::optional<float> EpisodeViewer::followed() const {
  const double gamma = hyperparameters_.gamma;
  double sum = 0;
  double discount = 1;
  for (auto index = cursor_ + 1; index <= last() && discount > kNothingLeft; ++index) {
    const auto& moment = kept(index).moment;
    if (moment.step == 0) return std::nullopt;  // nothing was done there any more
    sum += discount * static_cast<double>(spec().learned_reward(moment.reward));
    discount *= gamma;
    if (moment.terminated) return static_cast<float>(sum);
    if (moment.truncated) break;
  }
  if (discount > kStillUnknown) return std::nullopt;
  return static_cast<float>(sum);
}

void EpisodeViewer::describe(protocol::StageSnapshot& snapshot, protocol::Needs needs) {
  // What is looked at first may cost the oldest moments.
  const bool remembers = protocol::wants(needs, protocol::Part::Memory) && hyperparameters_.memory.kind != "none";
  if (remembers) inspect_memory();
  snapshot.time_line = static_cast<std::uint64_t>(time_lines_);
  snapshot.moment = moment();
  snapshot.action_names = spec().action_space.names;
  snapshot.environment = spec().id;
  snapshot.natural_rate = spec().render_fps;
  snapshot.epsilon = epsilon_;
  snapshot.can_resume = can_go_back();
  snapshot.first = first();
  snapshot.last = last();
  snapshot.bytes = past_.bytes();
  snapshot.bytes_limit = past_.limit();
  describe_lanes(snapshot);
  describe_compared(snapshot, needs);
  if (protocol::wants(needs, protocol::Part::Stage)) {
    if (!snapshot.scene) snapshot.scene.emplace();
    draw(kept(cursor_), *snapshot.scene);
  } else {
    snapshot.scene.reset();
  }
  snapshot.history.clear();
  snapshot.values_now.clear();
  snapshot.followed.reset();
  snapshot.critic.reset();
  if (protocol::wants(needs, protocol::Part::ActionValues)) {
    const auto from = std::max(first(), cursor_ - kHistoryBefore);
    const auto to = std::min(last(), cursor_ + kHistoryAfter);
    for (auto index = from; index <= to; ++index)
      snapshot.history.push_back(kept(index).moment);
    evaluate_again();
    snapshot.values_now = values_now_;
    snapshot.followed = followed();
    inspect_critic();
    snapshot.critic = critic_;
  }
  snapshot.attention.reset();
  snapshot.alignment.reset();
  snapshot.counterfactual.reset();
  if (protocol::wants(needs, protocol::Part::Attention)) {
    inspect_attention(protocol::wants(needs, protocol::Part::AttentionMatrix));
    snapshot.attention = attention_;
    inspect_alignment();
    snapshot.alignment = alignment_;
  }
  if (protocol::wants(needs, protocol::Part::Attention) || protocol::wants(needs, protocol::Part::Memory)) {
    evaluate_counterfactual();
    snapshot.counterfactual = counterfactual_;
  }
  snapshot.memory.reset();
  snapshot.memory_episode.reset();
  snapshot.recalled.clear();
  if (remembers) {
    snapshot.memory = memory_;
    snapshot.memory_episode = memory_episode_;
  }
  if (remembers || snapshot.critic) snapshot.recalled = recalled_;
  snapshot.basis = basis();
  snapshot.episode_starts.clear();
  past_.each([&](const StoredFrame& kept) {
    if (kept.moment.step == 0) snapshot.episode_starts.push_back(kept.moment.index);
  });
}

}  // namespace qarium::inspect
