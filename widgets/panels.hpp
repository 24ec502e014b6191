#pragma once
#include "engine/core/snapshot.hpp"
#include "widgets/context.hpp"
#include "widgets/rect.hpp"

namespace qarium::widgets {

/// The whole window for one frame, between ImGui::NewFrame and ImGui::Render: keys, top bar, pipeline, the chosen
/// workspace with its splitters, transport, status and any dialog, over the whole display. A program needs call nothing
/// else from here.
void draw_window(const PanelContext& context);
/// What that window asks to be copied.
core::Needs window_needs(const ViewState& view);

// Bars over the whole width. Heights at scale 1.
inline constexpr float kTopBarHeight = 52;
inline constexpr float kPipelineHeight = 62;
inline constexpr float kTransportHeight = 54;
inline constexpr float kStatusHeight = 32;
/// Narrower than this (at scale 1) they are scrolled sideways.
inline constexpr float kTopBarLeastWidth = 850;
inline constexpr float kPipelineLeastWidth = 850;
inline constexpr float kTransportLeastWidth = 850;

/// Wordmark, workspace tabs, preset, seed, reset, save, keys, scale, theme. Needs nothing.
void draw_top_bar(const PanelContext& context, const Rect& area);
/// The five stages with kinds, shapes and parameter counts. Needs Part::Network.
void draw_pipeline(const PanelContext& context, const Rect& area);
/// Learning and stage: run, step, rewind, resume, branch, take over. Needs nothing beyond the stage's status.
void draw_transport(const PanelContext& context, const Rect& area);
/// What is going on, in words and numbers. Needs nothing.
void draw_status(const PanelContext& context, const Rect& area);

// Panels.
/// The watched environment. Needs Part::Stage.
void draw_stage(const PanelContext& context, const Rect& area);
/// What each action is worth here, and was over the last moments. Needs Part::ActionValues.
void draw_action_values(const PanelContext& context, const Rect& area);
/// Learning over time. Needs nothing (history comes by itself).
void draw_curves(const PanelContext& context, const Rect& area);
/// Every row of core::parameters(). Needs nothing.
void draw_hyperparameters(const PanelContext& context, const Rect& area);
/// What is remembered and what was last learned from. Needs Part::Replay.
void draw_replay(const PanelContext& context, const Rect& area);

/// The dialog that is open, if any (view.transient.dialog), over everything: reset, rebuild, preset, key map, the
/// inside of a block (Needs Part::Network), a sampled transition. Call last, in the window that the panels stand in.
void draw_dialogs(const PanelContext& context);

}  // namespace qarium::widgets
