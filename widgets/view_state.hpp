#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>

#include "engine/protocol/commands.hpp"
#include "engine/protocol/snapshot.hpp"
#include "widgets/parts/draw_watch.hpp"
#include "widgets/parts/keyboard_focus.hpp"
#include "widgets/parts/plot_cache.hpp"
#include "widgets/parts/rect.hpp"
#include "widgets/typed_store.hpp"

namespace qarium::widgets {

enum class ThemeChoice { Dark, Light };
inline constexpr float kMinimumScale = 0.5F;
inline constexpr float kMaximumScale = 3.0F;

/// The part of the window that asks for an answer before anything else.
enum class Dialog { None, Reset, Rebuild, Preset, LastRun, Keys, Find, Block, Gallery };

/// What all the window shares from frame to frame and does not remember between launches.
struct Transient {
  // One time cursor: panels read what was pointed at in the last frame and write what is in this one.
  std::optional<double> hovered_step;  ///< learning step under the pointer in a plot
  std::optional<double> hovered_step_next;
  std::optional<std::int64_t> hovered_moment;  ///< stage moment under the pointer
  std::optional<std::int64_t> hovered_moment_next;

  std::string hovered_panel;  ///< title of the panel under the pointer
  std::string hovered_panel_next;

  /// A panel whose menu is open, or that is to be saved as a picture: its title and where it stands.
  struct PanelPlace {
    std::string title;
    Rect area;
  };
  std::optional<PanelPlace> panel_menu;
  bool panel_menu_opens = false;             ///< with the click of this frame
  std::optional<PanelPlace> wanted_picture;  ///< the program takes it, with its caption, when this frame is drawn
  std::string picture_caption;
  bool picture_to_clipboard = false;  ///< instead of into a file

  // Dialogs.
  Dialog dialog = Dialog::None;
  bool dialog_opens = false;
  protocol::Set asked;           ///< Dialog::Rebuild
  std::size_t asked_preset = 0;  ///< Dialog::Preset
  std::string seed_text;         ///< the top bar's field and Dialog::Reset
  bool seed_edited = false;
  core::Stage block = core::Stage::Encoder;
  std::string wanted_parameter;  ///< a hyperparameter that its panel is to show next; empty = none

  /// What the Update workspace is to show next.
  struct WantedUpdate {
    std::shared_ptr<const protocol::UpdateView> view;  ///< null: the newest
    std::optional<std::size_t> number;                 ///< of a transition in its batch; none: the one shown
  };
  std::optional<WantedUpdate> wanted_update;
  std::string update_from;  ///< workspace that one came to it from, and goes back to; empty: none

  // Tooltips appear after a short rest of the pointer.
  std::uint64_t hovered_control = 0;
  double hovered_since = 0;
  bool any_hovered = false;
  bool workspace_scrolls = false;  ///< then the wheel alone is not for the plots
  /// ImGui time by which the window wants to be drawn again although nothing happens; infinity = need not.
  double wake_at = std::numeric_limits<double>::infinity();

  DrawWatch watch;

  KeyboardFocus focus;
  std::size_t choice_row = 0;  ///< of the list that is open: where the arrows are

  PlotCache plots;
};

/// Panels that stand alone in the window, larger, by the titles in their heads.
struct Present {
  std::string title;   ///< empty: none
  std::string beside;  ///< a second one; empty: none
  bool on() const { return !title.empty(); }
};
inline constexpr float kPresentScale = 1.5F;

/// What the user chose. Each part of the window has a state of its own in it, which it alone knows.
struct ViewState {
  ThemeChoice theme = ThemeChoice::Dark;
  float scale = 1;
  std::string workspace = "learn";  ///< id of the one that is shown (workspaces.hpp)
  std::string preset;               ///< name of the one last chosen
  Present present;                  ///< not remembered
  bool full_screen = false;         ///< not remembered
  bool panels_hidden = false;       ///< only the bars are drawn, and nothing is copied for panels; not remembered

  Transient transient;

  /// What all is drawn at: larger where it is to be read from afar.
  float shown_scale() const { return present.on() ? std::min(kPresentScale * scale, kMaximumScale) : scale; }

  /// What a part of the window keeps for itself, by its type; made on first use.
  template <class State>
  State& of() {
    return states_.of<State>();
  }
  template <class State>
  const State& of() const {
    return states_.of<State>();
  }

 private:
  TypedStore states_;
};

}  // namespace qarium::widgets
