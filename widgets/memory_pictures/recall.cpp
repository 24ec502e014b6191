#include "widgets/memory_pictures/recall.hpp"

#include <algorithm>
#include <deque>
#include <vector>

#include "widgets/parts/controls.hpp"
#include "widgets/parts/scene_view.hpp"

namespace qarium::widgets {
namespace {

constexpr double kRecallInterval = 0.2;
constexpr float kRecallWord = 16;
constexpr std::size_t kPassedFrames = 2 * protocol::kRecallLimit;

/// Moments whose frames were asked for.
struct RecallState {
  std::vector<std::int64_t> asked;
  std::vector<std::int64_t> wanted;
  std::uint64_t time_line = 0;  ///< that these are of
  double sent_at = -1;
  std::deque<protocol::RecalledFrame> passed;  ///< moments that the stage has shown of late: they need not be asked for
};

template <class Frames>
const protocol::RecalledFrame* find_frame(const Frames& frames, std::int64_t index) {
  const auto found = std::ranges::find(frames, index, &protocol::RecalledFrame::index);
  return found == frames.end() ? nullptr : &*found;
}

}  // namespace

void begin_recall(const PanelContext& context) {
  auto& state = context.view.of<RecallState>();
  state.wanted.clear();
  // A new time line has other moments under the same numbers.
  const auto& stage = context.stage;
  if (stage.time_line != state.time_line) {
    state.asked.clear();
    state.passed.clear();
  }
  state.time_line = stage.time_line;
  if (!stage.scene || find_frame(state.passed, stage.moment.index) != nullptr) return;
  state.passed.push_back({stage.moment.index, stage.moment.step, *stage.scene});
  if (state.passed.size() > kPassedFrames) state.passed.pop_front();
}

void draw_recalled(const PanelContext& context, std::string_view control, std::int64_t index, std::string_view word,
                   const Rect& area) {
  const auto& stage = context.stage;
  if (index >= stage.first && index <= stage.last) context.view.of<RecallState>().wanted.push_back(index);
  auto& list = *ImGui::GetWindowDrawList();
  Rect rest = area;
  const Rect below = rest.cut_bottom(context.px(kRecallWord));
  const auto interaction = interact(context, control, area);
  const auto* frame = find_frame(stage.recalled, index);
  if (frame == nullptr) frame = find_frame(context.view.of<RecallState>().passed, index);
  Rect picture = rest;
  if (frame != nullptr) {
    picture = scene_area(frame->scene, rest);
    draw_scene(context, control, frame->scene, picture, false);
  }
  const bool pointed = interaction.hovered || context.view.transient.hovered_moment == index;
  outline(list, picture, pointed ? context.theme.attention : context.theme.line);
  draw_text_in(list, context.fonts.quiet, below, context.theme.quiet, word, Align::Centre);
  if (interaction.hovered) context.view.transient.hovered_moment_next = index;
  if (interaction.clicked && stage.first <= stage.last)
    send(context, protocol::Seek{std::clamp(index, stage.first, stage.last)});
}

void end_recall(const PanelContext& context) {
  auto& state = context.view.of<RecallState>();
  auto& wanted = state.wanted;
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  if (wanted.size() > protocol::kRecallLimit) wanted.resize(protocol::kRecallLimit);
  if (wanted.empty() || wanted == state.asked) return;
  const double now = ImGui::GetTime();
  if (state.sent_at >= 0 && now - state.sent_at < kRecallInterval) {
    auto& wake_at = context.view.transient.wake_at;
    wake_at = std::min(wake_at, state.sent_at + kRecallInterval);
    return;
  }
  state.asked = wanted;
  state.sent_at = now;
  send(context, protocol::Recall{wanted});
}

}  // namespace qarium::widgets
