// What a checkpoint holds of a learner from rollouts: all of it, since a rollout is small.
#include <algorithm>

#include "engine/agent/network/learned_archive.hpp"
#include "engine/agent/network/weights.hpp"
#include "engine/agent/rollout/rollout_learner.hpp"
#include "engine/core/bytes.hpp"

namespace qarium::agent {
namespace {

constexpr const char* kRollout = "rollout";
constexpr const char* kNoiseSection = "rollout noise";

void save_state(const RecurrentState& state, core::ByteWriter& out) {
  out.put_all(state.values);
  out.put_all(state.actions);
  out.put_all(state.rewards);
}

void restore_state(RecurrentState& state, int actions, core::ByteReader& in) {
  auto values = in.get_all<float>();
  auto taken = in.get_all<std::int64_t>();
  auto rewards = in.get_all<float>();
  in.require(values.size() == state.values.size() && taken.size() == state.actions.size() &&
                 rewards.size() == state.rewards.size(),
             "holds another memory");
  in.require(std::ranges::all_of(taken, [&](std::int64_t action) { return action >= -1 && action < actions; }),
             "holds an action that is none");
  state.values = std::move(values);
  state.actions = std::move(taken);
  state.rewards = std::move(rewards);
}

}  // namespace

void RolloutLearner::save(core::Archive& archive) {
  const auto& slices = policy_->parameters().slices();
  save_flat(archive, policy_->parameters().values(), slices, "");
  save_optimizer(archive, optimizer_, slices);
  save_exact(archive);
  save_noise(archive, kNoiseSection, update_noise_, acting_noise_);
  save_memories(archive, state_);
}

void RolloutLearner::restore(const core::Archive& archive) {
  const auto& slices = policy_->parameters().slices();
  restore_flat(archive, slices, "", policy_->parameters().values());
  restore_optimizer(archive, optimizer_, slices);
  restore_noise(archive, kNoiseSection, update_noise_, acting_noise_);
  restore_memories(archive, state_);
  first_state_ = state_;
  restore_exact(archive);
}

void RolloutLearner::save_exact(core::Archive& archive) const {
  core::ByteWriter out;
  out.put(rebuilds_);
  out.put(order_stream_.position());
  for (const auto& stream : exploration_streams_)
    out.put(stream.position());
  rollout_->save(out);
  save_state(state_, out);
  save_state(first_state_, out);
  out.put(static_cast<std::uint8_t>(updating_));
  if (updating_) {
    save_targets(out);
    out.put_all(order_);
    out.put(static_cast<std::uint64_t>(next_unit_));
    out.put(epoch_);
  }
  archive.sections[kRollout] = out.take();
}

void RolloutLearner::restore_exact(const core::Archive& archive) {
  const auto found = archive.sections.find(kRollout);
  if (found == archive.sections.end()) return;
  core::ByteReader in(found->second, "the checkpoint's section 'rollout'");
  rebuilds_ = in.get<std::uint32_t>();
  order_stream_.seek(in.get<std::uint64_t>());
  for (auto& stream : exploration_streams_)
    stream.seek(in.get<std::uint64_t>());
  rollout_->restore(in);
  next_step_.assign(environments(), rollout_->filled());
  for (std::size_t k = 0; k < rollout_->filled() * environments(); ++k) {
    const auto action = rollout_->step(k / environments(), k % environments()).action;
    in.require(action >= 0 && action < policy_->actions(), "holds an action that is none");
  }
  restore_state(state_, policy_->actions(), in);
  restore_state(first_state_, policy_->actions(), in);
  updating_ = in.get_flag();
  in.require(updating_ == rollout_->full(), "holds updates without a whole rollout");
  if (updating_) {
    restore_targets(in);
    order_ = in.get_all<std::uint32_t>();
    next_unit_ = in.get<std::uint64_t>();
    epoch_ = in.get<std::int64_t>();
    in.require(order_.size() == units() &&
                   std::ranges::all_of(order_, [&](std::uint32_t unit) { return unit < units(); }) &&
                   next_unit_ < units() && epoch_ >= 0,
               "holds another round of updates");
  }
  in.expect_end();
}

}  // namespace qarium::agent
