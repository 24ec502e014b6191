#include <algorithm>
#include <cmath>

#include "widgets/attention_change.hpp"
#include "widgets/attention_panels.hpp"
#include "widgets/attention_plot.hpp"
#include "widgets/controls.hpp"
#include "widgets/panel.hpp"

namespace qarium::widgets {
namespace {

constexpr float kTitle = 18;
constexpr float kLine = 16;
constexpr float kLeastTile = 112;
constexpr float kMostMap = 150;
constexpr float kLeastMap = 60;
constexpr float kGap = 12;
constexpr float kNumbers = 116;
constexpr float kMapShare = 0.42F;
constexpr float kLeastPlots = 100;
constexpr float kTotal = 20;

/// How the maps stand: as large as the room lets them, all of the same size.
struct Tiles {
  int columns = 1;
  int rows = 1;
  float width = 0;
  ImVec2 map;
  bool beside = false;  ///< the numbers stand beside the map and not below it

  float height(const PanelContext& context) const { return map.y + frame(context); }
  float frame(const PanelContext& context) const {
    return context.px(kTitle + 2 + kGap + (beside ? 0 : 2 * kLine + 4));
  }
};

Tiles tiles(const PanelContext& context, const core::AttentionView& view, const ImVec2& room) {
  const float gap = context.px(kGap);
  Tiles result;
  result.columns = std::clamp(static_cast<int>((room.x + gap) / (context.px(kLeastTile) + gap)), 1, view.heads);
  result.rows = (view.heads + result.columns - 1) / result.columns;
  const auto columns = static_cast<float>(result.columns);
  result.width = (room.x - gap * (columns - 1)) / columns;
  const float aspect = static_cast<float>(view.columns) / static_cast<float>(view.rows);
  // The maps share the height with the curves below them.
  const auto high = [&] {
    return std::clamp(room.y * kMapShare / static_cast<float>(result.rows) - result.frame(context),
                      context.px(kLeastMap), context.px(kMostMap));
  };
  result.beside = true;
  result.beside = high() * aspect + context.px(kNumbers) <= result.width;
  result.width = std::min(result.width, context.px(kMostMap) * std::max(1.0F, aspect) + context.px(kNumbers));
  const float wide = std::min(result.width, high() * aspect);
  result.map = {std::floor(wide), std::floor(std::max(2.0F, wide / aspect))};
  return result;
}

float value_at(const std::vector<float>& values, const core::AttentionView& view, int head, int query) {
  const auto at =
      static_cast<std::size_t>(head) * static_cast<std::size_t>(view.queries) + static_cast<std::size_t>(query);
  return at < values.size() ? values[at] : NAN;
}

ShortText percent(float share) {
  ShortText text;
  return std::isfinite(share) ? text.print("%.0f %%", static_cast<double>(100 * share)) : text.add("–");
}

ShortText definitions(const core::AttentionView& view) {
  ShortText text("H: entropy of the weights in nats; 0 where one token has all, ");
  text.print("log %d = %.2f where all weigh the same.", view.tokens(), std::log(std::max(1, view.tokens())));
  if (!view.mass.empty()) {
    text.print(" Objects: share of weight on tokens centred within one cell of one; a uniform map has %.0f %%.",
               static_cast<double>(100 * view.area));
  }
  return text;
}

bool silenced(const PanelContext& context, int head) {
  const auto& heads = context.view.transient.attention.wish.silenced;
  return std::find(heads.begin(), heads.end(), head) != heads.end();
}

/// Name and toggle above, numbers below; the maps themselves are drawn together.
void draw_tile(const PanelContext& context, const ShownAttention& shown, int head, Rect tile, const Rect& map,
               bool beside) {
  const auto& theme = context.theme;
  const auto& view = *shown.view;
  auto& list = *ImGui::GetWindowDrawList();
  Rect title = tile.cut_top(context.px(kTitle));
  ShortText id("heads.silence.");
  id.print("%d", head + 1);
  const bool off = silenced(context, head);
  const Button silence{.label = off ? "silenced" : "silence",
                       .look = ButtonLook::Quiet,
                       .on = off,
                       .tooltip = "Suppose this head gave nothing"};
  if (draw_button(context, id, title.cut_right(button_width(context, silence)), silence))
    toggle_silenced(context, head);
  const bool chosen = shown.head == head;
  const Rect dot = title.cut_left(context.px(8), context.px(4));
  fill(list, {{dot.min.x, dot.centre().y - context.px(4)}, {dot.max.x, dot.centre().y + context.px(4)}},
       head_color(theme, head), context.px(1.5F));
  ShortText name;
  name.print("head %d", head + 1);
  draw_text_in(list, context.fonts.title, title, chosen ? theme.stage_text(core::Stage::Attention) : theme.text, name);

  ShortText control("heads.head.");
  control.print("%d", head + 1);
  const auto interaction = interact(context, control, map);
  if (interaction.clicked) context.view.attention.head = chosen ? kMeanHead : head;
  if (chosen || interaction.hovered) {
    outline(list, map.shrunk(-context.px(2)), chosen ? theme.stage(core::Stage::Attention) : theme.quiet, 0,
            context.px(2));
  } else {
    outline(list, map, theme.line);
  }
  tooltip(context, control, interaction, definitions(view));

  if (beside) {
    tile.min.x = map.max.x + context.px(8);
  } else {
    tile.min.y = map.max.y + context.px(4);
  }
  ShortText entropy;
  entropy.print("H %.2f of %.2f", static_cast<double>(value_at(view.entropy, view, head, shown.query)),
                std::log(std::max(1, view.tokens())));
  draw_text_in(list, context.fonts.number, tile.cut_top(context.px(kLine)), theme.quiet, entropy);
  if (view.mass.empty()) return;
  ShortText mass("objects ");
  draw_text_in(list, context.fonts.number, tile.cut_top(context.px(kLine)), theme.quiet,
               mass.add(percent(value_at(view.mass, view, head, shown.query))));
}

void draw_tiles(const PanelContext& context, const ShownAttention& shown, const Tiles& size, const Rect& area) {
  auto& state = context.view.transient.attention;
  const auto& view = *shown.view;
  state.tiles.resize(static_cast<std::size_t>(view.heads));
  std::array<HeatPicture, 64> pictures;
  std::size_t drawn = 0;
  float most = 1e-6F;
  for (int head = 0; head < view.heads; ++head) {
    auto& values = state.tiles[static_cast<std::size_t>(head)];
    weights_of(view, head, shown.query, state.weights);
    picture_of(view, state.weights, state.frame, values);
    most = std::max(most, greatest(values));
    const int row = head / size.columns;
    const ImVec2 corner{area.min.x + static_cast<float>(head % size.columns) * (size.width + context.px(kGap)),
                        area.min.y + static_cast<float>(row) * size.height(context)};
    const ImVec2 at{corner.x, corner.y + context.px(kTitle + 2)};
    const Rect map{at, at + size.map};
    draw_tile(context, shown, head, {corner, {corner.x + size.width, corner.y + size.height(context)}}, map,
              size.beside);
    if (drawn < pictures.size()) pictures[drawn++] = {values, view.rows, view.columns, map};
  }
  HeatStyle style;
  style.colors = context.view.attention.colors;
  style.high = context.view.attention.pinned > 0 ? context.view.attention.pinned : most;
  context.canvas.draw_heat(*ImGui::GetWindowDrawList(), "attention.heads", {pictures.data(), drawn}, style);
}

void draw_total(const PanelContext& context, const ShownAttention& shown, Rect row) {
  const auto& view = *shown.view;
  float entropy = 0;
  float mass = 0;
  for (int head = 0; head < view.heads; ++head) {
    entropy += value_at(view.entropy, view, head, shown.query) / static_cast<float>(view.heads);
    mass += value_at(view.mass, view, head, shown.query) / static_cast<float>(view.heads);
  }
  ShortText text("all heads: H ");
  text.print("%.2f", static_cast<double>(entropy));
  if (!view.mass.empty()) {
    text.add(" · objects ").add(percent(mass)).add(" of the weight, ").add(percent(view.area)).add(" of the area");
  }
  text.print(" · colours 0 to ");
  float most = 0;
  for (const auto& values : context.view.transient.attention.tiles)
    most = std::max(most, greatest(values));
  text.add(number(context.view.attention.pinned > 0 ? context.view.attention.pinned : most));
  const auto interaction = interact(context, "heads.total", row);
  draw_text_in(*ImGui::GetWindowDrawList(), context.fonts.quiet, row, context.theme.quiet, text);
  tooltip(context, "heads.total", interaction, definitions(view));
}

void draw_head_tools(const PanelContext& context, const ShownAttention& shown, Rect tools) {
  auto& look = context.view.attention;
  const Button matrix{.label = "matrix",
                      .look = ButtonLook::Quiet,
                      .on = look.matrix,
                      .tooltip = "Which token takes from which, where tokens ask one another"};
  if (shown.matrix || !look.matrix) {
    if (draw_button(context, "heads.matrix", tools.cut_right(button_width(context, matrix), context.px(4)), matrix)) {
      look.matrix = !look.matrix;
    }
  }
  if (!shown || shown.view->heads < 2) return;
  const auto choice = [&](std::string_view name, std::string_view label, int head) {
    const Button button{.label = label, .look = ButtonLook::Quiet, .on = shown.head == head};
    if (draw_button(context, name, tools.cut_right(button_width(context, button), context.px(4)), button))
      look.head = head;
  };
  choice("heads.maximum", "max", kMaximumHead);
  choice("heads.mean", "mean", kMeanHead);
}

void draw_plots(const PanelContext& context, const ShownAttention& shown, Rect area) {
  const bool beside = area.width() >= context.px(380);
  Rect first = beside ? area.cut_left((area.width() - context.px(14)) / 2, context.px(14))
                      : area.cut_top((area.height() - context.px(8)) / 2, context.px(8));
  draw_attention_plot(context, shown, AttentionPlot::Entropy, first);
  draw_attention_plot(context, shown, AttentionPlot::Mass, area);
}

}  // namespace

void draw_heads(const PanelContext& context, const ShownAttention& shown, const Rect& area) {
  const bool several = shown && shown.view->heads > 1;
  Panel panel(context, "Heads", several ? "select one to drive every view" : "",
              context.theme.stage(core::Stage::Attention), area, context.px(several ? 136 : 60));
  draw_head_tools(context, shown, panel.tools());
  const Rect inner = area.shrunk(context.px(12), context.px(12));
  if (!shown) {
    Rect body = panel.begin_body(context.px(kLeastPlots + 40));
    draw_text_in(*ImGui::GetWindowDrawList(), context.fonts.text, body.cut_top(context.px(32), context.px(8)),
                 context.theme.quiet, "the first map is about to come");
    draw_plots(context, shown, body);
    return;
  }
  const auto size = tiles(context, *shown.view, {inner.width(), inner.height() - context.px(32)});
  const float maps = static_cast<float>(size.rows) * size.height(context);
  const bool beside = inner.width() >= context.px(380);
  Rect body = panel.begin_body(maps + context.px(kTotal + 4 + (beside ? kLeastPlots : 2 * kLeastPlots)));
  draw_tiles(context, shown, size, body.cut_top(maps));
  draw_total(context, shown, body.cut_top(context.px(kTotal), context.px(4)));
  draw_plots(context, shown, body);
}

}  // namespace qarium::widgets
