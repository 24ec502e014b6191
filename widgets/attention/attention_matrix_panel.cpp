#include <algorithm>
#include <cmath>

#include "widgets/attention/attention_panels.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/heat_legend.hpp"
#include "widgets/parts/panel.hpp"

namespace qarium::widgets {
namespace {

constexpr float kTokenMatrixCaption = 18;
constexpr float kAbove = 18;
constexpr float kMostZoom = 20;
constexpr float kLeastPair = 84;  ///< side of the two small maps below the matrix
constexpr float kMostPair = 150;

/// Where the matrix lies, and its tokens in it. Enlarged, it reaches beyond what is seen of it.
struct Matrix {
  Rect seen;
  Rect area;
  int tokens;

  float cell() const { return area.width() / static_cast<float>(tokens); }
  Rect row(int token) const {
    const float y = area.min.y + cell() * static_cast<float>(token);
    return {{area.min.x, y}, {area.max.x, y + cell()}};
  }
  Rect column(int token) const {
    const float x = area.min.x + cell() * static_cast<float>(token);
    return {{x, area.min.y}, {x + cell(), area.max.y}};
  }
  TokenPair at(ImVec2 point) const {
    const auto part = [&](float offset) { return std::clamp(static_cast<int>(offset / cell()), 0, tokens - 1); };
    return {part(point.y - area.min.y), part(point.x - area.min.x)};
  }
};

Matrix place(const AttentionState& state, ImVec2 corner, float side, int tokens) {
  const float whole = side * state.matrix_zoom;
  const float spare = whole - side;
  const ImVec2 from{corner.x - spare * state.matrix_x, corner.y - spare * state.matrix_y};
  return {{corner, corner + ImVec2(side, side)}, {from, from + ImVec2(whole, whole)}, tokens};
}

void move_to(AttentionState& state, const Matrix& matrix, ImVec2 from) {
  const float spare = matrix.seen.width() * (state.matrix_zoom - 1);
  const auto share = [&](float way) { return spare > 0 ? std::clamp(way / spare, 0.0F, 1.0F) : 0.5F; };
  state.matrix_x = share(matrix.seen.min.x - from.x);
  state.matrix_y = share(matrix.seen.min.y - from.y);
}

/// The wheel enlarges around the pointer, dragging moves, a double click shows the whole.
void navigate_matrix(const PanelContext& context, const Matrix& matrix, const Interaction& interaction) {
  auto& state = context.view.of<AttentionState>();
  const auto& io = ImGui::GetIO();
  if (interaction.hovered && ImGui::IsMouseDoubleClicked(0)) state.matrix_zoom = 1;
  if (interaction.hovered && io.MouseWheel != 0 && (io.KeyCtrl || !context.view.transient.workspace_scrolls)) {
    const float before = state.matrix_zoom;
    state.matrix_zoom = std::clamp(before * std::pow(1.25F, io.MouseWheel), 1.0F, kMostZoom);
    const float factor = state.matrix_zoom / before;
    move_to(state, matrix, io.MousePos - (io.MousePos - matrix.area.min) * factor);
  }
  if (interaction.held && ImGui::IsMouseDragging(0, 3)) move_to(state, matrix, matrix.area.min + io.MouseDelta);
}

/// Lines at both sides of a row or column, so that its numbers stay to be seen.
void mark_token_matrix(const PanelContext& context, const Matrix& matrix, const Rect& strip, ImU32 color) {
  auto& list = *ImGui::GetWindowDrawList();
  const float wider = std::max(0.0F, (context.px(3) - matrix.cell()) / 2);
  outline(list, strip.shrunk(-1 - wider).intersection(matrix.seen.shrunk(-2)), color, 0, 1);
}

void draw_token_matrix_marks(const PanelContext& context, const ShownAttention& shown, const Matrix& matrix) {
  const auto& state = context.view.of<AttentionState>();
  const auto known = [&](int token) { return token >= 0 && token < matrix.tokens; };
  const auto& theme = context.theme;
  if (known(state.hovered.asked))
    mark_token_matrix(context, matrix, matrix.column(state.hovered.asked), theme.stage(core::Stage::Encoder));
  if (known(state.hovered.asks))
    mark_token_matrix(context, matrix, matrix.row(state.hovered.asks), IM_COL32(255, 255, 255, 255));
  if (const int token = pinned_token(context, shown); token >= 0) {
    mark_token_matrix(context, matrix, matrix.row(token), theme.stage(core::Stage::Attention));
  }
}

void touch_token_matrix(const PanelContext& context, const Matrix& matrix) {
  const auto interaction = interact(context, "matrix.map", matrix.seen);
  auto& state = context.view.of<AttentionState>();
  if (interaction.hovered) state.hovered_next = matrix.at(ImGui::GetIO().MousePos);
  const auto& dragged = ImGui::GetMouseDragDelta(0, 3);
  if (interaction.clicked && dragged.x == 0 && dragged.y == 0) {
    const int asks = state.hovered_next.asks;
    state.pinned_token = state.pinned_token == asks ? -1 : asks;
  }
  navigate_matrix(context, matrix, interaction);
}

/// What one token takes from the others, and what they take from it, as pictures of the frame.
void draw_pair(const PanelContext& context, const ShownAttention& shown, Rect area) {
  auto& state = context.view.of<AttentionState>();
  auto& list = *ImGui::GetWindowDrawList();
  const auto& view = *shown.actual;
  const int token = state.hovered.asks >= 0 ? state.hovered.asks : pinned_token(context, shown);
  if (token < 0 || token >= view.tokens()) return;
  const auto tokens = static_cast<std::size_t>(view.tokens());
  const auto at = static_cast<std::size_t>(token);
  const std::span<const float> all(state.matrix_weights);
  state.column.resize(tokens);
  for (std::size_t i = 0; i < tokens; ++i)
    state.column[i] = all[i * tokens + at];
  picture_of(view, all.subspan(at * tokens, tokens), -1, state.pair[0]);
  picture_of(view, state.column, -1, state.pair[1]);
  const float gap = context.px(12);
  const float side = std::min((area.width() - gap) / 2, area.height() - context.px(kTokenMatrixCaption));
  const float aspect = static_cast<float>(view.columns) / static_cast<float>(view.rows);
  const ImVec2 size = aspect > 1 ? ImVec2(side, side / aspect) : ImVec2(side * aspect, side);
  const auto map = [&](std::string_view key, std::string_view title, std::span<const float> values) {
    Rect cell = area.cut_left(side, gap);
    draw_text_in(list, context.fonts.quiet, cell.cut_top(context.px(kTokenMatrixCaption)), context.theme.quiet, title);
    HeatStyle style;
    style.colors = context.view.of<AttentionState>().colors;
    style.high = std::max(greatest(values), 1e-6F);
    const HeatPicture picture{values, view.rows, view.columns, {cell.min, cell.min + size}};
    context.canvas.draw_heat(list, key, {&picture, 1}, style);
    const TokenGrid grid({.rows = view.rows, .columns = view.columns}, picture.area, view.rows, view.columns);
    outline(list, picture.area, context.theme.line);
    outline(list, grid.cell(token % (view.rows * view.columns)), context.theme.stage(core::Stage::Attention));
  };
  map("attention.matrix.takes", "takes from", state.pair[0]);
  map("attention.matrix.gives", "gives to", state.pair[1]);
}

/// The chosen head's matrix; made only where another is to be seen.
void hold_matrix(const ShownAttention& shown, AttentionState& state) {
  const auto& view = *shown.actual;
  const auto size = static_cast<std::size_t>(view.tokens()) * static_cast<std::size_t>(view.tokens());
  if (state.matrix_version == view.version && state.matrix_head == shown.head && state.matrix_weights.size() == size)
    return;
  matrix_of(view, shown.head, state.matrix_weights);
  state.matrix_most = std::max(greatest(state.matrix_weights), 1e-6F);
  state.matrix_version = view.version;
  state.matrix_head = shown.head;
}

void draw_matrix_caption(const PanelContext& context, const ShownAttention& shown, Rect area) {
  const auto& state = context.view.of<AttentionState>();
  auto& list = *ImGui::GetWindowDrawList();
  const int tokens = shown.actual->tokens();
  const auto [asks, asked] = state.hovered;
  Rect first = area.cut_top(context.px(kTokenMatrixCaption));
  if (asks < 0 || asks >= tokens || asked < 0 || asked >= tokens) {
    draw_text_in(list, context.fonts.quiet, first, context.theme.quiet, "point at a weight, or at the frame");
    draw_text_in(list, context.fonts.quiet, area, context.theme.quiet, "click a row to see where it looks");
    return;
  }
  const float weight = state.matrix_weights[static_cast<std::size_t>(asks) * static_cast<std::size_t>(tokens) +
                                            static_cast<std::size_t>(asked)];
  const auto value = number(weight);
  draw_text_in(list, context.fonts.number, first.cut_right(text_width(context.fonts.number, value) + 1, context.px(6)),
               context.theme.text, value);
  draw_text_in(list, context.fonts.quiet, first, context.theme.text, token_name(*shown.actual, asks).add(" takes"));
  draw_text_in(list, context.fonts.quiet, area, context.theme.stage_text(core::Stage::Encoder),
               ShortText("from ").add(token_name(*shown.actual, asked)));
}

}  // namespace

void draw_attention_matrix(const PanelContext& context, const ShownAttention& shown, const Rect& area) {
  auto& state = context.view.of<AttentionState>();
  ShortText quiet = head_name(shown.head, shown.actual->heads);
  quiet.print(" · %d × %d", shown.actual->tokens(), shown.actual->tokens());
  if (shown.counterfactual) quiet.add(" · factual");
  Panel panel(context, "Token × token", quiet, context.theme.stage(core::Stage::Attention), area, context.px(40));
  if (panel.folded()) return;
  if (draw_button(context, "matrix.hide", panel.tools(),
                  {.label = "hide",
                   .look = ButtonLook::Quiet,
                   .tooltip = "Then it is not copied either; the Heads panel shows it again"})) {
    state.matrix = false;
  }
  Rect body = panel.begin_body();
  auto& list = *ImGui::GetWindowDrawList();
  const Rect above = body.cut_top(context.px(kAbove));
  const int tokens = shown.actual->tokens();
  float side =
      std::min(body.width() - context.px(kLegendWidth + 6), body.height() - context.px(2 * kTokenMatrixCaption + 6));
  if (side < 8) return;
  // Whole pixels for each token where there are enough, so that all are equally wide.
  if (side >= static_cast<float>(tokens))
    side = std::floor(side / static_cast<float>(tokens)) * static_cast<float>(tokens);
  const Matrix matrix = place(state, body.min, side, tokens);
  body.cut_top(side, context.px(6));
  draw_text_in(list, context.fonts.quiet, above, context.theme.quiet, "rows ask, columns are asked");
  hold_matrix(shown, state);
  HeatStyle style;
  style.colors = state.colors;
  style.high = state.matrix_most;
  list.PushClipRect(matrix.seen.min, matrix.seen.max, true);
  const HeatPicture picture{state.matrix_weights, tokens, tokens, matrix.area};
  context.canvas.draw_heat(list, "attention.matrix", {&picture, 1}, style);
  draw_token_matrix_marks(context, shown, matrix);
  list.PopClipRect();
  outline(list, matrix.seen, context.theme.line);
  touch_token_matrix(context, matrix);
  draw_heat_legend(context, "attention.matrix.legend",
                   {{matrix.seen.max.x + context.px(8), matrix.seen.min.y},
                    {matrix.seen.max.x + context.px(6 + kLegendWidth), matrix.seen.max.y}},
                   style);
  draw_matrix_caption(context, shown, body.cut_top(context.px(2 * kTokenMatrixCaption), context.px(6)));
  if (body.height() < context.px(kLeastPair + kTokenMatrixCaption)) return;
  draw_pair(context, shown, body.cut_top(std::min(body.height(), context.px(kMostPair + kTokenMatrixCaption))));
}

}  // namespace qarium::widgets
