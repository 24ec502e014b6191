#include "engine/inspect/faithfulness_test.hpp"

#include <algorithm>
#include <array>

#include "engine/core/error.hpp"
#include "engine/core/statistics.hpp"
#include "engine/env/registry.hpp"
#include "engine/inspect/empty_cells.hpp"
#include "engine/inspect/landmarks.hpp"

namespace qarium::inspect {
namespace {

// Streams of a faithfulness test, beside those of evaluations: episode e is kTestEpisodes + e.
constexpr std::uint32_t kTestEpisodes = 1U << 24U;
constexpr std::uint32_t kOrders = kTestEpisodes - 1;
constexpr std::uint32_t kBootstrap = kTestEpisodes - 2;
constexpr std::uint32_t kRedrawn = 1U << 24U;  // of Purpose::Initialisation

void draw_anew(agent::Policy& policy, core::Stage stage, std::uint64_t seed, std::uint32_t draw) {
  policy.redraw(stage, core::RandomStream(seed, core::Purpose::Initialisation,
                                          kRedrawn + 8 * draw + static_cast<std::uint32_t>(stage)));
}

std::array<std::span<const std::byte>, 1> alone(const std::vector<std::byte>& observation) {
  return {std::span<const std::byte>(observation)};
}

std::vector<float> map_of(agent::Policy& policy, const std::vector<std::byte>& observation, int action) {
  return mean_map(*policy.inspect(alone(observation), nullptr).front().attention, action);
}

}  // namespace

FaithfulnessTest::FaithfulnessTest(const config::Hyperparameters& hyperparameters, agent::Policy& policy,
                                   FaithfulnessRequest request)
    : hyperparameters_(hyperparameters),
      request_(std::move(request)),
      environment_(env::make(hyperparameters.environment)),
      stream_(request_.seed, core::Purpose::Evaluation, kOrders),
      deletion_(false, request_.episodes == 0),
      insertion_(true, request_.episodes == 0) {
  if (hyperparameters.attention.kind == "none") {
    throw core::UserError(
        "this network has no attention to examine: choose attention.kind, or a preset with attention");
  }
  if (policy.recurrent()) {
    throw core::UserError("an agent with a memory cannot be examined: set memory.kind = none");
  }
  policy_ = policy.clone();
  for (std::uint32_t draw = 0; draw < kRedraws; ++draw) {
    other_attention_.push_back(policy.clone());
    draw_anew(*other_attention_.back(), core::Stage::Attention, request_.seed, draw);
    other_encoder_.push_back(other_attention_.back()->clone());
    draw_anew(*other_encoder_.back(), core::Stage::Encoder, request_.seed, draw);
  }
  cells_ = cells_of_tokens(environment_->spec().observation_space, policy_->token_grid());
  if (request_.episodes == 0) waiting_ = {request_.state};
}

bool FaithfulnessTest::tick() {
  if (finished_) return false;
  if (work_) {
    measure_orders();
  } else if (!waiting_.empty()) {
    begin_state();
  } else if (episodes_done_ < request_.episodes) {
    play_episode();
  }
  if (work_ || !waiting_.empty()) return true;
  deletion_.end_episode();
  insertion_.end_episode();
  finished_ = episodes_done_ >= request_.episodes;
  return !finished_;
}

void FaithfulnessTest::play_episode() {
  environment_->reset(core::RandomStream(request_.seed, core::Purpose::Evaluation,
                                         kTestEpisodes + static_cast<std::uint32_t>(episodes_done_)));
  ++episodes_done_;
  std::vector<std::vector<std::byte>> states;
  env::StepResult result;
  while (!result.over()) {
    states.emplace_back(environment_->spec().observation_space.bytes());
    environment_->observe(states.back());
    result = environment_->step(agent::greedy(policy_->evaluate(alone(states.back())).preferences));
  }
  const auto kept = std::min(kStatesPerEpisode, states.size());
  for (std::size_t i = kept; i > 0; --i)
    waiting_.push_back(std::move(states[(i - 1) * states.size() / kept]));
  episode_states_ = kept;
}

void FaithfulnessTest::begin_state() {
  auto work = std::make_unique<Work>();
  work->observation = std::move(waiting_.back());
  waiting_.pop_back();
  const auto inspection = std::move(policy_->inspect(alone(work->observation), nullptr).front());
  work->action = agent::greedy(inspection.preferences);
  work->gap = gaps(inspection.preferences, inspection.preferences.size(), work->action)[0];
  work->map = mean_map(*inspection.attention, work->action);
  attention_ = work->map;
  measure_mass(*work);
  if (!(work->gap >= kSmallestGap)) {
    ++skipped_;
    return;
  }
  ++states_;
  measure_saliency(*work);
  check_randomisation(*work);
  work_ = std::move(work);
}

void FaithfulnessTest::measure_orders() {
  auto& work = *work_;
  const auto tokens = cells_.size();
  const Removal removal{work.observation, environment_->spec().observation_space,        cells_, work.action,
                        work.gap,         std::min(kIntervals, static_cast<int>(tokens))};
  if (work.deletion.map.empty()) {
    const auto order = order_by_weight(work.map);
    work.deletion.map = removal_curve(*policy_, removal, order, false);
    work.insertion.map = removal_curve(*policy_, removal, order, true);
    const auto even = order_by_weight(std::vector<float>(tokens));
    work.deletion.uniform = removal_curve(*policy_, removal, even, false);
    work.insertion.uniform = removal_curve(*policy_, removal, even, true);
  }
  for (std::int64_t i = 0; i < kOrdersPerTick; ++i) {
    if (static_cast<std::int64_t>(work.deletion.random.size()) >= request_.orders) break;
    const auto order = random_order(tokens, stream_);
    work.deletion.random.push_back(removal_curve(*policy_, removal, order, false));
    work.insertion.random.push_back(removal_curve(*policy_, removal, order, true));
  }
  if (static_cast<std::int64_t>(work.deletion.random.size()) < request_.orders) return;
  deletion_.add(work.deletion);
  insertion_.add(work.insertion);
  work_.reset();
}

void FaithfulnessTest::measure_saliency(const Work& work) {
  std::vector<std::vector<std::byte>> states(cells_.size() + 1, work.observation);
  for (std::size_t token = 0; token < cells_.size(); ++token)
    empty_cells(states[token], environment_->spec().observation_space, cells_[token]);
  const std::vector<std::span<const std::byte>> batch(states.begin(), states.end());
  const auto values = policy_->evaluate(batch).preferences;
  const auto actions = static_cast<std::size_t>(policy_->actions());
  const auto intact = values.subspan(cells_.size() * actions);
  saliency_.assign(cells_.size(), 0);
  for (std::size_t token = 0; token < cells_.size(); ++token) {
    for (std::size_t a = 0; a < actions; ++a) {
      const float change = values[token * actions + a] - intact[a];
      saliency_[token] += 0.5F * change * change;
    }
  }
  saliency_correlation_ += core::rank_correlation(work.map, saliency_);
}

void FaithfulnessTest::check_randomisation(const Work& work) {
  for (std::uint32_t draw = 0; draw < kRedraws; ++draw) {
    other_attention_correlation_ +=
        core::rank_correlation(work.map, map_of(*other_attention_[draw], work.observation, work.action)) / kRedraws;
    other_encoder_correlation_ +=
        core::rank_correlation(work.map, map_of(*other_encoder_[draw], work.observation, work.action)) / kRedraws;
  }
}

void FaithfulnessTest::measure_mass(const Work& work) {
  const auto landmarks = environment_->landmarks(work.observation);
  if (landmarks.empty()) return;
  ++marked_;
  const auto on = tokens_on(landmarks, policy_->token_grid());
  double area = 0;
  for (std::size_t token = 0; token < on.size(); ++token) {
    if (!on[token]) continue;
    mass_ += work.map[token];
    area += 1;
  }
  area_ += area / static_cast<double>(on.size());
}

protocol::Faithfulness FaithfulnessTest::result() const {
  const auto mean = [](double sum, std::int64_t count) {
    return count == 0 ? 0.0F : static_cast<float>(sum / static_cast<double>(count));
  };
  protocol::Faithfulness faithfulness;
  faithfulness.running = !finished_;
  const double in_state =
      work_ ? static_cast<double>(work_->deletion.random.size()) / static_cast<double>(request_.orders) : 0;
  const double left = static_cast<double>(waiting_.size()) + (work_ ? 1 - in_state : 0);
  const double in_episode = 1 - left / static_cast<double>(episode_states_);
  const double done = request_.episodes == 0 ? in_episode
                                             : (static_cast<double>(episodes_done_) - 1 + in_episode) /
                                                   static_cast<double>(request_.episodes);
  faithfulness.progress = finished_ ? 1.0F : static_cast<float>(std::clamp(done, 0.0, 1.0));
  faithfulness.episodes = request_.episodes;
  faithfulness.orders = request_.orders;
  faithfulness.states = states_;
  faithfulness.skipped = skipped_;
  const core::RandomStream stream(request_.seed, core::Purpose::Evaluation, kBootstrap);
  faithfulness.deletion = deletion_.result(stream);
  faithfulness.insertion = insertion_.result(stream);
  const auto grid = policy_->token_grid();
  faithfulness.rows = grid.rows;
  faithfulness.columns = grid.columns;
  faithfulness.saliency = saliency_;
  faithfulness.attention = attention_;
  faithfulness.saliency_correlation = mean(saliency_correlation_, states_);
  faithfulness.redrawn_attention_correlation = mean(other_attention_correlation_, states_);
  faithfulness.redrawn_encoder_correlation = mean(other_encoder_correlation_, states_);
  faithfulness.mass = mean(mass_, marked_);
  faithfulness.area = mean(area_, marked_);
  faithfulness.basis = request_.basis;
  return faithfulness;
}

}  // namespace qarium::inspect
