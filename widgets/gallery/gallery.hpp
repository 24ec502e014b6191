#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <string>

#include "widgets/context.hpp"
#include "widgets/gallery/gallery_cards.hpp"
#include "widgets/gallery/world.hpp"
#include "widgets/parts/format.hpp"
#include "widgets/setting_rows.hpp"

namespace qarium::widgets {

/// What the gallery keeps.
struct GalleryState {
  // Kept in the settings file.
  Names yours;   ///< ids of environments of Gymnasium that were opened
  Names spaces;  ///< "gym:ALE/Pong-v5 4 × 84 × 84, 6 actions": what was seen of them then

  std::string query;
  std::string group;   ///< that alone is shown; empty: all
  std::string chosen;  ///< id of the card where the arrows are
  bool typing = true;  ///< the field takes the keyboard with the next frame
  bool brings_into_view = false;

  /// What was sent and is not answered yet.
  struct Trial {
    std::uint64_t command = 0;  ///< 0: none
    GalleryCard card;
    std::string preset;  ///< that is shown as the chosen one where it is accepted
  };
  Trial trial;
  bool opened = false;   ///< what was asked for is there: the gallery closes
  std::string error;     ///< why the last one was refused
  std::string error_of;  ///< id of its card
  /// What was looked at: by the card's id, or by the environment's where it is in Python.
  std::map<std::string, World, std::less<>> known;
  Names unseen;  ///< environments in Python of which no frame is kept
};

extern const SettingSection kGallerySection;

/// Opens what the card names: begins with the preset or environment, or, with `trained`, with the agent that ships; the
/// laboratory with the task. A trial of an environment is answered later, and until then nothing else is opened.
void open_card(const PanelContext& context, const GalleryCard& card, bool trained);
/// Takes the answer to what was opened, whether the gallery is still there or not. Once a frame.
void serve_gallery(const PanelContext& context);

/// What is known of the card's world, looked at now where that takes no time; nullptr: nothing.
const World* world_of(const PanelContext& context, const GalleryCard& card);
/// "4 × 84 × 84", or of a vector "4 numbers".
ShortText observation_words(std::span<const std::int64_t> observation);
/// "4 × 84 × 84, 6 actions"; empty where nothing is known.
ShortText spaces_words(const PanelContext& context, const GalleryCard& card);

}  // namespace qarium::widgets
