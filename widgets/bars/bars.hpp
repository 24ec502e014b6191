#pragma once
#include "widgets/context.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

// Bars over the whole width. Heights at scale 1.
inline constexpr float kTopBarHeight = 52;
inline constexpr float kPipelineHeight = 62;
inline constexpr float kTransportHeight = 54;
inline constexpr float kStatusHeight = 32;
/// Narrower than this (at scale 1) they are scrolled sideways.
inline constexpr float kPipelineLeastWidth = 560;
inline constexpr float kTransportLeastWidth = 560;

inline constexpr float kFindingsHeight = 30;

/// The same for the top bar, which has a tab for each workspace.
float top_bar_least_width(const PanelContext& context);

/// Wordmark, workspace tabs, preset, seed, reset, save, keys, scale, theme. Needs nothing.
void draw_top_bar(const PanelContext& context, const Rect& area);
/// The five stages with kinds, shapes and parameter counts. Needs Part::Network.
void draw_pipeline(const PanelContext& context, const Rect& area);
/// Learning and stage: run, step, rewind, resume, branch, take over. Needs nothing beyond the stage's status.
void draw_transport(const PanelContext& context, const Rect& area);
/// The lanes of the watched past, one below the other, where there are several: which is current, where each left the
/// one before, how its episode went. A click returns to a lane. Needs nothing.
void draw_lanes(const PanelContext& context, const Rect& area);
/// At scale 1; 0 while there is one lane.
float lanes_height(const PanelContext& context);
/// What should be known of how learning goes, with its evidence and where to look; nothing when all is well. Needs
/// nothing.
void draw_findings(const PanelContext& context, const Rect& area);
/// Whether one of them is an error: then nobody else need tell it.
bool tells_of_error(const PanelContext& context);
/// At scale 1; 0 when all is well.
float findings_height(const PanelContext& context);
/// While actions are taken over: which keys take which, each a button too, and how to end it. Needs nothing.
void draw_take_over_bar(const PanelContext& context, const Rect& area);
/// At scale 1; 0 while the agent acts.
float take_over_height(const PanelContext& context);
/// What is going on, in words and numbers. Needs nothing.
void draw_status(const PanelContext& context, const Rect& area);

}  // namespace qarium::widgets
