#include <algorithm>
#include <cmath>

#include "widgets/controls.hpp"
#include "widgets/format.hpp"
#include "widgets/panels.hpp"

namespace qarium::widgets {
namespace {

struct Activity {
  ShortText words;
  Icon icon;
  ImU32 color;
};

Activity activity(const PanelContext& context) {
  const auto& status = context.trainer.status;
  const auto& theme = context.theme;
  switch (status.activity) {
    case core::Activity::Starting:
      return {ShortText("starting"), Icon::Dot, theme.quiet};
    case core::Activity::Filling: {
      ShortText text("filling replay, ");
      text.add(count(status.position.environment_steps)).add(" of ");
      return {text.add(count(context.trainer.hyperparameters.learning_starts)), Icon::Dot, theme.attention};
    }
    case core::Activity::Learning:
      return {ShortText("learning"), Icon::Play, theme.good};
    case core::Activity::Evaluating:
      return {ShortText("evaluating"), Icon::Diamond, theme.accent};
    case core::Activity::Paused:
      return {ShortText("paused"), Icon::Pause, theme.attention};
    case core::Activity::Finished:
      return {ShortText("finished"), Icon::Dot, theme.good};
    case core::Activity::Failed:
      break;
  }
  return {ShortText("stopped by an error"), Icon::Warning, theme.wrong};
}

/// Draws "label value" when it fits; what does not fit is left out whole, and told in the tooltip.
void draw_item(const PanelContext& context, Rect& rest, std::string_view label, std::string_view value,
               std::string_view help = {}) {
  const float gap = context.px(6);
  const float label_width = text_width(context.fonts.quiet, label);
  const float width = label_width + gap + text_width(context.fonts.number, value);
  if (rest.width() < width + 1) {
    rest.max.x = rest.min.x;
    return;
  }
  auto& list = *ImGui::GetWindowDrawList();
  const Rect area = rest.cut_left(width + 1, context.px(18));
  draw_text_in(list, context.fonts.quiet, area, context.theme.quiet, label);
  draw_text_in(list, context.fonts.number, {{area.min.x + label_width + gap, area.min.y}, area.max}, context.theme.text,
               value);
  if (help.empty()) return;
  const auto name = ShortText("status.").add(label);
  tooltip(context, name, interact(context, name, area), help);
}

/// An error, or what was last confirmed or refused. Returns the width taken at the right.
float draw_message(const PanelContext& context, const Rect& area) {
  const auto& theme = context.theme;
  const auto* last = context.pending.last();
  const auto& error = context.trainer.status.error;
  std::string_view text = error.empty() ? std::string_view(context.stage.error) : std::string_view(error);
  ImU32 color = theme.wrong;
  Icon icon = Icon::Warning;
  if (text.empty()) {
    if (last == nullptr) return 0;
    text = last->text;
    if (last->accepted) {
      color = theme.good;
      icon = Icon::Dot;
    }
  }
  const float most = area.width() * 0.5F;
  const float width = std::min(most, text_width(context.fonts.quiet, text) + context.px(18));
  const Rect place{{area.max.x - width, area.min.y}, area.max};
  auto& list = *ImGui::GetWindowDrawList();
  draw_icon(list, icon, {place.min.x + context.px(6), place.centre().y}, context.px(11), color);
  draw_text_in(list, context.fonts.quiet, {{place.min.x + context.px(17), place.min.y}, place.max}, color, text);
  tooltip(context, "status.message", interact(context, "status.message", place), text);
  return width + context.px(16);
}

ShortText frame_text(const FrameTimes& frame) {
  ShortText text;
  if (frame.p99 <= 0) return text.add("–");
  return text.print("p50 %.1f ms  p99 %.1f ms", static_cast<double>(frame.p50), static_cast<double>(frame.p99));
}

ShortText frame_help(const FrameTimes& frame) {
  ShortText text("Time between frames: half are shorter than p50, 99 of 100 than p99.");
  if (frame.panels_p99 > 0) text.print(" Panels themselves: p99 %.2f ms.", static_cast<double>(frame.panels_p99));
  if (!frame.note.empty()) text.add(" ").add(frame.note).add(".");
  return text;
}

}  // namespace

void draw_status(const PanelContext& context, const Rect& area) {
  auto& list = *ImGui::GetWindowDrawList();
  fill(list, area, context.theme.ground);
  list.AddLine(area.min, {area.max.x, area.min.y}, context.theme.line);
  Rect rest = area.shrunk(context.px(16), 0);
  rest.max.x -= draw_message(context, rest);

  const auto& status = context.trainer.status;
  const auto now = activity(context);
  draw_icon(list, now.icon, rest.cut_left(context.px(12), context.px(6)).centre(), context.px(11), now.color);
  rest.cut_left(draw_text_in(list, context.fonts.text, rest, now.color, now.words), context.px(18));
  draw_item(context, rest, "Steps", count(status.position.environment_steps));
  draw_item(context, rest, "Episodes", count(status.episodes));
  const auto speed = ShortText(count(std::llround(std::max(0.0, status.steps_per_second)))).add(" steps/s");
  draw_item(context, rest, "Speed", speed);
  draw_item(context, rest, "Mean return", number(status.mean_return_100), "Over the last 100 training episodes");
  draw_item(context, rest, "Replay",
            ShortText(count(status.replay_size)).add(" / ").add(count(status.replay_capacity)));
  draw_item(context, rest, "Device", status.device.empty() ? std::string_view("–") : status.device, status.device);
  draw_item(context, rest, "Frame", frame_text(context.frame), frame_help(context.frame));
  if (!context.frame.note.empty()) draw_item(context, rest, context.frame.note, "");
  ShortText updates(count(status.position.updates));
  draw_item(context, rest, "Updates", updates);
}

}  // namespace qarium::widgets
