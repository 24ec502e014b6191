#include "widgets/gallery/gallery_cards.hpp"

#include <algorithm>
#include <cctype>
#include <limits>

#include "engine/config/trained_agents.hpp"
#include "engine/protocol/laboratory_tasks.hpp"
#include "widgets/find/findable.hpp"
#include "widgets/gallery/gallery.hpp"

namespace qarium::widgets {
namespace {

constexpr std::string_view kBridge = "gym:";
constexpr std::string_view kLaboratoryGroup = "laboratory";
constexpr std::string_view kYoursGroup = "yours";

GalleryCard card_of_preset(const config::Preset& preset, std::size_t index) {
  return {.kind = GalleryCard::Kind::Preset,
          .id = "preset." + preset.name,
          .name = preset.name,
          .group = preset.group,
          .description = preset.description,
          .environment = preset.hyperparameters.environment.id,
          .index = index,
          .trained = config::has_trained_agent(preset.name)};
}

/// "gym:ALE/Pong-v5" -> "Pong-v5".
std::string short_id(std::string_view id) {
  return std::string(id.substr(std::max(id.rfind('/') + 1, id.rfind(':') + 1)));
}

GalleryCard card_of_environment(const std::string& id, GalleryCard::Kind kind) {
  const bool typed = kind == GalleryCard::Kind::Typed;
  return {.kind = kind,
          .id = (typed ? "typed." : "yours.") + id,
          .name = typed ? "Open " + id : short_id(id),
          .group = std::string(kYoursGroup),
          .description = typed ? "Any environment that Gymnasium knows in your Python. It is tried, and kept under "
                                 "yours where it runs"
                               : "Opened here before",
          .environment = id};
}

/// "ALE/Pong-v5", "my_module:MyEnv-v0".
bool looks_like_id(std::string_view text) {
  const auto version = text.rfind("-v");
  if (version == std::string_view::npos || version == 0 || version + 2 >= text.size()) return false;
  return std::all_of(text.begin() + static_cast<std::ptrdiff_t>(version) + 2, text.end(),
                     [](unsigned char letter) { return std::isdigit(letter) != 0; });
}

}  // namespace

std::vector<std::string_view> gallery_groups() {
  std::vector<std::string_view> groups(config::kPresetGroups.begin(), config::kPresetGroups.end());
  groups.push_back(kLaboratoryGroup);
  groups.push_back(kYoursGroup);
  return groups;
}

std::vector<GalleryCard> gallery_cards(const PanelContext& context) {
  std::vector<GalleryCard> all;
  for (const auto group : config::kPresetGroups) {
    const auto first = static_cast<std::ptrdiff_t>(all.size());
    for (std::size_t i = 0; i < context.presets.size(); ++i) {
      if (context.presets[i].group == group) all.push_back(card_of_preset(context.presets[i], i));
    }
    std::ranges::sort(all.begin() + first, all.end(), {}, &GalleryCard::name);
  }
  for (std::size_t i = 0; i < protocol::kLaboratoryTasks.size(); ++i) {
    const auto& task = protocol::kLaboratoryTasks[i];
    all.push_back({.kind = GalleryCard::Kind::Task,
                   .id = "task." + std::string(task.id),
                   .name = std::string(task.title),
                   .group = std::string(kLaboratoryGroup),
                   .description = std::string(task.description),
                   .index = i});
  }
  for (const auto& id : context.view.of<GalleryState>().yours)
    all.push_back(card_of_environment(id, GalleryCard::Kind::Yours));
  return all;
}

std::string typed_environment(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0)
    text.remove_suffix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0)
    text.remove_prefix(1);
  const bool bridged = text.starts_with(kBridge);
  if (bridged) text.remove_prefix(kBridge.size());
  const bool spaced = std::ranges::any_of(text, [](unsigned char letter) { return letter <= ' '; });
  if (text.empty() || spaced || (!bridged && !looks_like_id(text))) return {};
  return std::string(kBridge).append(text);
}

std::vector<GalleryCard> gallery_matches(const PanelContext& context, std::string_view text, std::string_view group) {
  const auto typed = typed_environment(text);
  bool known = typed.empty();
  std::vector<GalleryCard> found;
  for (auto& card : gallery_cards(context)) {
    if (!group.empty() && card.group != group) continue;
    const Findable findable{
        Findable::Kind::Preset, card.name, card.description + " " + card.environment + " " + card.group, {}, 0};
    card.fit = match(findable, text);
    if (card.fit == 0) continue;
    // One that is the program's own needs no Python.
    known = known || card.environment == typed || card.environment == typed.substr(kBridge.size());
    found.push_back(std::move(card));
  }
  if (!known) {
    found.insert(found.begin(), card_of_environment(typed, GalleryCard::Kind::Typed));
    found.front().fit = std::numeric_limits<int>::max();
  }
  return found;
}

}  // namespace qarium::widgets
