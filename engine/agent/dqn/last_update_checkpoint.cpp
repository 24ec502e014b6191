// What a checkpoint holds of a DQN's last update, for whoever wants to look at it again.
#include <algorithm>

#include "engine/agent/dqn/dqn_learner.hpp"
#include "engine/core/bytes.hpp"

namespace qarium::agent {
namespace {

constexpr const char* kUpdateSection = "dqn last update";

void put(core::ByteWriter& out, const protocol::UpdateFacts& facts) {
  out.put(facts.double_q);
  out.put(facts.munchausen);
  out.put_text(facts.distribution);
  out.put(facts.huber);
  out.put(facts.gamma);
  out.put(facts.n_step);
  out.put(facts.loss);
  out.put(facts.gradient_norm);
  out.put(facts.max_grad_norm);
  out.put(facts.learning_rate);
  out.put(facts.target_copies);
  out.put(facts.steps_since_target);
  out.put(facts.target_update_interval);
  out.put(facts.tau);
}

protocol::UpdateFacts get_facts(core::ByteReader& in) {
  protocol::UpdateFacts facts;
  facts.double_q = in.get_flag();
  facts.munchausen = in.get_flag();
  facts.distribution = in.get_text();
  facts.huber = in.get_flag();
  facts.gamma = in.get<double>();
  facts.n_step = in.get<std::int64_t>();
  facts.loss = in.get<double>();
  facts.gradient_norm = in.get<double>();
  facts.max_grad_norm = in.get<double>();
  facts.learning_rate = in.get<double>();
  facts.target_copies = in.get<std::int64_t>();
  facts.steps_since_target = in.get<std::int64_t>();
  facts.target_update_interval = in.get<std::int64_t>();
  facts.tau = in.get<double>();
  return facts;
}

}  // namespace

void DqnLearner::save_last_update(core::Archive& archive) const {
  if (last_update_step_ < 0) return;
  core::ByteWriter out;
  dqn_.last_batch().write(out);
  put(out, facts_);
  out.put(target_copies_);
  const auto& sequences = dqn_.last_sequences();
  const bool whole =
      std::ranges::all_of(sequences, [&](const auto& its) { return sequences_->at(its.slot).has_value(); });
  out.put(update_known_ && whole);
  if (update_known_ && whole) {
    out.put(static_cast<std::uint64_t>(sequences.size()));
    for (const auto& its : sequences) {
      out.put(static_cast<std::uint64_t>(its.slot));
      out.put(its.weight);
    }
  }
  archive.sections[kUpdateSection] = out.take();
}

void DqnLearner::restore_last_update(const core::Archive& archive) {
  const auto found = archive.sections.find(kUpdateSection);
  // Without replay, or of a build that kept none, there is nothing to look at.
  if (found == archive.sections.end() || last_update_step_ < 0) return;
  core::ByteReader in(found->second, "the checkpoint's section 'dqn last update'");
  auto batch = LastBatch::read(in, replay_->capacity(), static_cast<std::size_t>(spec_.action_space.n()));
  facts_ = get_facts(in);
  target_copies_ = in.get<std::int64_t>();
  update_known_ = in.get_flag();
  std::vector<SampledSequence> sequences;
  for (auto left = update_known_ ? in.get<std::uint64_t>() : 0; left > 0; --left) {
    const auto sequence = sequences_ ? sequences_->at(in.get<std::uint64_t>()) : std::nullopt;
    if (!sequence) in.fail("holds a sequence that is not in replay");
    sequences.push_back(*sequence);
    sequences.back().weight = in.get<float>();
  }
  in.expect_end();
  const bool in_them = std::ranges::all_of(batch.places, [&](const auto& place) {
    return place.sequence >= 0 && place.sequence < static_cast<std::int64_t>(sequences.size()) && place.time >= 0 &&
           place.time < sequences[static_cast<std::size_t>(place.sequence)].steps;
  });
  in.require(!update_known_ || (in_them && (sequences_ == nullptr) == sequences.empty()),
             "holds a batch of other sequences");
  dqn_.set_last_batch(std::move(batch), std::move(sequences));
}

}  // namespace qarium::agent
