// What a checkpoint holds of a DQN.
#include <algorithm>

#include "engine/agent/dqn/dqn_learner.hpp"
#include "engine/agent/network/weights.hpp"
#include "engine/core/error.hpp"

namespace qarium::agent {
namespace {

constexpr const char* kTarget = "target/";
constexpr const char* kMean = "optimizer/mean/";
constexpr const char* kSquare = "optimizer/square/";
constexpr const char* kVelocity = "optimizer/velocity/";  // only where RMSprop had momentum
constexpr const char* kMemory = "episodes/memory/";       // what is remembered of the episodes in progress

}  // namespace

void DqnLearner::save(core::Archive& archive) {
  const auto& slices = dqn_.online().parameters().slices();
  save_flat(archive, dqn_.online().parameters().values(), slices, "");
  save_flat(archive, dqn_.target().parameters().values(), slices, kTarget);
  save_flat(archive, dqn_.optimizer().mean(), slices, kMean);
  save_flat(archive, dqn_.optimizer().square(), slices, kSquare);
  if (dqn_.optimizer().has_velocity()) save_flat(archive, dqn_.optimizer().velocity(), slices, kVelocity);
  archive.metadata["optimizer"] = dqn_.optimizer().kind();
  archive.metadata["optimizer_steps"] = std::to_string(dqn_.optimizer().steps());
  if (!recurrent_state_.layout) return;
  const auto& parts = recurrent_state_.layout->parts;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    auto shape = parts[i].shape;
    shape.insert(shape.begin(), static_cast<std::int64_t>(recurrent_state_.size()));
    const auto values = recurrent_state_.part(i);
    archive.arrays.push_back({kMemory + parts[i].name, std::move(shape), {values.begin(), values.end()}});
  }
}

void DqnLearner::restore(const core::Archive& archive) {
  const auto& slices = dqn_.online().parameters().slices();
  restore_flat(archive, slices, "", dqn_.online().parameters().values());
  restore_flat(archive, slices, kTarget, dqn_.target().parameters().values());
  restore_flat(archive, slices, kMean, dqn_.optimizer().mean());
  restore_flat(archive, slices, kSquare, dqn_.optimizer().square());
  if (archive.find(kVelocity + slices.front().name))
    restore_flat(archive, slices, kVelocity, dqn_.optimizer().velocity());
  dqn_.optimizer().restore(archive.text("optimizer"), archive.count("optimizer_steps"));
  // Checkpoints of earlier versions hold no episodes.
  if (!recurrent_state_.layout || archive.find("episodes/0/number") == nullptr) return;
  const auto& parts = recurrent_state_.layout->parts;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto& array = archive.need(kMemory + parts[i].name);
    auto shape = parts[i].shape;
    shape.insert(shape.begin(), static_cast<std::int64_t>(recurrent_state_.size()));
    if (array.shape != shape)
      throw core::UserError("array '" + array.name + "' of the checkpoint has another shape than the memory");
    std::ranges::copy(array.values, recurrent_state_.part(i).begin());
  }
}

}  // namespace qarium::agent
