#include "engine/agent/network/learned_archive.hpp"

#include <algorithm>

#include "engine/agent/network/weights.hpp"
#include "engine/core/bytes.hpp"
#include "engine/core/error.hpp"

namespace qarium::agent {
namespace {

constexpr const char* kMean = "optimizer/mean/";
constexpr const char* kSquare = "optimizer/square/";
constexpr const char* kVelocity = "optimizer/velocity/";  // only where RMSprop had momentum
constexpr const char* kMemory = "episodes/memory/";

std::vector<std::int64_t> shape_of(const StatePart& part, const RecurrentState& state) {
  auto shape = part.shape;
  shape.insert(shape.begin(), static_cast<std::int64_t>(state.size()));
  return shape;
}

}  // namespace

void save_optimizer(core::Archive& archive, Optimizer& optimizer, const std::vector<nn::ParameterSlice>& slices) {
  save_flat(archive, optimizer.mean(), slices, kMean);
  save_flat(archive, optimizer.square(), slices, kSquare);
  if (optimizer.has_velocity()) save_flat(archive, optimizer.velocity(), slices, kVelocity);
  archive.metadata["optimizer"] = optimizer.kind();
  archive.metadata["optimizer_steps"] = std::to_string(optimizer.steps());
}

void restore_optimizer(const core::Archive& archive, Optimizer& optimizer,
                       const std::vector<nn::ParameterSlice>& slices) {
  restore_flat(archive, slices, kMean, optimizer.mean());
  restore_flat(archive, slices, kSquare, optimizer.square());
  if (archive.find(kVelocity + slices.front().name)) restore_flat(archive, slices, kVelocity, optimizer.velocity());
  optimizer.restore(archive.text("optimizer"), archive.count("optimizer_steps"));
}

void save_noise(core::Archive& archive, const std::string& section, const core::RandomStream& of_updates,
                const core::RandomStream& of_acting) {
  core::ByteWriter out;
  out.put(of_updates.position());
  out.put(of_acting.position());
  archive.sections[section] = out.take();
}

void restore_noise(const core::Archive& archive, const std::string& section, core::RandomStream& of_updates,
                   core::RandomStream& of_acting) {
  const auto found = archive.sections.find(section);
  if (found == archive.sections.end()) return;
  core::ByteReader in(found->second, "the checkpoint's section '" + section + "'");
  of_updates.seek(in.get<std::uint64_t>());
  of_acting.seek(in.get<std::uint64_t>());
  in.expect_end();
}

void save_memories(core::Archive& archive, const RecurrentState& state) {
  if (!state.layout) return;
  const auto& parts = state.layout->parts;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto values = state.part(i);
    archive.arrays.push_back({kMemory + parts[i].name, shape_of(parts[i], state), {values.begin(), values.end()}});
  }
}

void restore_memories(const core::Archive& archive, RecurrentState& state) {
  if (!state.layout || archive.find("episodes/0/number") == nullptr) return;
  const auto& parts = state.layout->parts;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto& array = archive.need(kMemory + parts[i].name);
    if (array.shape != shape_of(parts[i], state))
      throw core::UserError("array '" + array.name + "' of the checkpoint has another shape than the memory");
    std::ranges::copy(array.values, state.part(i).begin());
  }
}

}  // namespace qarium::agent
