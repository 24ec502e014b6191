#include <algorithm>
#include <array>
#include <cmath>

#include "widgets/attention/attention_bars.hpp"
#include "widgets/attention/attention_lines.hpp"
#include "widgets/attention/attention_overlay.hpp"
#include "widgets/attention/attention_things.hpp"
#include "widgets/intervention/attention_change.hpp"
#include "widgets/intervention/intervention.hpp"
#include "widgets/moments.hpp"
#include "widgets/parts/banner.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/heat_legend.hpp"
#include "widgets/parts/panel.hpp"
#include "widgets/parts/scene_view.hpp"
#include "widgets/parts/stage_panel.hpp"

namespace qarium::widgets {
namespace {

constexpr float kFrameCaption = 20;
constexpr float kFrameTools = 24;
constexpr float kMostShapes = 150;

void draw_frame_head_choice(const PanelContext& context, const ShownAttention& shown, const Rect& area) {
  if (!shown) return;
  constexpr std::size_t kAll = protocol::AttentionPoint::kMostHeads + 2;
  std::array<ShortText, kAll> texts;
  std::array<std::string_view, kAll> items;
  const int heads = std::min(shown.view->heads, protocol::AttentionPoint::kMostHeads);
  const std::size_t size = heads == 1 ? 1 : static_cast<std::size_t>(heads) + 2;
  const auto head_of = [](std::size_t item) {
    return item == 0 ? kMeanHead : item == 1 ? kMaximumHead : static_cast<int>(item) - 2;
  };
  std::size_t chosen = 0;
  for (std::size_t i = 0; i < size; ++i) {
    texts[i] = head_name(head_of(i), heads);
    items[i] = texts[i];
    if (head_of(i) == shown.head) chosen = i;
  }
  const auto picked = draw_choice(context, "attention.head", area, head_name(shown.head, shown.view->heads),
                                  {items.data(), size}, chosen, ButtonLook::Quiet);
  if (picked) context.view.of<AttentionState>().head = head_of(*picked);
}

/// Which of the observation's frames the map is about.
void draw_frame_choice(const PanelContext& context, const protocol::AttentionView& view, const Rect& area) {
  constexpr std::size_t kMost = 16;
  auto& frame = context.view.of<AttentionState>().frame;
  std::array<ShortText, kMost + 1> texts;
  std::array<std::string_view, kMost + 1> items;
  const auto size = std::min(static_cast<std::size_t>(view.frames), kMost) + 1;
  texts[0] = ShortText("all frames");
  items[0] = texts[0];
  for (std::size_t i = 1; i < size; ++i) {
    texts[i].print("frame %zu", i);
    items[i] = texts[i];
  }
  const auto now = std::min(static_cast<std::size_t>(std::max(frame, -1) + 1), size - 1);
  if (const auto picked =
          draw_choice(context, "attention.frames", area, items[now], {items.data(), size}, now, ButtonLook::Quiet)) {
    frame = static_cast<int>(*picked) - 1;
  }
}

void draw_look(const PanelContext& context, const protocol::AttentionView& view, Rect row) {
  auto& look = context.view.of<AttentionState>();
  const auto toggle = [&](std::string_view name, const Button& button) {
    const float width = button_width(context, button);
    return row.width() >= width && draw_button(context, name, row.cut_right(width, context.px(4)), button);
  };
  if (toggle("attention.smooth", {.label = look.smooth ? "smooth" : "cells",
                                  .look = ButtonLook::Quiet,
                                  .on = look.smooth,
                                  .tooltip = "Between the tokens' centres, or every token as it is"})) {
    look.smooth = !look.smooth;
  }
  if (toggle("attention.contours",
             {.label = "contours", .look = ButtonLook::Quiet, .on = look.contours, .tooltip = kContoursHelp})) {
    look.contours = !look.contours;
  }
  const bool magma = look.colors == ColorMap::Magma;
  if (toggle("attention.colors", {.label = magma ? "magma" : "viridis",
                                  .look = ButtonLook::Quiet,
                                  .tooltip = "The other colours: magma or viridis, both even to the eye"})) {
    look.colors = magma ? ColorMap::Viridis : ColorMap::Magma;
  }
  if (view.frames > 1 && row.width() > context.px(90)) {
    draw_frame_choice(context, view, row.cut_right(context.px(84), context.px(4)));
  }
  if (row.width() < context.px(56)) return;
  Rect slider = row.cut_left(std::min(row.width(), context.px(90)), context.px(6));
  const auto moved = draw_slider(context, "attention.opacity", slider, look.opacity, 0.75F,
                                 context.theme.stage(core::Stage::Attention));
  if (moved.held || moved.released) look.opacity = moved.fraction;
  ShortText share;
  share.print("%.0f %%", static_cast<double>(100 * look.opacity));
  if (row.width() > text_width(context.fonts.number, share)) {
    draw_text_in(*ImGui::GetWindowDrawList(), context.fonts.number, row, context.theme.quiet, share);
  }
}

/// What the map of a frame of the observation lies over; the newest is the stage's own picture.
const protocol::Scene& frame_scene(const PanelContext& context, const protocol::AttentionView& view, int frame) {
  const bool earlier = frame >= 0 && static_cast<std::size_t>(frame) < view.earlier.size();
  return earlier ? view.earlier[static_cast<std::size_t>(frame)] : *context.stage.scene;
}

/// All frames of the observation, each with its part of the map and the weight that it has in all. A click shows one.
void draw_every_frame(const PanelContext& context, const ShownAttention& shown, Rect body) {
  auto& state = context.view.of<AttentionState>();
  auto& list = *ImGui::GetWindowDrawList();
  const auto& view = *shown.view;
  const Rect legend = body.cut_right(context.px(kLegendWidth), context.px(8));
  shown_weights(context, shown, state.weights);
  const auto frames = static_cast<std::size_t>(view.frames);
  const auto size = state.weights.size() / frames;
  // As many in a row as make them largest.
  const auto tile_area = [&](std::size_t in_row, std::size_t at) {
    const auto rows = (frames + in_row - 1) / in_row;
    const float wide = body.width() / static_cast<float>(in_row);
    const float high = body.height() / static_cast<float>(rows);
    const auto row = at / in_row;
    const ImVec2 corner{body.min.x + wide * static_cast<float>(at % in_row),
                        body.min.y + high * static_cast<float>(row)};
    Rect tile = Rect{corner, {corner.x + wide, corner.y + high}}.shrunk(context.px(3), context.px(2));
    tile.cut_bottom(context.px(kFrameCaption));
    return scene_area(*context.stage.scene, tile);
  };
  std::size_t in_row = 1;
  for (std::size_t other = 2; other <= frames; ++other) {
    if (tile_area(other, 0).width() > tile_area(in_row, 0).width()) in_row = other;
  }
  std::vector<HeatPicture> pictures;
  for (std::size_t each = 0; each < frames; ++each) {
    const Rect frame = tile_area(in_row, each);
    const auto& scene = frame_scene(context, view, static_cast<int>(each));
    const TokenGrid grid(view, frame, scene.grid.rows, scene.grid.columns);
    const auto weights = std::span<const float>(state.weights).subspan(each * size, size);
    ShortText name("attention.frame.");
    name.print("%zu", each + 1);
    draw_scene(context, name, scene, frame, false);
    pictures.push_back({weights, view.rows, view.columns, grid.area()});
    const auto interaction = interact(context, name, frame);
    if (interaction.clicked) state.frame = static_cast<int>(each);
    if (const auto place = grid.token_at(ImGui::GetIO().MousePos); interaction.hovered && place) {
      const int token = static_cast<int>(each * size) + *place;
      state.hovered_next = {token, token};
    }
    float share = 0;
    for (const float weight : weights)
      share += weight;
    ShortText caption("t");
    if (each + 1 < frames) caption.print(" - %zu", frames - 1 - each);
    if (std::isfinite(share)) caption.print(" · %.0f %%", static_cast<double>(100 * share));
    tooltip(context, name, interaction,
            "The observation's frames with the share of the weight that each has; t is now");
    const Rect row{{frame.min.x, frame.max.y}, {frame.max.x, frame.max.y + context.px(kFrameCaption)}};
    draw_text_in(list, context.fonts.quiet, row, context.theme.quiet, caption);
  }
  auto style = overlay_style(context, view, state.weights);
  if (state.pinned <= 0) style.high = std::max(greatest(state.weights), 2 / static_cast<float>(view.tokens()));
  const Overlay overlay{context, shown, TokenGrid(view, tile_area(in_row, frames - 1), 1, 1),
                        tile_area(in_row, frames - 1), style};
  context.canvas.draw_heat(list, "attention.map", pictures, overlay.style);
  for (std::size_t each = 0; each < frames; ++each)
    outline(list, tile_area(in_row, each), context.theme.line);
  draw_overlay_banners(overlay);
  draw_frame_legend(overlay, {legend.min, {legend.max.x, std::min(legend.max.y, legend.min.y + context.px(200))}});
}

void draw_over_cells(const PanelContext& context, const ShownAttention& shown, Rect body) {
  auto& state = context.view.of<AttentionState>();
  if (state.frame < 0 && static_cast<int>(shown.view->earlier.size()) + 1 == shown.view->frames &&
      shown.view->frames > 1) {
    draw_every_frame(context, shown, body);
    return;
  }
  const auto& scene = frame_scene(context, *shown.view, state.frame);
  const Rect caption = body.cut_bottom(context.px(kFrameCaption), context.px(4));
  const Rect legend = body.cut_right(context.px(kLegendWidth), context.px(8));
  const Rect frame = scene_area(*context.stage.scene, body);
  shown_weights(context, shown, state.weights);
  picture_of(*shown.view, state.weights, state.frame, state.picture);
  const Overlay overlay{context, shown, TokenGrid(*shown.view, frame, scene.grid.rows, scene.grid.columns), frame,
                        overlay_style(context, *shown.view, state.picture)};
  auto& list = *ImGui::GetWindowDrawList();
  draw_scene(context, "attention.scene", scene, frame, context.view.of<StageLook>().grid);
  list.PushClipRect(frame.min, frame.max, true);
  const HeatPicture picture{state.picture, shown.view->rows, shown.view->columns, overlay.grid.area()};
  context.canvas.draw_heat(list, "attention.map", {&picture, 1}, overlay.style);
  draw_painted(overlay);
  draw_tokens(overlay);
  list.PopClipRect();
  touch_frame(overlay);
  outline(list, frame, context.theme.line);
  draw_overlay_banners(overlay);
  const float height = std::min(legend.height(), std::max(frame.height(), context.px(100)));
  const float top = std::clamp(frame.min.y, legend.min.y, legend.max.y - height);
  draw_frame_legend(overlay,
                    {{frame.max.x + context.px(8), top}, {frame.max.x + context.px(8 + kLegendWidth), top + height}});
  draw_frame_caption(overlay, caption);
}

void draw_plain_frame(const PanelContext& context, const Rect& body) {
  const auto& stage = context.stage;
  auto& list = *ImGui::GetWindowDrawList();
  if (!stage.error.empty()) {
    draw_wrapped(list, context.fonts.text, body.min, body.width(), context.theme.wrong, stage.error);
    return;
  }
  if (!stage.scene) {
    draw_text_in(list, context.fonts.text, body, context.theme.quiet, "the watched episode is about to begin",
                 Align::Centre);
    return;
  }
  const Rect picture = scene_area(*stage.scene, body);
  draw_scene(context, "attention.scene", *stage.scene, picture, context.view.of<StageLook>().grid);
  outline(list, picture, context.theme.line);
  draw_moment_banners(context, picture);
}

/// What the picture above the bars takes, with what is below it.
float above_bars(const PanelContext& context, const ShownAttention& shown, const Rect& body) {
  if (!context.stage.scene) return 0;
  const float most = context.px(kMostShapes);
  const bool things = stands_in_picture(context.stage, *shown.view);
  return (things ? things_height(context, body, most) : most) + context.px(8);
}

/// Where tokens lie over no grid: the picture, with lines where the environment tells where they stand, and a bar each.
void draw_over_bars(const PanelContext& context, const ShownAttention& shown, Rect body) {
  Rect above = body.cut_top(above_bars(context, shown, body));
  above.cut_bottom(context.px(8));
  if (stands_in_picture(context.stage, *shown.view)) {
    draw_attention_things(context, shown, above);
  } else if (context.stage.scene) {
    draw_plain_frame(context, above);
  }
  draw_attention_bars(context, shown, body);
}

}  // namespace

void draw_attention_frame(const PanelContext& context, const ShownAttention& shown, const Rect& area) {
  const auto& stage = context.stage;
  ShortText quiet("step ");
  quiet.add(count(stage.moment.step));
  if (shown.counterfactual)
    quiet = words_for(Intervention{stage.counterfactual->basis.attention, stage.counterfactual->basis.memory});
  Panel panel(context, "Attention", quiet, context.theme.stage(core::Stage::Attention), area,
              shown ? context.px(136) : 0);
  if (panel.folded()) return;
  draw_frame_head_choice(context, shown, panel.tools());
  const bool cells = shown && lies_over_cells(stage, *shown.view);
  if (!shown) {
    draw_plain_frame(context, panel.begin_body());
    return;
  }
  if (cells) draw_look(context, *shown.view, panel.strip(context.px(kFrameTools)));
  const float least =
      cells ? 0 : bars_height(context, *shown.view) + above_bars(context, shown, area.shrunk(context.px(12), 0));
  const Rect body = panel.begin_body(least);
  if (cells) {
    draw_over_cells(context, shown, body);
    return;
  }
  draw_over_bars(context, shown, body);
}

}  // namespace qarium::widgets
