#include <algorithm>
#include <array>

#include "widgets/memory_pictures/kept_steps.hpp"
#include "widgets/memory_pictures/memory_pictures.hpp"
#include "widgets/memory_pictures/memory_rows.hpp"
#include "widgets/memory_pictures/recall.hpp"
#include "widgets/memory_pictures/slot_past.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/panel.hpp"

namespace qarium::widgets {
namespace {

constexpr float kMemoryMatrixLine = 18;
constexpr float kMemoryMatrixFrame = 54;
constexpr float kFrameWord = 18;
constexpr float kLeastMatrix = 130;
constexpr float kFramesFrom = 330;  ///< height of a panel in which there is room for frames
constexpr std::size_t kMostFrames = 3;

void draw_memory_matrix_tools(const PanelContext& context, const ShownMemory& shown, Rect tools) {
  auto& changes = context.view.of<MemoryLook>().changes;
  const Button button{.label = changes ? "change" : "content",
                      .look = ButtonLook::Quiet,
                      .on = changes,
                      .tooltip = "What stands there, or what changed since the last step"};
  if (draw_button(context, ShortText(shown.place).add(".changes"),
                  tools.cut_right(std::min(tools.width(), button_width(context, button))), button)) {
    changes = !changes;
  }
}

/// The moments in which the slot was written and read, as small frames.
void draw_frames(const PanelContext& context, const ShownMemory& shown, Rect area) {
  const auto& past = shown.kept->past;
  const auto& episode = *shown.episode;
  const auto written = strongest_moments(past.written, kMostFrames);
  const auto read = strongest_moments(past.read, kMostFrames);
  const auto frames = static_cast<float>(written.size() + read.size());
  const float gap = context.px(4);
  const float wide = std::clamp((area.width() + gap) / std::max(frames, 1.0F) - gap, context.px(kMemoryMatrixFrame),
                                context.px(2 * kMemoryMatrixFrame));
  int number = 0;
  const auto draw = [&](std::span<const SlotPast::Frame> moments, const char* word) {
    for (const auto& moment : moments) {
      if (area.width() < wide - 1) return;
      ShortText below;
      below.print("%s %s", word, count(episode.first_step + moment.column).c_str());
      ShortText name(shown.place);
      name.print(".frame.%d", number++);
      draw_recalled(context, name, episode.first + moment.column, below, area.cut_left(wide, gap));
    }
  };
  draw(written, "written");
  draw(read, "read");
}

/// What the slot looked at has been through.
void draw_slot(const PanelContext& context, const ShownMemory& shown, Rect area, bool frames) {
  const int slot = looked_slot(shown);
  if (slot < 0 || shown.episode == nullptr) return;
  auto& past = shown.kept->past;
  hold_past(past, *shown.episode, shown.version, slot);
  auto& list = *ImGui::GetWindowDrawList();
  Rect row = area.cut_top(context.px(kMemoryMatrixLine));
  ShortText name;
  name.print("Slot %d", slot);
  row.cut_left(draw_text_in(list, context.fonts.title, row, context.theme.text, name), context.px(8));
  const auto first = shown.episode->first_step;
  draw_text_in(list, context.fonts.quiet, row, context.theme.quiet,
               ShortText("written: ").add(step_words(past.written, first)));
  row = area.cut_top(context.px(kMemoryMatrixLine));
  draw_text_in(list, context.fonts.quiet, row, context.theme.quiet,
               ShortText("read: ").add(step_words(past.read, first)));
  if (frames) draw_frames(context, shown, area);
}

/// Frames of the watched episode, while it is looked at and does not run on.
bool shows_frames(const PanelContext& context, const ShownMemory& shown, const Rect& area) {
  if (!shown.can_intervene || area.height() < context.px(kFramesFrom)) return false;
  return !context.stage.playing || shown.kept->chosen_slot >= 0 || shown.kept->hovered_slot >= 0;
}

ShortText quiet_words(const ShownMemory& shown, const MemoryRows& rows, bool changes) {
  ShortText quiet(shown.counterfactual ? "counterfactual · " : "");
  quiet.print("%d %.*ss", rows.rows, static_cast<int>(rows.word.size()), rows.word.data());
  if (rows.names.empty()) quiet.print(" × %d", rows.columns);
  return quiet.add(changes && rows.names.empty() ? " · change" : "");
}

}  // namespace

int draw_memory_matrix(const PanelContext& context, const ShownMemory& shown, const Rect& area) {
  const bool changes = context.view.of<MemoryLook>().changes;
  const auto rows = hold_rows(shown, changes);
  if (rows.empty() && shown && shown.view->kept) {
    draw_kept_steps(context, shown, area);
    return -1;
  }
  const bool slots = !rows.empty() && rows.word == "slot";
  Panel panel(context, slots || rows.empty() ? "Memory now" : "Units now",
              rows.empty() ? ShortText() : quiet_words(shown, rows, changes), context.theme.stage(core::Stage::Memory),
              area, slots ? context.px(64) : 0);
  if (panel.folded()) return -1;
  if (rows.empty()) {
    draw_text_in(*ImGui::GetWindowDrawList(), context.fonts.text, panel.begin_body(), context.theme.quiet,
                 "nothing yet", Align::Centre);
    return -1;
  }
  if (slots) draw_memory_matrix_tools(context, shown, panel.tools());
  const bool frames = slots && shows_frames(context, shown, area);
  const float about =
      slots ? context.px(2 * kMemoryMatrixLine + 6 + (frames ? kMemoryMatrixFrame + kFrameWord : 0)) : 0;
  Rect body = panel.begin_body(about + context.px(kLeastMatrix));
  if (slots) draw_slot(context, shown, body.cut_bottom(about, context.px(4)), frames);
  const int clicked = draw_memory_rows(context, shown, rows, body);
  return slots ? clicked : -1;
}

}  // namespace qarium::widgets
