#pragma once
#include "widgets/context.hpp"

namespace qarium::widgets {

/// The dialog that is open, if any (view.transient.dialog), over everything: reset, rebuild, preset, last run, key map,
/// finder, the inside of a block (Needs Part::Network), the gallery. Call last, in the window that the panels stand in.
void draw_dialogs(const PanelContext& context);

// Each draws while its dialog is the one that is open.
void draw_reset_dialog(const PanelContext& context);
void draw_rebuild_dialog(const PanelContext& context);
void draw_preset_dialog(const PanelContext& context);
void draw_last_run_dialog(const PanelContext& context);
void draw_keys_dialog(const PanelContext& context);
void draw_find_dialog(const PanelContext& context);
void draw_block_dialog(const PanelContext& context);
void draw_gallery_dialog(const PanelContext& context);

}  // namespace qarium::widgets
