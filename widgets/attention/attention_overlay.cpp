#include "widgets/attention/attention_overlay.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "widgets/attention/brush.hpp"
#include "widgets/intervention/intervention.hpp"
#include "widgets/moments.hpp"
#include "widgets/parts/banner.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/heat_legend.hpp"

namespace qarium::widgets {

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

}  // namespace qarium::widgets
