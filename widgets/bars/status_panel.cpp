#include <algorithm>
#include <cmath>

#include "widgets/bars/bars.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/format.hpp"

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
    case protocol::Activity::Starting:
      return {ShortText("starting"), Icon::Dot, theme.quiet};
    case protocol::Activity::Filling: {
      ShortText text("filling replay, ");
      text.add(count(status.position.environment_steps)).add(" of ");
      return {text.add(count(context.trainer.hyperparameters.learning_starts)), Icon::Dot, theme.attention};
    }
    case protocol::Activity::Learning:
      return {ShortText("learning"), Icon::Play, theme.good};
    case protocol::Activity::Evaluating:
      return {ShortText("evaluating"), Icon::Diamond, theme.accent};
    case protocol::Activity::Paused:
      return {ShortText("paused"), Icon::Pause, theme.attention};
    case protocol::Activity::Finished:
      return {ShortText("finished"), Icon::Dot, theme.good};
    case protocol::Activity::Failed:
      break;
  }
  return {ShortText("stopped by an error"), Icon::Warning, theme.wrong};
}

struct StatusItem {
  std::string_view name;   ///< in the control map, under "status."
  std::string_view label;  ///< empty where the value says what it is
  std::string_view value;
  std::string_view help;
};

/// Draws "label value" when it fits; what does not fit is left out whole, and so is all that follows.
void draw_item(const PanelContext& context, Rect& rest, const StatusItem& item) {
  const float gap = item.label.empty() ? 0 : context.px(6);
  const float label_width = text_width(context.fonts.quiet, item.label);
  const float width = label_width + gap + text_width(context.fonts.number, item.value);
  if (rest.width() < width + 1) {
    rest.max.x = rest.min.x;
    return;
  }
  auto& list = *ImGui::GetWindowDrawList();
  const Rect area = rest.cut_left(width + 1, context.px(16));
  draw_text_in(list, context.fonts.quiet, area, context.theme.quiet, item.label);
  draw_text_in(list, context.fonts.number, {{area.min.x + label_width + gap, area.min.y}, area.max}, context.theme.text,
               item.value);
  const auto name = ShortText("status.").add(item.name);
  tooltip(context, name, interact(context, name, area), item.help);
}

/// An error, or what was last confirmed or refused.
struct Message {
  std::string_view text;
  Icon icon = Icon::Warning;
  ImU32 color = 0;
};

Message message(const PanelContext& context) {
  const auto& theme = context.theme;
  const auto& error = context.trainer.status.error;
  if (!error.empty() && !tells_of_error(context)) return {error, Icon::Warning, theme.wrong};
  if (!context.stage.error.empty()) return {context.stage.error, Icon::Warning, theme.wrong};
  const auto* last = context.pending.last();
  if (last == nullptr) return {};
  if (last->accepted) return {last->text, Icon::Dot, theme.good};
  return {last->text, Icon::Triangle, theme.attention};  // refused: nothing has gone wrong
}

float message_width(const PanelContext& context, const Message& message) {
  return message.text.empty() ? 0 : text_width(context.fonts.quiet, message.text) + context.px(18);
}

void draw_message(const PanelContext& context, const Rect& area, const Message& message) {
  if (message.text.empty() || area.width() < context.px(40)) return;
  const float width = std::min(area.width(), message_width(context, message));
  const Rect place{{area.max.x - width, area.min.y}, area.max};
  auto& list = *ImGui::GetWindowDrawList();
  draw_icon(list, message.icon, {place.min.x + context.px(6), place.centre().y}, context.px(11), message.color);
  draw_text_in(list, context.fonts.quiet, {{place.min.x + context.px(17), place.min.y}, place.max}, message.color,
               message.text);
  tooltip(context, "status.message", interact(context, "status.message", place), message.text);
}

ShortText frame_text(const FrameTimes& frame) {
  ShortText text;
  if (frame.p99 <= 0) return text.add("–");
  return text.print("p50 %.1f  p99 %.1f ms", static_cast<double>(frame.p50), static_cast<double>(frame.p99));
}

ShortText frame_help(const FrameTimes& frame) {
  ShortText text("Time between frames: half are shorter than p50, 99 of 100 than p99.");
  if (frame.panels_p99 > 0) text.print(" Panels themselves: p99 %.2f ms.", static_cast<double>(frame.panels_p99));
  if (!frame.note.empty()) text.add(" ").add(frame.note).add(".");
  return text;
}

/// What is learned from: replay, or the present rollout.
void draw_experience(const PanelContext& context, Rect& rest) {
  const auto& status = context.trainer.status;
  const bool rollout = status.rollout_length > 0;
  const auto held = rollout ? status.rollout_steps : status.replay_size;
  const auto room = rollout ? status.rollout_length : status.replay_capacity;
  ShortText text(compact(static_cast<double>(held)));
  text.add(" / ").add(compact(static_cast<double>(room)));
  ShortText help(count(held));
  help.add(" of ").add(count(room)).add(rollout ? " steps of each environment" : " transitions");
  draw_item(context, rest, {rollout ? "rollout" : "replay", rollout ? "Rollout" : "Replay", text, help});
}

/// What must be told; each left out whole where the window is too narrow for it.
void draw_main_items(const PanelContext& context, Rect& rest) {
  const auto& status = context.trainer.status;
  draw_item(context, rest,
            {"steps", "Steps", count(status.position.environment_steps), "Environment steps that learning has seen"});
  draw_item(context, rest, {"episodes", "Episodes", count(status.episodes), "Training episodes that ended"});
  const double speed = std::isfinite(status.steps_per_second) ? std::max(0.0, status.steps_per_second) : 0.0;
  draw_item(context, rest,
            {"speed", "", ShortText(count(std::llround(speed))).add(" steps/s"),
             "Environment steps learned from in a second"});
  draw_experience(context, rest);
  const std::string_view device = status.device.empty() ? std::string_view("no device") : status.device;
  ShortText computes("What learning computes on. ");
  draw_item(context, rest, {"device", "", device, computes.add(status.blas)});
  draw_item(context, rest, {"frame", "Frame", frame_text(context.frame), frame_help(context.frame)});
}

/// "Return, last 37"
ShortText return_label(const protocol::Status& status) {
  if (!std::isfinite(status.mean_return_100)) return {"Return"};
  return ShortText("Return, last ").add(count(std::clamp<std::int64_t>(status.episodes, 1, 100)));
}

void draw_more_items(const PanelContext& context, Rect& rest) {
  const auto& status = context.trainer.status;
  if (!context.frame.note.empty())
    draw_item(context, rest, {"renderer", context.frame.note, "", frame_help(context.frame)});
  draw_item(context, rest,
            {"return", return_label(status), number(status.mean_return_100),
             "Mean over these training episodes, of which 100 are kept"});
  draw_item(context, rest, {"updates", "Updates", count(status.position.updates), "Gradient updates made"});
}

}  // namespace

void draw_status(const PanelContext& context, const Rect& area) {
  auto& list = *ImGui::GetWindowDrawList();
  fill(list, area, context.theme.ground);
  list.AddLine(area.min, {area.max.x, area.min.y}, context.theme.line);
  Rect rest = area.shrunk(context.px(16), 0);
  const auto last = message(context);
  const float wanted = message_width(context, last);
  const float right = rest.max.x;
  const auto now = activity(context);
  draw_icon(list, now.icon, rest.cut_left(context.px(12), context.px(6)).centre(), context.px(11), now.color);
  rest.cut_left(draw_text_in(list, context.fonts.text, rest, now.color, now.words), context.px(18));
  // The message may be shortened for the sake of the main items, and is not for that of the others.
  rest.max.x = right - std::min(wanted, context.px(200));
  draw_main_items(context, rest);
  rest.max.x = std::max(rest.min.x, right - wanted - context.px(8));
  draw_more_items(context, rest);
  draw_message(context, {{rest.min.x, area.min.y}, {right, area.max.y}}, last);
}

}  // namespace qarium::widgets
