// What the stage shows of the network's inside at the moment looked at: attention, memory, and both with interventions.
#include <algorithm>
#include <array>

#include "engine/core/error.hpp"
#include "engine/inspect/alignment.hpp"
#include "engine/inspect/counterfactual.hpp"
#include "engine/inspect/empty_cells.hpp"
#include "engine/inspect/episode_viewer.hpp"
#include "engine/inspect/landmarks.hpp"
#include "engine/inspect/memory_change.hpp"
#include "engine/protocol/commands.hpp"
#include "engine/protocol/memory_traces.hpp"

namespace qarium::inspect {
namespace {

/// Steps of the episode whose memory is shown: at most so many, so many of them before the cursor.
constexpr std::int64_t kColumns = 512;
constexpr std::int64_t kColumnsBefore = 360;
}  // namespace

int EpisodeViewer::heads() const {
  const auto& attention = hyperparameters_.attention;
  if (attention.kind == "none") return 0;
  return attention.kind == "multi_head" || attention.kind == "transformer" ? static_cast<int>(attention.heads) : 1;
}

void EpisodeViewer::intervene(const protocol::AttentionChange& change, const protocol::MemoryChange& memory_change) {
  inspect::require_possible(change, spec(), heads());
  inspect::require_possible(memory_change, hyperparameters_.memory, policy_->begin(1));
  if (memory_change.exchange) {
    const auto index = memory_change.exchange->index;
    if (index < first() || index > last()) {
      throw core::UserError("moment " + std::to_string(index) + " is not kept: its state cannot be taken");
    }
    exchanged_frame_ = kept(index).moment.id;
  }
  change_ = change;
  memory_change_ = memory_change;
}

const StoredFrame* EpisodeViewer::exchanged(const protocol::MemoryChange& change) const {
  if (!change.exchange || change.exchange->index < first() || change.exchange->index > last()) return nullptr;
  // On another lane another moment may stand in its place.
  const auto& there = kept(change.exchange->index);
  return there.moment.id == exchanged_frame_ ? &there : nullptr;
}

void EpisodeViewer::drop_lost_exchange() {
  if (memory_change_.exchange && exchanged(memory_change_) == nullptr) memory_change_.exchange.reset();
}

void EpisodeViewer::evaluate_counterfactual() {
  drop_lost_exchange();
  InspectedFrame wanted{time_lines_, cursor_, version_, false, change_, memory_change_};
  if (wanted == counterfactual_of_) return;
  counterfactual_of_ = std::move(wanted);
  counterfactual_.reset();
  if (change_.empty() && memory_change_.empty()) return;
  const auto& here = kept(cursor_);
  const auto recurrent_state = readable(here);
  const auto* taken = exchanged(memory_change_);
  const auto other = taken ? readable(*taken) : agent::RecurrentState();
  counterfactual_ = inspect::counterfactual(
      *policy_, {*environment_, here.observation, recurrent_state, taken ? &other : nullptr}, change_, memory_change_);
  counterfactual_->basis = basis();
  counterfactual_->attention.version = ++attention_version_;
  counterfactual_->memory_version = ++memory_version_;
}

inspect::CounterfactualStart EpisodeViewer::counterfactual_start() {
  if (hyperparameters_.memory.kind == "none")
    throw core::UserError("this network has no memory: there is no counterfactual to play");
  if (!can_go_back()) throw core::UserError(spec().id + " cannot be played on from an earlier state");
  const auto& here = kept(cursor_);
  if (here.moment.terminated || here.moment.truncated) {
    throw core::UserError("the episode is over here: choose an earlier moment to play on from");
  }
  drop_lost_exchange();
  const auto* taken = exchanged(memory_change_);
  const auto other = taken ? readable(*taken) : agent::RecurrentState();
  inspect::CounterfactualStart start;
  start.index = cursor_;
  start.state = here.state;
  start.untouched = readable(here);
  start.changed = inspect::changed(memory_change_, *policy_, start.untouched, taken ? &other : nullptr);
  start.intervention = inspect::intervention_of(change_, memory_change_);
  start.basis = basis();
  return start;
}

void EpisodeViewer::recall(const std::vector<std::int64_t>& indices) {
  recalled_.clear();
  for (const auto index : indices) {
    if (index < first() || index > last() || recalled_.size() == protocol::kRecallLimit) continue;
    draw(kept(index), recalled_.emplace_back(protocol::RecalledFrame{index, kept(index).moment.step, {}}).scene);
  }
}

void EpisodeViewer::inspect_attention(bool with_matrix) {
  const auto& here = kept(cursor_);
  InspectedFrame wanted{time_lines_, cursor_, version_, with_matrix, {}, {}};
  if (wanted == inspected_) return;
  inspected_ = std::move(wanted);
  attention_.reset();
  if (heads() == 0) return;
  const std::array<std::span<const std::byte>, 1> batch = {here.observation};
  const auto recurrent_state = readable(here);
  attention_ = std::move(policy_->inspect(batch, &recurrent_state, {}, with_matrix).front().attention);
  add_landmarks(*attention_, environment_->landmarks(here.observation));
  const auto& shape = spec().observation_space.shape;
  if (shape.size() >= 2) {
    attention_->cell_rows = static_cast<int>(shape[shape.size() - 2]);
    attention_->cell_columns = static_cast<int>(shape.back());
  }
  const auto frames = static_cast<std::size_t>(spec().frames);
  const std::span<const std::byte> seen = here.observation;
  for (std::size_t frame = 1; frame < frames && attention_->frames == static_cast<int>(frames); ++frame)
    environment_->render_observation(seen.first(frame * seen.size() / frames), attention_->earlier.emplace_back());
  attention_->version = ++attention_version_;
}

void EpisodeViewer::inspect_alignment() {
  InspectedFrame wanted{time_lines_, cursor_, version_, false, {}, {}};
  if (wanted == aligned_) return;
  aligned_ = std::move(wanted);
  alignment_.reset();
  auto known = environment_->alignment(kept(cursor_).observation);
  if (heads() == 0 || known.empty()) return;
  auto view = std::make_shared<protocol::AlignmentView>();
  view->first = cursor_;
  while (view->first > first() && kept(view->first).moment.step > 0)
    --view->first;
  const auto& here = kept(cursor_).moment;
  const auto end = here.terminated || here.truncated ? cursor_ : cursor_ + 1;
  std::vector<SourceWeights> all;
  for (auto index = view->first; index < end; ++index) {
    const auto& its = kept(index);
    const auto seen = std::ranges::find_if(source_weights_, [&](const SourceWeights& weights) {
      return weights.frame == its.moment.id && weights.version == version_;
    });
    if (seen != source_weights_.end()) {
      all.push_back(std::move(*seen));
      seen->frame = 0;
    } else {
      const std::array<std::span<const std::byte>, 1> batch = {its.observation};
      const auto state = readable(its);
      const auto inspection = std::move(policy_->inspect(batch, &state).front());
      const int action = its.moment.action >= 0 ? its.moment.action : agent::greedy(inspection.preferences);
      all.push_back({its.moment.id, version_,
                     source_weights(*inspection.attention, action, known, cells_of(spec().observation_space))});
    }
    if (all.back().weights.empty()) return;
    view->weights.insert(view->weights.end(), all.back().weights.begin(), all.back().weights.end());
    ++view->rows;
  }
  source_weights_ = std::move(all);
  view->known = std::move(known);
  view->version = ++attention_version_;
  alignment_ = std::move(view);
}

void EpisodeViewer::inspect_critic() {
  InspectedFrame wanted{time_lines_, cursor_, version_, false, {}, {}};
  if (wanted == criticised_) return;
  criticised_ = std::move(wanted);
  critic_.reset();
  if (config::critic_states(hyperparameters_) == 0) return;
  const auto& here = kept(cursor_);
  const std::array<std::span<const std::byte>, 1> batch = {here.observation};
  const auto state = readable(here);
  critic_ = std::move(policy_->inspect(batch, &state).front().critic);
}

std::shared_ptr<protocol::MemoryView> EpisodeViewer::inspect_memory(StoredFrame& kept) {
  const std::array<std::span<const std::byte>, 1> batch = {kept.observation};
  const auto recurrent_state = readable(kept);
  const auto inspection = std::move(policy_->inspect(batch, &recurrent_state).front());
  const auto& view = inspection.memory;
  view->version = ++memory_version_;
  if (!kept.memory) {
    kept.memory = protocol::memory_step(*view, inspection.memory_input, inspection.preferences);
    kept.memory->weights = version_;
    kept.memory->position = parameters_;
    past_.count(kept);
  }
  return view;
}

void EpisodeViewer::inspect_memory() {
  InspectedFrame wanted{time_lines_, cursor_, version_, false, {}, {}};
  if (!(wanted == inspected_memory_)) {
    inspected_memory_ = std::move(wanted);
    memory_ = inspect_memory(kept(cursor_));
  }
  gather_memory_episode();
  past_.fit();
  cursor_ = std::max(cursor_, first());
}

void EpisodeViewer::gather_memory_episode() {
  Gathered wanted{time_lines_, cursor_, cursor_};
  while (wanted.from > first() && cursor_ - wanted.from < kColumnsBefore && kept(wanted.from).moment.step > 0)
    --wanted.from;
  while (wanted.to < last() && wanted.to - wanted.from + 1 < kColumns && kept(wanted.to + 1).moment.step > 0)
    ++wanted.to;
  if (wanted == gathered_ && memory_episode_) return;
  gathered_ = wanted;
  auto strips = std::make_shared<protocol::MemoryEpisode>();
  strips->version = ++memory_version_;
  strips->first = wanted.from;
  strips->first_step = kept(wanted.from).moment.step;
  for (auto index = wanted.from; index <= wanted.to; ++index) {
    auto& its = kept(index);
    if (!its.memory) inspect_memory(its);
    protocol::append(*strips, *its.memory);
  }
  memory_episode_ = std::move(strips);
}

}  // namespace qarium::inspect
