// What a checkpoint holds of a DQN.
#include <algorithm>

#include "engine/agent/dqn/dqn_learner.hpp"
#include "engine/agent/network/learned_archive.hpp"
#include "engine/agent/network/weights.hpp"
#include "engine/core/bytes.hpp"

namespace qarium::agent {
namespace {

constexpr const char* kTarget = "target/";
constexpr const char* kSection = "dqn";
constexpr const char* kNoiseSection = "dqn noise";

}  // namespace

void DqnLearner::save(core::Archive& archive) {
  const auto& slices = dqn_.online().parameters().slices();
  save_flat(archive, dqn_.online().parameters().values(), slices, "");
  save_flat(archive, dqn_.target().parameters().values(), slices, kTarget);
  save_optimizer(archive, dqn_.optimizer(), slices);
  save_exact(archive);
  save_last_update(archive);
  save_memories(archive, recurrent_state_);
}

void DqnLearner::restore(const core::Archive& archive) {
  const auto& slices = dqn_.online().parameters().slices();
  restore_flat(archive, slices, "", dqn_.online().parameters().values());
  restore_flat(archive, slices, kTarget, dqn_.target().parameters().values());
  restore_optimizer(archive, dqn_.optimizer(), slices);
  restore_noise(archive, kNoiseSection, dqn_.noise(), acting_noise_);
  restore_exact(archive);
  restore_last_update(archive);
  restore_memories(archive, recurrent_state_);
}

void DqnLearner::save_exact(core::Archive& archive) const {
  core::ByteWriter out;
  out.put(steps_in_replay_);
  out.put(steps_since_round_);
  out.put(steps_since_target_);
  out.put(updates_due_);
  out.put(last_update_step_);
  out.put(replay_number_);
  out.put(dqn_.rebuilds());
  out.put(replay_stream_.position());
  for (std::size_t i = 0; i < environments(); ++i) {
    out.put(exploration_streams_[i].position());
    out.put(static_cast<std::uint8_t>(in_episode_[i]));
    out.put(recurrent_state_.actions[i]);
    out.put(recurrent_state_.rewards[i]);
    out.put_bytes(replay_->observation(replay_->current_slot(i)));
  }
  replay_->save_priorities(out);
  if (sequences_) sequences_->save(out);
  archive.sections[kSection] = out.take();
  save_noise(archive, kNoiseSection, dqn_.noise(), acting_noise_);
}

void DqnLearner::restore_exact(const core::Archive& archive) {
  const auto found = archive.sections.find(kSection);
  if (found == archive.sections.end()) return;
  core::ByteReader in(found->second, "the checkpoint's section 'dqn'");
  const auto steps_in_replay = in.get<std::int64_t>();
  const auto steps_since_round = in.get<std::int64_t>();
  steps_since_target_ = in.get<std::int64_t>();
  const auto updates_due = in.get<std::int64_t>();
  const auto last_update_step = in.get<std::int64_t>();
  in.require(std::min({steps_in_replay, steps_since_round, steps_since_target_, updates_due}) >= 0, "counts below 0");
  const auto replay_number = in.get<std::uint64_t>();
  dqn_.count_rebuilds(in.get<std::uint32_t>());
  replay_stream_.seek(in.get<std::uint64_t>());
  std::vector<std::span<const std::byte>> observations;
  for (std::size_t i = 0; i < environments(); ++i) {
    exploration_streams_[i].seek(in.get<std::uint64_t>());
    in_episode_[i] = in.get_flag();
    recurrent_state_.actions[i] = in.get<std::int64_t>();
    recurrent_state_.rewards[i] = in.get<float>();
    in.require(recurrent_state_.actions[i] < spec_.action_space.n(), "holds an action that is none");
    observations.push_back(in.take(spec_.observation_space.bytes()));
  }
  if (archive.experience.empty() && steps_in_replay > 0) return;  // replay was left out, and fills anew
  restore_experience(archive.experience);
  for (std::size_t i = 0; i < environments(); ++i)
    std::ranges::copy(observations[i], replay_->current(i).begin());
  replay_->restore_priorities(in);
  if (sequences_) sequences_->restore(in, dqn_.online().begin(1).values.size());
  in.expect_end();
  steps_in_replay_ = steps_in_replay;
  steps_since_round_ = steps_since_round;
  updates_due_ = updates_due;
  last_update_step_ = last_update_step;
  replay_number_ = replay_number;
}

void DqnLearner::restore_experience(const std::vector<std::vector<std::byte>>& parts) {
  for (const auto& part : parts) {
    core::ByteReader in(part, "a part of the checkpoint's replay");
    replay_->restore(in);
    if (sequences_) sequences_->restore_states(in);
    in.expect_end();
  }
  replay_->restored(hyperparameters_.n_step, hyperparameters_.prioritized_replay && !sequences_);
}

std::vector<std::byte> DqnLearner::experience_since(ExperienceMark& mark) const {
  if (mark.replay != replay_number_ || mark.written.size() != environments())
    mark = {replay_number_, std::vector<std::int64_t>(environments(), 0)};
  if (mark.written == replay_->filled()) return {};
  core::ByteWriter out;
  replay_->save(mark.written, out);
  if (sequences_) sequences_->save_states(mark.written, out);
  mark.written = replay_->filled();
  return out.take();
}

ExperienceMark DqnLearner::oldest_experience() const {
  return {replay_number_, replay_->oldest()};
}

}  // namespace qarium::agent
