#include "widgets/gallery/gallery.hpp"

#include <algorithm>
#include <array>

#include "engine/protocol/laboratory_tasks.hpp"
#include "widgets/actions.hpp"
#include "widgets/gallery/world.hpp"
#include "widgets/parts/format.hpp"
#include "widgets/workspaces.hpp"

namespace qarium::widgets {
namespace {

constexpr std::string_view kBridgePrefix = "gym:";
constexpr std::string_view kLaboratory = "laboratory";
constexpr std::string_view kTaskSetting = "task";

constexpr std::array kGalleryRows{setting::names<&GalleryState::yours>("yours"),
                                  setting::names<&GalleryState::spaces>("spaces")};

/// What is no id of the bridge was never opened here.
void settle_gallery(ViewState& view) {
  std::erase_if(view.of<GalleryState>().yours, [](const auto& id) { return typed_environment(id) != id; });
}

/// The laboratory with this task chosen, as its row in the settings would.
void open_task(const PanelContext& context, std::size_t index) {
  for (const auto* workspace : workspaces()) {
    if (workspace->id != kLaboratory) continue;
    for (const auto& row : workspace->settings) {
      if (row.name == kTaskSetting) set(context.view, row, std::string(protocol::kLaboratoryTasks[index].id));
    }
    context.view.workspace = workspace->id;
  }
  context.view.of<GalleryState>().opened = true;
}

/// What a program in Python has said has lines and indents of its own.
std::string one_line(std::string_view text) {
  std::string line;
  for (const char letter : text) {
    const bool blank = static_cast<unsigned char>(letter) <= ' ';
    if (!blank) line += letter;
    if (blank && !line.empty() && line.back() != ' ') line += ' ';
  }
  // Where in whose file it was raised is told by the status line.
  if (const auto place = line.rfind(" (/"); place != std::string::npos && line.ends_with(')')) line.resize(place);
  return line;
}

void begin(const PanelContext& context, const GalleryCard& card, const config::Preset& preset) {
  auto hyperparameters = preset.hyperparameters;
  hyperparameters.seed = context.trainer.hyperparameters.seed;
  context.view.of<GalleryState>().trial = {send(context, protocol::Configure{std::move(hyperparameters)}), card,
                                           preset.name};
}

void open_environment(const PanelContext& context, const GalleryCard& card) {
  auto& state = context.view.of<GalleryState>();
  const auto& plan = context.models.of<Worlds>().plan;
  if (!plan) return;
  try {
    begin(context, card, plan(card.environment));
  } catch (const std::exception& error) {
    state.error = one_line(error.what());
    state.error_of = card.id;
  }
}

/// What is said of an environment's spaces, behind its id: "4 84 84 actions 6".
void note_spaces(const PanelContext& context) {
  const auto& id = context.trainer.hyperparameters.environment.id;
  const auto& network = context.trainer.network;
  if (!id.starts_with(kBridgePrefix) || !network || context.trainer.action_names.empty()) return;
  auto& spaces = context.view.of<GalleryState>().spaces;
  const auto head = id + " ";
  if (const auto found = spaces.lower_bound(head); found != spaces.end() && found->starts_with(head)) return;
  const auto size = observation_words(network->observation);
  spaces.insert(head + std::string(size.view()) + ", " + std::to_string(context.trainer.action_names.size()) +
                " actions");
}

/// The frame of one in Python that is on the stage now.
void note_picture(const PanelContext& context) {
  const auto& id = context.trainer.hyperparameters.environment.id;
  if (!id.starts_with(kBridgePrefix) || !context.stage.scene) return;
  if (context.stage.environment != id || context.stage.scene->grid.cells.empty()) return;
  auto& known = context.view.of<GalleryState>().known;
  if (known.contains(id)) return;
  const auto& worlds = context.models.of<Worlds>();
  known.emplace(id, World{.scene = *context.stage.scene});
  if (worlds.keep) worlds.keep(id, *context.stage.scene);
}

}  // namespace

constinit const SettingSection kGallerySection{"gallery", kGalleryRows, settle_gallery};

void open_card(const PanelContext& context, const GalleryCard& card, bool trained) {
  auto& state = context.view.of<GalleryState>();
  if (state.trial.command != 0) return;
  state.error.clear();
  switch (card.kind) {
    case GalleryCard::Kind::Task:
      open_task(context, card.index);
      break;
    case GalleryCard::Kind::Preset:
      if (const auto& preset = context.presets[card.index]; trained && card.trained) {
        state.trial = {send(context, protocol::LoadTrained{preset.name}), card, preset.name};
      } else {
        begin(context, card, preset);
      }
      break;
    case GalleryCard::Kind::Yours:
    case GalleryCard::Kind::Typed:
      open_environment(context, card);
      break;
  }
}

void serve_gallery(const PanelContext& context) {
  note_spaces(context);
  note_picture(context);
  auto& state = context.view.of<GalleryState>();
  const auto& answer = context.pending.begun();
  if (state.trial.command == 0 || !answer || answer->command < state.trial.command) return;
  const auto trial = std::exchange(state.trial, {});
  if (answer->command != trial.command) return;  // another has begun since
  if (!answer->accepted) {
    state.error = one_line(answer->message);
    state.error_of = trial.card.id;
    state.typing = true;
    return;
  }
  context.view.preset = trial.preset;
  state.opened = true;
  if (trial.card.kind != GalleryCard::Kind::Preset) state.yours.insert(trial.card.environment);
}

const World* world_of(const PanelContext& context, const GalleryCard& card) {
  auto& state = context.view.of<GalleryState>();
  auto& known = state.known;
  const bool bridged = card.environment.starts_with(kBridgePrefix);
  const auto& key = bridged ? card.environment : card.id;
  if (const auto found = known.find(key); found != known.end()) return &found->second;
  if (state.unseen.contains(key)) return nullptr;
  const auto& worlds = context.models.of<Worlds>();
  std::optional<World> world;
  if (card.kind == GalleryCard::Kind::Task) {
    if (worlds.look_at_task) world = worlds.look_at_task(std::string(protocol::kLaboratoryTasks[card.index].id));
  } else if (worlds.look) {
    config::EnvironmentOptions options;
    options.id = card.environment;
    const bool preset = card.kind == GalleryCard::Kind::Preset;
    world = worlds.look(preset ? context.presets[card.index].hyperparameters.environment : options);
  }
  // What is not kept is not asked for again in every frame.
  if (!world && bridged) state.unseen.insert(key);
  return world ? &known.emplace(key, std::move(*world)).first->second : nullptr;
}

ShortText observation_words(std::span<const std::int64_t> observation) {
  if (observation.size() != 1) return shape(observation.data(), observation.size());
  return count(observation[0]).add(observation[0] == 1 ? " number" : " numbers");
}

ShortText spaces_words(const PanelContext& context, const GalleryCard& card) {
  if (const auto* world = world_of(context, card); world != nullptr && !world->observation.empty()) {
    const auto size = observation_words(world->observation);
    if (world->actions.empty()) return size;
    return ShortText(size).add(", ").add(count(static_cast<std::int64_t>(world->actions.size()))).add(" actions");
  }
  const auto& spaces = context.view.of<GalleryState>().spaces;
  const auto head = card.environment + " ";
  const auto found = spaces.lower_bound(head);
  if (card.environment.empty() || found == spaces.end() || !found->starts_with(head)) return {};
  return ShortText(std::string_view(*found).substr(head.size()));
}

}  // namespace qarium::widgets
