#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/config/presets.hpp"
#include "engine/protocol/scene.hpp"

namespace qarium::widgets {

/// What can be told of an environment before an agent lives in it.
struct World {
  protocol::Scene scene;                  ///< where an episode begins
  std::vector<std::int64_t> observation;  ///< shape; empty: not known
  std::vector<std::string> actions;       ///< names; empty: not known
};

/// What the gallery asks of the program; a model that the program fills. What is not set is not told.
struct Worlds {
  /// Makes an environment of the registry and looks at where it begins; of one in Python, which would take seconds, the
  /// frame that was kept, or nothing.
  std::function<std::optional<World>(const config::EnvironmentOptions&)> look;
  /// Keeps a frame of one in Python for the next time.
  std::function<void(const std::string& id, const protocol::Scene&)> keep;
  /// As `look` of a task of the laboratory: what is told, above what is to be answered.
  std::function<std::optional<World>(const std::string& task)> look_at_task;
  /// With what a world that is named by its id alone is begun; the name is that of the preset, or empty.
  std::function<config::Preset(const std::string& id)> plan;
};

}  // namespace qarium::widgets
