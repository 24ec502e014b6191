#include "widgets/dialogs/dialogs.hpp"

namespace qarium::widgets {

void draw_dialogs(const PanelContext& context) {
  if (context.controls != nullptr && context.view.transient.dialog != Dialog::None) context.controls->begin_layer();
  switch (context.view.transient.dialog) {
    case Dialog::None:
      break;
    case Dialog::Reset:
      draw_reset_dialog(context);
      break;
    case Dialog::Rebuild:
      draw_rebuild_dialog(context);
      break;
    case Dialog::Preset:
      draw_preset_dialog(context);
      break;
    case Dialog::LastRun:
      draw_last_run_dialog(context);
      break;
    case Dialog::Keys:
      draw_keys_dialog(context);
      break;
    case Dialog::Find:
      draw_find_dialog(context);
      break;
    case Dialog::Block:
      draw_block_dialog(context);
      break;
    case Dialog::Gallery:
      draw_gallery_dialog(context);
      break;
  }
}

}  // namespace qarium::widgets
