#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/exchange/exported_network.hpp"
#include "engine/exchange/view_numbers.hpp"
#include "engine/protocol/scene.hpp"

namespace qarium::exchange {

/// What led from one observation of a watched episode to the next, and what the inspector sees of it.
struct WatchedStep {
  std::int64_t episode = 0;
  std::int64_t step = 0;
  std::span<const std::byte> observation;
  std::span<const float> action_values;
  std::optional<float> state_value;   ///< V(s), where there is a critic
  std::vector<NamedNumbers> numbers;  ///< of attention and memory
  std::vector<protocol::Landmark> landmarks;
  int action = 0;
  float reward = 0;  ///< that the action brought
  bool terminated = false;
  bool truncated = false;
};

struct WatchedEpisodes {
  std::int64_t episodes = 1;
  std::int64_t seed = 0;
  std::string checkpoint;         ///< which one plays: "best"
  std::function<bool()> stopped;  ///< asked at every step; then nothing is written
};

/// Takes the steps as they are played.
class WatchedSink {
 public:
  virtual ~WatchedSink() = default;
  virtual void on_step(const WatchedStep& step) = 0;
  virtual void on_end(std::span<const std::byte> /*final_observation*/) {}
};

/// Plays greedy episodes, those that `qarium eval` plays with as many of them and the same seed. Throws core::UserError
/// where it is stopped.
void watch_episodes(const ExportedNetwork& network, const WatchedEpisodes& wanted, WatchedSink& sink);

/// How a file holds them.
enum class EpisodeFormat {
  Csv,   ///< one row a step, a column a number; without the matrix of which token asks which
  Json,  ///< all, nested
};

/// Plays and writes them. Throws core::UserError naming the file where it cannot be written; what was there is still
/// there then.
void write_episodes(const ExportedNetwork& network, const WatchedEpisodes& wanted, EpisodeFormat format,
                    const std::filesystem::path& file);

/// The first words of a file of episodes in JSON, by which it is known.
inline constexpr std::string_view kEpisodesBegin = "{\"qarium\":\"episodes\",";

}  // namespace qarium::exchange
