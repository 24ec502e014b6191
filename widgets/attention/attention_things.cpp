#include "widgets/attention/attention_things.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "widgets/attention/attention_lines.hpp"
#include "widgets/parts/banner.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/scene_view.hpp"
#include "widgets/parts/stage_panel.hpp"

namespace qarium::widgets {
namespace {

constexpr float kThingsCaption = 20;
constexpr float kThingsGap = 4;
constexpr float kReach = 18;  ///< from the pointer to what it points at
constexpr float kMarkRadius = 13;
constexpr float kWedge = 56;
constexpr ImU32 kMark = IM_COL32(255, 255, 255, 255);
constexpr ImU32 kPlate = IM_COL32(8, 10, 14, 215);
constexpr std::string_view kLinesHelp =
    "A line goes from the row that asks to each that it heeds, wider and more opaque the more weight that has; with "
    "an arrow at the edge to what stands beyond the picture. A ring is the weight of a row without a line: of the one "
    "that asks itself, and of all where what asks is none of them";

/// The token whose place is nearest to the pointer, and near.
std::optional<int> thing_at(const PanelContext& context, const protocol::Scene& scene, const Rect& frame,
                            ImVec2 pointer) {
  std::optional<int> best;
  float least = context.px(kReach);
  for (std::size_t token = 0; token < scene.places.size(); ++token) {
    if (!scene.places[token]) continue;
    const ImVec2 apart = scene_point(scene, frame, *scene.places[token]) - pointer;
    const float distance = std::hypot(apart.x, apart.y);
    if (distance >= least) continue;
    least = distance;
    best = static_cast<int>(token);
  }
  return best;
}

void touch_things(const PanelContext& context, const ShownAttention& shown, const Rect& frame) {
  auto& state = context.view.of<AttentionState>();
  const auto interaction = interact(context, "attention.frame", frame);
  if (!interaction.hovered) return;
  const auto token = thing_at(context, *context.stage.scene, frame, ImGui::GetIO().MousePos);
  if (!token) return;
  state.hovered_next = {*token, *token};
  if (interaction.clicked && shown.matrix) state.pinned_token = state.pinned_token == *token ? -1 : *token;
}

/// Around the thing that is pointed at, with its weight beside it.
void mark_thing(const PanelContext& context, const Rect& frame, int token, float weight) {
  const auto& scene = *context.stage.scene;
  const auto at = static_cast<std::size_t>(token);
  if (at >= scene.places.size() || !scene.places[at]) return;
  const ImVec2 centre = scene_point(scene, frame, *scene.places[at]);
  if (!frame.contains(centre)) return;
  auto& list = *ImGui::GetWindowDrawList();
  const float radius = context.px(kMarkRadius);
  list.AddCircle(centre, radius, kPlate, 0, context.px(4));
  list.AddCircle(centre, radius, kMark, 0, context.px(2));
  const auto text = number(static_cast<double>(weight));
  const ImVec2 size{text_width(context.fonts.number, text) + context.px(10), context.px(18)};
  const bool right = centre.x + radius + context.px(4) + size.x <= frame.max.x;
  const float left = right ? centre.x + radius + context.px(4) : centre.x - radius - context.px(4) - size.x;
  const float top = std::clamp(centre.y - size.y / 2, frame.min.y, std::max(frame.min.y, frame.max.y - size.y));
  const Rect plate{{left, top}, {left + size.x, top + size.y}};
  fill(list, plate, kPlate, context.px(4));
  draw_text_in(list, context.fonts.number, plate, kMark, text, Align::Centre);
}

/// A line that goes from the thinnest to the widest, between the weights that these stand for.
void draw_line_legend(const PanelContext& context, Rect row, ImU32 color, float most) {
  auto& list = *ImGui::GetWindowDrawList();
  const auto limit = number(static_cast<double>(most));
  const auto* font = context.fonts.number;
  draw_text_in(list, font, row.cut_left(text_width(font, "0") + 1, context.px(6)), context.theme.quiet, "0");
  constexpr int kSteps = 28;
  const Rect wedge = row.cut_left(context.px(kWedge), context.px(6));
  const float middle = wedge.centre().y;
  const auto smoothed = list.Flags;
  list.Flags &= ~ImDrawListFlags_AntiAliasedFill;  // smoothed edges would show where the pieces meet
  for (int i = 0; i < kSteps; ++i) {
    const float from = static_cast<float>(i) / kSteps;
    const float to = static_cast<float>(i + 1) / kSteps;
    const ImVec2 left{wedge.min.x + from * wedge.width(), line_width(context, from) / 2};
    const ImVec2 right{wedge.min.x + to * wedge.width(), line_width(context, to) / 2};
    list.AddQuadFilled({left.x, middle - left.y}, {right.x, middle - right.y}, {right.x, middle + right.y},
                       {left.x, middle + left.y}, line_color(color, (from + to) / 2));
  }
  list.Flags = smoothed;
  draw_text_in(list, font, row, context.theme.quiet, limit);
}

float line_legend_width(const PanelContext& context, float most) {
  const auto* font = context.fonts.number;
  return text_width(font, "0") + text_width(font, number(static_cast<double>(most))) + context.px(kWedge + 12) + 2;
}

void draw_things_caption(const PanelContext& context, const ShownAttention& shown, Rect row, float most) {
  const auto& state = context.view.of<AttentionState>();
  auto& list = *ImGui::GetWindowDrawList();
  const Rect legend = row.cut_left(std::min(row.width(), line_legend_width(context, most)), context.px(14));
  const auto interaction = interact(context, "attention.lines", legend);
  draw_line_legend(context, legend, shown_color(context.theme, shown.head), most);
  tooltip(context, "attention.lines", interaction, kLinesHelp);
  if (const int token = state.hovered.asked; token >= 0 && token < shown.view->tokens()) {
    const auto value = number(static_cast<double>(state.weights[static_cast<std::size_t>(token)]));
    draw_text_in(list, context.fonts.number, row.cut_right(text_width(context.fonts.number, value) + 1, context.px(6)),
                 context.theme.text, value);
    draw_text_in(list, context.fonts.quiet, row, context.theme.text, token_name(*shown.view, token).add(", weight"),
                 Align::Right);
    return;
  }
  const int asks = asking_token(context, shown);
  ShortText words("each row's weight");
  if (asks >= 0) words = token_name(*shown.view, asks).add(" asks");
  draw_text_in(list, context.fonts.quiet, row, context.theme.quiet, words, Align::Right);
}

}  // namespace

float things_height(const PanelContext& context, const Rect& area, float most) {
  const Rect room{area.min, {area.max.x, area.min.y + most}};
  return scene_area(*context.stage.scene, room).height() + context.px(kThingsCaption + kThingsGap);
}

void draw_attention_things(const PanelContext& context, const ShownAttention& shown, Rect area) {
  auto& state = context.view.of<AttentionState>();
  const auto& scene = *context.stage.scene;
  const Rect caption = area.cut_bottom(context.px(kThingsCaption), context.px(kThingsGap));
  const Rect frame = scene_area(scene, area);
  shown_weights(context, shown, state.weights);
  const float most = state.pinned > 0 ? state.pinned : color_limit(*shown.view, greatest(state.weights));
  auto& list = *ImGui::GetWindowDrawList();
  draw_scene(context, "attention.scene", scene, frame, context.view.of<StageLook>().grid);
  list.PushClipRect(frame.min, frame.max, true);
  draw_attention_lines(context, attention_lines(scene, state.weights, asking_token(context, shown), most, frame),
                       shown_color(context.theme, shown.head));
  if (const int token = state.hovered.asked; token >= 0 && token < shown.view->tokens())
    mark_thing(context, frame, token, state.weights[static_cast<std::size_t>(token)]);
  list.PopClipRect();
  touch_things(context, shown, frame);
  outline(list, frame, context.theme.line);
  draw_moment_banners(context, frame);
  draw_things_caption(context, shown, caption, most);
}

}  // namespace qarium::widgets
