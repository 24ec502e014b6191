#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "engine/config/presets.hpp"
#include "engine/config/terms.hpp"
#include "engine/protocol/commands.hpp"
#include "engine/protocol/snapshot.hpp"
#include "widgets/parts/canvas.hpp"
#include "widgets/parts/control_map.hpp"
#include "widgets/parts/theme.hpp"
#include "widgets/pending.hpp"
#include "widgets/typed_store.hpp"
#include "widgets/view_state.hpp"

namespace qarium::widgets {

/// Wall time of the last frames, in milliseconds.
struct FrameTimes {
  float p50 = 0;
  float p99 = 0;
  float panels_p99 = 0;   ///< main thread's own time for panels and uploads; 0 = not measured
  std::string_view note;  ///< "software renderer, at most 30 a second", or empty
};

/// What only some workspaces draw, by its type: curves, the laboratory's snapshot. The program fills it.
using Models = TypedStore;

/// What every panel is given each frame. Storage belongs to the caller; nothing is kept beyond the call.
struct PanelContext {
  const protocol::TrainerSnapshot& trainer;
  const protocol::StageSnapshot& stage;
  const Models& models;
  Pending& pending;
  ViewState& view;  ///< theme, scale and smoothing chosen here take effect when the program next looks
  const Theme& theme;
  const Fonts& fonts;
  Canvas& canvas;
  float scale = 1;
  FrameTimes frame;
  std::span<const config::Preset> presets;  ///< what the top bar offers
  /// Hands a command to the program and returns its number. Panels call `send` instead.
  std::function<std::uint64_t(protocol::Command)> emit;
  ControlMap* controls = nullptr;                       ///< may be null
  std::span<const std::string_view> environments = {};  ///< what `environment.id` can be
  std::string_view last_run = {};                       ///< folder of the run before this one; empty: none
  std::span<const config::Term> terms = {};             ///< what the finder explains

  float px(float size) const { return size * scale; }
};

/// Emits the command and notes it as pending.
std::uint64_t send(const PanelContext& context, const protocol::TrainerCommand& command);
std::uint64_t send(const PanelContext& context, const protocol::StageCommand& command);
std::uint64_t send(const PanelContext& context, const protocol::LaboratoryCommand& command);

}  // namespace qarium::widgets
