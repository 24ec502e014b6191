#include <algorithm>
#include <array>
#include <cmath>

#include "widgets/attention/attention_panels.hpp"
#include "widgets/attention/brush.hpp"
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
constexpr float kBarRow = 20;
constexpr float kMostShapes = 150;
constexpr std::string_view kContoursHelp =
    "Lines around the fewest tokens that hold 50, 80 and 95 % of the weight, the innermost 50 %";

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

/// The map of this frame: numbers in Transient, colours, and where it stands.
struct Overlay {
  const PanelContext& context;
  const ShownAttention& shown;
  TokenGrid grid;
  Rect frame;
  HeatStyle style;

  std::span<const float> picture() const { return context.view.of<AttentionState>().picture; }
};

HeatStyle overlay_style(const PanelContext& context, const protocol::AttentionView& view,
                        std::span<const float> picture) {
  const auto& look = context.view.of<AttentionState>();
  HeatStyle style;
  style.colors = look.colors;
  style.high = look.pinned > 0 ? look.pinned : color_limit(view, greatest(picture));
  style.smooth = look.smooth;
  style.veil = true;
  style.opacity = look.opacity;
  if (look.contours) {
    style.contours = contour_levels(picture);
    style.contour_count = style.contours[0] > 0 ? style.contours.size() : 0;
  }
  style.contour_color = IM_COL32(255, 244, 214, 220);
  style.contour_width = std::max(1.0F, context.px(1.3F));
  return style;
}

void draw_painted(const Overlay& overlay) {
  const auto& context = overlay.context;
  auto& list = *ImGui::GetWindowDrawList();
  for (const int cell : context.view.of<InterventionState>().intervention.attention.painted) {
    if (cell < 0 || cell >= overlay.grid.rows() * overlay.grid.columns()) continue;
    const Rect area = overlay.grid.cell(cell);
    fill(list, area, context.theme.scene_ground);
    outline(list, area, faded(context.theme.attention, 0.7F));
    draw_icon(list, Icon::Cross, area.centre(), std::min(area.width(), context.px(12)), context.theme.quiet);
  }
}

void draw_tokens(const Overlay& overlay) {
  const auto& context = overlay.context;
  const auto& state = context.view.of<AttentionState>();
  auto& list = *ImGui::GetWindowDrawList();
  const int size = overlay.shown.view->rows * overlay.shown.view->columns;
  const auto mark = [&](int token, ImU32 color, float thickness) {
    if (token < 0 || token >= overlay.shown.view->tokens()) return;
    const int place = token % size;
    const int columns = overlay.grid.token_columns();
    outline(list, overlay.grid.token(place / columns, place % columns), color, 0, thickness);
  };
  // What the token pointed at is made of: its weight may well belong to something beside it.
  if (const int token = state.hovered.asked; token >= 0 && token < overlay.shown.view->tokens()) {
    const int columns = overlay.grid.token_columns();
    const Rect field = overlay.grid.field(token % size / columns, token % size % columns).intersection(overlay.frame);
    if (!field.empty()) {
      fill(list, field, IM_COL32(255, 255, 255, 28));
      outline(list, field, IM_COL32(255, 255, 255, 170), 0, context.px(1));
    }
  }
  mark(state.hovered.asked, context.theme.stage(core::Stage::Encoder), context.px(2));
  mark(state.hovered.asks, IM_COL32(255, 255, 255, 255), context.px(2));
  mark(pinned_token(context, overlay.shown), context.theme.stage(core::Stage::Attention), context.px(3));
}

/// Pointing, pinning, painting.
void touch_frame(const Overlay& overlay) {
  const auto& context = overlay.context;
  auto& state = context.view.of<AttentionState>();
  const auto interaction = interact(context, "attention.frame", overlay.frame);
  const auto& mouse = ImGui::GetIO().MousePos;
  const auto cell = overlay.grid.cell_at(mouse);
  if (interaction.hovered) {
    if (const auto place = overlay.grid.token_at(mouse)) {
      const int size = overlay.shown.view->rows * overlay.shown.view->columns;
      const int frame = state.frame < 0 ? overlay.shown.view->frames - 1 : state.frame;
      const int token = std::min(frame, overlay.shown.view->frames - 1) * size + *place;
      state.hovered_next = {token, token};
      if (interaction.clicked && !state.brush && overlay.shown.matrix) {
        state.pinned_token = state.pinned_token == token ? -1 : token;
      }
    }
  }
  if (state.brush && interaction.held && cell) {
    brush(context, *cell, overlay.grid.columns(), state.brushed_cell < 0);
  } else if (!interaction.held && state.brushed_cell >= 0) {
    end_stroke(context);
  }
  if (state.brush && interaction.hovered && cell) {
    outline(*ImGui::GetWindowDrawList(), overlay.grid.cell(*cell), context.theme.attention, 0, context.px(2));
  }
}

void draw_overlay_banners(const Overlay& overlay) {
  const auto& context = overlay.context;
  ImVec2 corner = draw_moment_banners(context, overlay.frame);
  const float most = overlay.frame.max.x - corner.x - context.px(8);
  if (overlay.shown.counterfactual) {
    draw_banner(context, corner, Icon::Triangle, context.theme.attention, "counterfactual", most);
    corner.y += context.px(28);
  }
  if (const int token = pinned_token(context, overlay.shown); token >= 0) {
    draw_banner(context, corner, Icon::Diamond, context.theme.stage(core::Stage::Attention),
                ShortText("what ").add(token_name(*overlay.shown.view, token)).add(" looks at"), most);
  }
}

/// The number under the pointer, or what the whole map comes to.
void draw_frame_caption(const Overlay& overlay, Rect row) {
  const auto& context = overlay.context;
  const auto& view = *overlay.shown.view;
  const auto& state = context.view.of<AttentionState>();
  auto& list = *ImGui::GetWindowDrawList();
  const int size = view.rows * view.columns;
  if (state.hovered.asked >= 0 && state.hovered.asked < view.tokens()) {
    const float weight = overlay.picture()[static_cast<std::size_t>(state.hovered.asked % size)];
    const auto value = number(weight);
    draw_text_in(list, context.fonts.number, row.cut_right(text_width(context.fonts.number, value) + 1, context.px(8)),
                 context.theme.text, value);
    ShortText place = token_name(view, state.hovered.asked % size);
    if (const auto cell = overlay.grid.cell_at(ImGui::GetIO().MousePos);
        cell && view.cells_per_token != 1 && state.hovered.asks == state.hovered.asked) {
      place = ShortText("cell ").add(std::to_string(*cell / overlay.grid.columns() + 1)).add(", ");
      place.add(std::to_string(*cell % overlay.grid.columns() + 1))
          .add(" in token ")
          .add(token_name(view, state.hovered.asked % size));
    }
    if (view.field > view.cells_per_token) {
      place.print(", sees %.0f × %.0f cells", static_cast<double>(view.field), static_cast<double>(view.field));
    }
    draw_text_in(list, context.fonts.quiet, row, context.theme.text, place.add(", weight"));
    return;
  }
  const auto& weights = state.weights;
  ShortText text("entropy ");
  text.print("%.2f of %.2f nats", static_cast<double>(entropy_of(weights)), std::log(std::max(view.tokens(), 1)));
  if (view.queries > 1 && pinned_token(context, overlay.shown) < 0) {
    text.add(" · asked by ").add(action_name(context.stage, overlay.shown.query));
  }
  if (overlay.style.contour_count > 0) {
    constexpr std::string_view kLines = "lines hold 50, 80, 95 %";
    const float wide = text_width(context.fonts.quiet, kLines) + 1;
    const float gap = context.px(16);
    if (row.width() >= wide + gap + text_width(context.fonts.quiet, text)) {
      const Rect legend = row.cut_right(wide, gap);
      const auto interaction = interact(context, "attention.lines", legend);
      draw_text_in(list, context.fonts.quiet, legend, context.theme.quiet, kLines);
      tooltip(context, "attention.lines", interaction, kContoursHelp);
    }
  }
  draw_text_in(list, context.fonts.quiet, row, context.theme.quiet, text);
}

void draw_frame_legend(const Overlay& overlay, Rect area) {
  const auto& context = overlay.context;
  auto& look = context.view.of<AttentionState>();
  Rect pin = area.cut_bottom(context.px(20), context.px(4));
  draw_heat_legend(context, "attention.legend", area, overlay.style);
  const Button button{.label = look.pinned > 0 ? "pinned" : "auto",
                      .look = ButtonLook::Quiet,
                      .on = look.pinned > 0,
                      .tooltip =
                          "The colours' upper limit: the greatest weight of each picture, or pinned as it is now, "
                          "so that pictures compare"};
  if (draw_button(context, "attention.pin", pin.cut_left(button_width(context, button)), button)) {
    look.pinned = look.pinned > 0 ? 0 : std::max(std::ceil(overlay.style.high * 1e4F) / 1e4F, 1e-4F);
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

/// Where the observation is a list of numbers its tokens are these numbers: a bar for each.
void draw_bars(const PanelContext& context, const ShownAttention& shown, Rect area) {
  auto& state = context.view.of<AttentionState>();
  auto& list = *ImGui::GetWindowDrawList();
  const auto& theme = context.theme;
  shown_weights(context, shown, state.weights);
  const auto& view = *shown.view;
  const int size = view.rows * view.columns;
  const float most = state.pinned > 0 ? state.pinned : color_limit(view, greatest(state.weights));
  for (int token = 0; token < view.tokens(); ++token) {
    Rect row = area.cut_top(context.px(kBarRow));
    ShortText id("attention.component.");
    id.print("%d", token);
    const auto interaction = interact(context, id, row);
    if (interaction.hovered) {
      state.hovered_next = {token, token};
      fill(list, row, theme.raised, context.px(3));
    }
    if (interaction.clicked && shown.matrix) state.pinned_token = state.pinned_token == token ? -1 : token;
    const bool marked =
        state.hovered.asks == token || state.hovered.asked == token || pinned_token(context, shown) == token;
    ShortText name;
    name.print("number %d", token % size + 1);
    if (view.frames > 1) name.print(", frame %d", token / size + 1);
    draw_text_in(list, context.fonts.quiet, row.cut_left(context.px(view.frames > 1 ? 118 : 70), context.px(6)),
                 marked ? theme.text : theme.quiet, name);
    const float weight = state.weights[static_cast<std::size_t>(token)];
    const auto value = number(weight);
    draw_text_in(list, context.fonts.number, row.cut_right(context.px(58), context.px(6)), theme.text, value,
                 Align::Right);
    const Rect bar = row.shrunk(0, context.px(5));
    fill(list, bar, theme.line_quiet, context.px(2));
    const float share = std::isfinite(weight) ? std::clamp(weight / most, 0.0F, 1.0F) : 0;
    fill(list, {bar.min, {bar.min.x + share * bar.width(), bar.max.y}}, theme.stage(core::Stage::Attention),
         context.px(2));
  }
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

}  // namespace

void draw_attention_frame(const PanelContext& context, const ShownAttention& shown, const Rect& area) {
  const auto& stage = context.stage;
  ShortText quiet("step ");
  quiet.add(count(stage.moment.step));
  if (shown.counterfactual)
    quiet = words_for(Intervention{stage.counterfactual->basis.attention, stage.counterfactual->basis.memory});
  Panel panel(context, "Attention", quiet, context.theme.stage(core::Stage::Attention), area,
              shown ? context.px(136) : 0);
  draw_frame_head_choice(context, shown, panel.tools());
  const bool cells = has_cells(stage);
  if (!shown) {
    draw_plain_frame(context, panel.begin_body());
    return;
  }
  if (cells) draw_look(context, *shown.view, panel.strip(context.px(kFrameTools)));
  const float bars = static_cast<float>(shown.view->tokens()) * context.px(kBarRow);
  Rect body = panel.begin_body(cells ? 0 : bars + (stage.scene ? context.px(kMostShapes + 8) : 0));
  if (cells) {
    draw_over_cells(context, shown, body);
    return;
  }
  if (stage.scene) draw_plain_frame(context, body.cut_top(context.px(kMostShapes), context.px(8)));
  draw_bars(context, shown, body);
}

}  // namespace qarium::widgets
