#include "widgets/validity/validity.hpp"

#include <algorithm>

#include "widgets/intervention/intervention.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/draw.hpp"

namespace qarium::widgets {
namespace {

constexpr float kOutdatedRow = 24;
constexpr float kOutdatedPadding = 8;
constexpr float kOutdatedIcon = 16;

ShortText sentence(const OutdatedLine& line) {
  ShortText text;
  const auto words = line.words.view();
  if (words.empty()) return text;
  const char first = words.front();
  const char upper = first >= 'a' && first <= 'z' ? static_cast<char>(first - 'a' + 'A') : first;
  return text.add({&upper, 1}).add(words.substr(1)).add(".");
}

Button again_button(const OutdatedLine& line) {
  return {.label = line.again, .look = ButtonLook::Quiet, .waiting = line.waiting};
}

float button_room(const PanelContext& context, const OutdatedLine& line) {
  return line.again.empty() ? 0 : button_width(context, again_button(line)) + context.px(kOutdatedPadding);
}

float words_width(const PanelContext& context, const OutdatedLine& line, float width) {
  return std::max(width - context.px(2 * kOutdatedPadding + kOutdatedIcon) - button_room(context, line),
                  context.px(40));
}

}  // namespace

ShortText outdated_words(const protocol::Basis& result, const protocol::Basis& shown, std::string_view done) {
  const auto what = outdated(result, shown);
  ShortText text;
  if (!what.any()) return text;
  text.add(done);
  const auto step = count(result.position.environment_steps);
  bool first = true;
  const auto next = [&](std::string_view preposition) -> ShortText& {
    text.add(first ? " " : ", ").add(preposition).add(" ");
    first = false;
    return text;
  };
  if (what.environment) {
    next("in").add(result.environment_id == shown.environment_id ? "an earlier " : "").add(result.environment_id);
  }
  if (what.network) {
    next("on").add("another network, of step ").add(step);
  } else if (what.weights) {
    next("on").add("the network of step ").add(step);
  }
  if (what.moment && !what.environment) {
    next("at").add("step ").add(count(result.step)).add(" of episode ").add(count(result.episode + 1));
  }
  if (what.intervention && !what.environment) {
    const Intervention intervention{result.attention, result.memory};
    if (intervention.empty()) {
      next("without").add("the intervention");
    } else {
      next("with").add(words_for(intervention));
    }
  }
  return text;
}

ImU32 verdict_color(const Theme& theme, ImU32 color, bool outdated) {
  return outdated ? theme.quiet : color;
}

float outdated_height(const PanelContext& context, const OutdatedLine& line, float width) {
  if (line.words.empty()) return 0;
  const float words = wrapped_height(context.fonts.quiet, words_width(context, line, width), sentence(line));
  return std::max(context.px(kOutdatedRow), words + context.px(kOutdatedPadding));
}

bool draw_outdated(const PanelContext& context, const OutdatedLine& line, const Rect& area) {
  if (line.words.empty()) return false;
  auto& list = *ImGui::GetWindowDrawList();
  const auto& theme = context.theme;
  fill(list, area, theme.raised, context.px(4));
  Rect rest = area.shrunk(context.px(kOutdatedPadding), 0);
  const Rect mark = rest.cut_left(context.px(kOutdatedIcon));
  draw_icon(list, Icon::Triangle, {mark.min.x + context.px(5), mark.centre().y}, context.px(9), theme.attention);
  bool again = false;
  if (!line.again.empty()) {
    const auto button = again_button(line);
    const Rect place = rest.cut_right(button_width(context, button), context.px(kOutdatedPadding));
    const float half = context.px(10);
    again = draw_button(context, line.name,
                        {{place.min.x, place.centre().y - half}, {place.max.x, place.centre().y + half}}, button);
  }
  const auto words = sentence(line);
  const float width = words_width(context, line, area.width());
  const float high = wrapped_height(context.fonts.quiet, width, words);
  draw_wrapped(list, context.fonts.quiet, {rest.min.x, area.centre().y - high / 2}, width, theme.text, words);
  return again;
}

}  // namespace qarium::widgets
