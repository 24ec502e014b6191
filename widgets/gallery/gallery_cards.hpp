#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "widgets/context.hpp"

namespace qarium::widgets {

/// What can be opened: a preset, a task of the laboratory, an environment of Gymnasium that was opened before or is
/// typed.
struct GalleryCard {
  enum class Kind { Preset, Task, Yours, Typed };
  Kind kind;
  std::string id;  ///< of the card, and its control's name: "preset.catch", "task.copy", "yours.gym:ALE/Pong-v5"
  std::string name;
  std::string group;
  std::string description;
  std::string environment;  ///< its id; empty for a task
  std::size_t index = 0;    ///< among the presets or kLaboratoryTasks
  bool trained = false;     ///< an agent ships
  int fit = 0;              ///< to what was looked for: the greatest fits best
};

/// The groups in their order, as GalleryCard::group says them: those of presets, "laboratory", "yours".
std::vector<std::string_view> gallery_groups();
/// All that there is, group after group.
std::vector<GalleryCard> gallery_cards(const PanelContext& context);
/// The id of the bridge that a text names, "gym:ALE/Pong-v5"; empty where it names none. The prefix may be missing
/// where the rest looks like an id of Gymnasium.
std::string typed_environment(std::string_view text);
/// Those that hold every word of the text in name, description, environment or group, in their order; before them the
/// environment that is typed, where none of them is that. With a group, that alone is looked through.
std::vector<GalleryCard> gallery_matches(const PanelContext& context, std::string_view text, std::string_view group);

}  // namespace qarium::widgets
