#pragma once
#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "engine/protocol/commands.hpp"
#include "engine/protocol/snapshot.hpp"
#include "widgets/context.hpp"
#include "widgets/parts/imgui_compat.hpp"
#include "widgets/parts/rect.hpp"
#include "widgets/report.hpp"
#include "widgets/setting_rows.hpp"

namespace qarium::widgets {

/// A panel that can stand alone.
struct PanelRow {
  std::array<std::string_view, 3> titles;  ///< that its head may have; the first names it
  void (*draw)(const PanelContext&, const Rect&);
  bool is(std::string_view title) const {
    return !title.empty() && std::find(titles.begin(), titles.end(), title) != titles.end();
  }
};

/// One way to look: a row of the table in workspaces.cpp. Tab, key, command line, settings file and report follow from
/// it. What it keeps for itself is a struct in its own folder, which ViewState holds by type; what it draws that others
/// do not is a model, which PanelContext holds by type.
struct Workspace {
  std::string_view id;        ///< as it is remembered, reported and named on the command line: "attention"
  std::string_view title;     ///< of its tab: "Attention"
  std::string_view help;      ///< what one sees there: "Where the network looks"
  Key key = Key::Tab;         ///< shows it, together with Ctrl
  std::string_view key_name;  ///< "Ctrl 2"
  /// The parts of the snapshots that its panels draw.
  protocol::Needs (*needs)(const ViewState&) = nullptr;
  void (*draw)(const PanelContext&, const Rect&) = nullptr;
  std::span<const SettingRow> settings;  ///< of its state
  std::span<const PanelRow> panels;      ///< those that can stand alone

  // What not every workspace has; may be null.
  /// The row of blocks on top, where what is seen here is not of the agent's network.
  void (*draw_network)(const PanelContext&, const Rect&) = nullptr;
  /// Before anything of a frame is drawn, in whichever workspace.
  void (*begin_frame)(ViewState&) = nullptr;
  /// The keys Left and Right, by so many steps; null: they move along the watched episode.
  void (*move)(const PanelContext&, int) = nullptr;
  /// A command was carried out: what is no longer true of its models is forgotten.
  void (*accepted)(const protocol::Acknowledgement&, Models&) = nullptr;
  void (*report)(const PanelContext&, Report&) = nullptr;
};

}  // namespace qarium::widgets
