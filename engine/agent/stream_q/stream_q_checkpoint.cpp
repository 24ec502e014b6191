// What a checkpoint holds of a learner from a stream: all of it, its trace included.
#include "engine/agent/network/weights.hpp"
#include "engine/agent/stream_q/stream_q_learner.hpp"
#include "engine/core/bytes.hpp"

namespace qarium::agent {
namespace {

constexpr const char* kStreamSection = "stream_q";

}  // namespace

void StreamQLearner::save(core::Archive& archive) {
  save_flat(archive, policy_->parameters().values(), policy_->parameters().slices(), "");
  core::ByteWriter out;
  out.put(rebuilds_);
  out.put(exploration_stream_.position());
  out.put_all(trace_);
  observations_.save(out);
  rewards_.save(out);
  out.put(discounted_reward_);
  for (const auto* observation : {&current_, &before_, &after_})
    out.put_bytes(*observation);
  out.put(static_cast<std::int64_t>(action_));
  out.put(reward_);
  for (const bool flag : {begins_, greedy_, terminal_, over_, due_})
    out.put(static_cast<std::uint8_t>(flag));
  archive.sections[kStreamSection] = out.take();
}

void StreamQLearner::restore(const core::Archive& archive) {
  restore_flat(archive, policy_->parameters().slices(), "", policy_->parameters().values());
  const auto found = archive.sections.find(kStreamSection);
  if (found == archive.sections.end()) return;
  core::ByteReader in(found->second, "the checkpoint's section 'stream_q'");
  rebuilds_ = in.get<std::uint32_t>();
  exploration_stream_.seek(in.get<std::uint64_t>());
  auto trace = in.get_all<float>();
  in.require(trace.size() == trace_.size(), "holds another network's trace");
  trace_ = std::move(trace);
  observations_.restore(in);
  rewards_.restore(in);
  discounted_reward_ = in.get<double>();
  for (auto* observation : {&current_, &before_, &after_}) {
    const auto its = in.take(spec_.observation_space.bytes());
    observation->assign(its.begin(), its.end());
  }
  const auto action = in.get<std::int64_t>();
  in.require(action >= 0 && action < policy_->actions(), "holds an action that is none");
  action_ = static_cast<int>(action);
  reward_ = in.get<float>();
  for (bool* flag : {&begins_, &greedy_, &terminal_, &over_, &due_})
    *flag = in.get_flag();
  in.expect_end();
}

}  // namespace qarium::agent
