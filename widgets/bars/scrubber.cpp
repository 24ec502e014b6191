#include "widgets/bars/scrubber.hpp"

#include <algorithm>
#include <cmath>

#include "widgets/bars/index_scale.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/format.hpp"

namespace qarium::widgets {
namespace {

constexpr double kSeekInterval = 1.0 / 30;

struct ScrubberState {
  bool scrubbing = false;
  std::int64_t sent = -1;
  double sent_at = 0;
};

void draw_episodes(const PanelContext& context, const IndexScale& line, float y) {
  auto& list = *ImGui::GetWindowDrawList();
  float before = -1e9F;
  for (const auto start : context.stage.episode_starts) {
    const float x = std::round(line.x(start));
    if (x < before + context.px(3)) continue;  // closer together they would only be a solid band
    before = x;
    fill(list, {{x, y - context.px(9)}, {x + 1, y - context.px(4)}}, context.theme.good);
  }
}

ShortText ago(std::int64_t steps) {
  ShortText text;
  if (steps <= 0) return text.add("now");
  return text.add(count(steps)).add(steps == 1 ? " step ago" : " steps ago");
}

void seek(const PanelContext& context, const Interaction& state, std::int64_t target) {
  auto& scrub = context.view.of<ScrubberState>();
  const double now = ImGui::GetTime();
  if (state.held) {
    const bool due = now - scrub.sent_at >= kSeekInterval;
    if (target == scrub.sent && scrub.scrubbing) return;
    if (scrub.scrubbing && !due) {
      auto& wake_at = context.view.transient.wake_at;
      wake_at = std::min(wake_at, scrub.sent_at + kSeekInterval);
      return;
    }
  } else if (!state.released || target == scrub.sent) {
    scrub.scrubbing = false;
    return;
  }
  scrub.scrubbing = state.held;
  scrub.sent = target;
  scrub.sent_at = now;
  send(context, protocol::Seek{target});
}

}  // namespace

void draw_scrubber(const PanelContext& context, const Rect& area) {
  constexpr std::string_view kName = "transport.scrubber";
  const auto& stage = context.stage;
  const auto& theme = context.theme;
  auto& transient = context.view.transient;
  Rect rest = area;
  const Rect caption = rest.cut_bottom(context.px(16));
  const float radius = context.px(6);
  const IndexScale line{rest.min.x + radius, rest.max.x - radius, stage.first, stage.last};
  const bool any = stage.last > stage.first;
  const auto state = interact(context, kName, rest, any);
  const auto pointed = line.index(ImGui::GetIO().MousePos.x);
  if (any) seek(context, state, pointed);
  if (any && (state.hovered || state.held)) transient.hovered_moment_next = pointed;

  auto& list = *ImGui::GetWindowDrawList();
  const float y = std::round(rest.min.y + rest.height() * 0.6F);
  const float half = context.px(2.5F);
  const auto looked = state.held ? pointed : stage.moment.index;
  const float thumb = any ? line.x(looked) : line.right;
  fill(list, {{line.left, y - half}, {line.right, y + half}}, theme.line, half);
  fill(list, {{line.left, y - half}, {thumb, y + half}}, any ? mixed(theme.bar, theme.accent, 0.35F) : theme.line,
       half);
  draw_episodes(context, line, y);
  if (any && transient.hovered_moment && *transient.hovered_moment != looked) {
    const float x = line.x(std::clamp(*transient.hovered_moment, stage.first, stage.last));
    fill(list, {{x - 1, y - context.px(8)}, {x + 1, y + context.px(8)}}, theme.attention);
  }
  list.AddCircleFilled({thumb, y}, radius, theme.dark ? theme.text : theme.accent, 18);

  ShortText reach;
  if (!any) {
    reach.add("the stage's past will stand here");
  } else {
    reach.add(count(stage.last - stage.first + 1))
        .add(" steps, ")
        .print("%.3g", static_cast<double>(stage.bytes) / 1e6);
    reach.print(" of %.0f MB", static_cast<double>(stage.bytes_limit) / 1e6);
  }
  const auto shown = any && state.hovered ? pointed : looked;
  const float used = draw_text_in(list, context.fonts.quiet, caption, theme.quiet,
                                  any ? ago(stage.last - shown) : ShortText{}, Align::Right);
  const Rect left{caption.min, {caption.max.x - used - context.px(8), caption.max.y}};
  if (left.width() >= text_width(context.fonts.quiet, reach)) {
    draw_text_in(list, context.fonts.quiet, left, theme.quiet, reach);
  }
  if (any) reach.add(". Look at an earlier moment; green ticks are where episodes begin.");
  tooltip(context, kName, state, reach);
}

}  // namespace qarium::widgets
