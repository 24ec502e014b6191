#include "engine/train/episodes_in_progress.hpp"

#include <cmath>
#include <cstring>

#include "engine/core/error.hpp"

namespace qarium::train {
namespace {

constexpr float kMostNumber = 1 << 20;

std::string of_environment(std::size_t i, const char* what) {
  return "episodes/" + std::to_string(i) + "/" + what;
}

std::string of_memory(const std::string& name) {
  return "episodes/memory/" + name;
}

/// A whole number from 0 to below `end`, as an array of the checkpoint holds it.
float whole(float value, float end, const std::string& name) {
  if (value >= 0 && value < end && value == std::floor(value)) return value;
  throw core::UserError("array '" + name + "' of the checkpoint holds " + std::to_string(value) +
                        ", which is no whole number from 0 to " + std::to_string(static_cast<int>(end) - 1));
}

torch::Tensor read_tensor(const run::NamedArray& array, const torch::Tensor& like) {
  if (array.shape != like.sizes().vec()) {
    throw core::UserError("array '" + array.name + "' of the checkpoint has another shape than the memory");
  }
  auto tensor = torch::empty(array.shape, torch::kFloat);
  std::memcpy(tensor.data_ptr<float>(), array.values.data(), array.values.size() * sizeof(float));
  return tensor;
}

}  // namespace

void append_episodes(run::Safetensors& checkpoint, const EpisodesInProgress& episodes,
                     const std::vector<std::string>& names) {
  for (std::size_t i = 0; i < episodes.episodes.size(); ++i) {
    const auto& [number, actions] = episodes.episodes[i];
    checkpoint.arrays.push_back({of_environment(i, "number"), {1}, {static_cast<float>(number)}});
    checkpoint.arrays.push_back(
        {of_environment(i, "actions"), {static_cast<std::int64_t>(actions.size())}, {actions.begin(), actions.end()}});
  }
  for (std::size_t i = 0; i < episodes.memory.size(); ++i) {
    const auto tensor = episodes.memory[i].contiguous();
    const auto* values = tensor.data_ptr<float>();
    checkpoint.arrays.push_back({of_memory(names[i]), tensor.sizes().vec(), {values, values + tensor.numel()}});
  }
}

std::optional<EpisodesInProgress> read_episodes(const run::Safetensors& checkpoint, std::size_t n, int actions,
                                                const nn::MemoryState& like, const std::vector<std::string>& names) {
  if (checkpoint.find(of_environment(0, "number")) == nullptr) return std::nullopt;
  EpisodesInProgress read;
  for (std::size_t i = 0; i < n; ++i) {
    auto& episode = read.episodes.emplace_back();
    const auto& number = checkpoint.need(of_environment(i, "number"));
    if (number.values.size() != 1) throw core::UserError("array '" + number.name + "' must hold one number");
    episode.number = static_cast<std::uint32_t>(whole(number.values[0], kMostNumber, number.name));
    const auto& taken = checkpoint.need(of_environment(i, "actions"));
    for (const float action : taken.values)
      episode.actions.push_back(static_cast<int>(whole(action, static_cast<float>(actions), taken.name)));
  }
  for (std::size_t i = 0; i < like.size(); ++i)
    read.memory.push_back(read_tensor(checkpoint.need(of_memory(names[i])), like[i]));
  return read;
}

}  // namespace qarium::train
