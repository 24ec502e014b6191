#pragma once
#include "engine/protocol/snapshot.hpp"
#include "widgets/context.hpp"

namespace qarium::widgets {

/// The whole window for one frame, between ImGui::NewFrame and ImGui::Render: keys, top bar, pipeline, the chosen
/// workspace with its splitters, transport, status and any dialog, over the whole display.
void draw_window(const PanelContext& context);
/// What that window asks to be copied.
protocol::Needs window_needs(const ViewState& view);

/// What the program does with each acknowledgement that reaches it: tells `pending`, stamps the curves with a
/// hyperparameter that changed, and clears what is no longer true when learning, or the laboratory, began again.
void take(const protocol::Acknowledgement& acknowledgement, Pending& pending, Models& models);

}  // namespace qarium::widgets
