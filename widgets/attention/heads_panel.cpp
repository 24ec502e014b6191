#include <algorithm>
#include <array>
#include <cmath>

#include "widgets/attention/attention_lines.hpp"
#include "widgets/attention/attention_panels.hpp"
#include "widgets/attention/attention_plot.hpp"
#include "widgets/intervention/attention_change.hpp"
#include "widgets/intervention/intervention_state.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/panel.hpp"
#include "widgets/parts/scene_view.hpp"

namespace qarium::widgets {
namespace {

constexpr float kHeadsTitle = 18;
constexpr float kHeadsLine = 16;
constexpr float kLeastTile = 112;
constexpr float kMostMap = 280;
constexpr float kLeastMap = 48;
constexpr float kHeadsGap = 12;
constexpr float kNumbers = 116;
constexpr float kTotal = 20;
constexpr float kLeastPlots = 100;
constexpr float kTwoPlots = 380;  ///< from this width on the two plots may stand side by side
// What the maps have of the height where the curves are below them, and the curves of the width where they are beside.
constexpr float kMapShare = 0.55F;
constexpr float kPlotShare = 0.36F;
constexpr float kLeastPlotWidth = 290;
constexpr float kMapOpacity = 0.85F;
/// By how much another arrangement must enlarge the maps to be taken.
constexpr float kWorthIt = 1.2F;

/// How the maps stand: as large as the room lets them, all of the same size.
struct Tiles {
  int columns = 1;
  int rows = 1;
  float width = 0;
  ImVec2 map;
  bool beside = false;        ///< the numbers stand beside the map and not below it
  bool plots_beside = false;  ///< the curves stand beside the maps and not below them

  float frame(const PanelContext& context) const {
    return context.px(kHeadsTitle + 2 + kHeadsGap + (beside ? 0 : kHeadsLine + 2));
  }
  float height(const PanelContext& context) const { return map.y + frame(context); }
  ImVec2 size(const PanelContext& context) const {
    const auto columns_wide = static_cast<float>(columns);
    return {columns_wide * (width + context.px(kHeadsGap)) - context.px(kHeadsGap),
            static_cast<float>(rows) * height(context)};
  }
};

/// Width over height of a head's map, or of the picture of things that its lines lie over.
float map_aspect(const PanelContext& context, const protocol::AttentionView& view) {
  if (stands_in_picture(context.stage, view)) {
    const Rect square = scene_area(*context.stage.scene, {{0, 0}, {1'000, 1'000}});
    return square.width() / std::max(square.height(), 1.0F);
  }
  const float aspect = static_cast<float>(view.columns) / static_cast<float>(view.rows);
  if (!lies_over_cells(context.stage, view)) return aspect;
  const auto& grid = context.stage.scene->grid;
  return aspect * cell_aspect(view, grid.rows, grid.columns);
}

/// The maps as large as they can be with so many in a row.
Tiles tiles_of(const PanelContext& context, const protocol::AttentionView& view, const ImVec2& room, int columns,
               bool beside) {
  Tiles result{.columns = columns, .rows = (view.heads + columns - 1) / columns, .beside = beside};
  const float gap = context.px(kHeadsGap);
  const float tile = (room.x + gap) / static_cast<float>(columns) - gap;
  const float numbers = beside ? context.px(kNumbers) : 0;
  const float aspect = map_aspect(context, view);
  const float high = std::clamp(room.y / static_cast<float>(result.rows) - result.frame(context), context.px(kLeastMap),
                                context.px(kMostMap));
  const float wide = std::max(2.0F, std::min(tile - numbers, high * aspect));
  result.map = {std::floor(wide), std::floor(std::max(2.0F, wide / aspect))};
  result.width = std::min(tile, beside ? wide + numbers : std::max(wide, context.px(kLeastTile)));
  return result;
}

/// The number of columns that makes the maps largest; where all are as small as they may be, the least height.
Tiles best_tiles(const PanelContext& context, const protocol::AttentionView& view, const ImVec2& room) {
  const float gap = context.px(kHeadsGap);
  const int most = std::clamp(static_cast<int>((room.x + gap) / (context.px(kLeastTile) + gap)), 1, view.heads);
  Tiles best = tiles_of(context, view, room, most, false);
  const auto better = [&](const Tiles& other) {
    const float worth = other.beside == best.beside ? 1.0F : other.beside ? kWorthIt : 1 / kWorthIt;
    if (other.map.x != worth * best.map.x) return other.map.x > worth * best.map.x;
    return other.size(context).y < best.size(context).y;
  };
  for (int columns = most; columns >= 1; --columns) {
    for (const bool beside : {false, true}) {
      const auto other = tiles_of(context, view, room, columns, beside);
      if (better(other)) best = other;
    }
  }
  return best;
}

Tiles arrange(const PanelContext& context, const protocol::AttentionView& view, const ImVec2& room) {
  const Tiles below = best_tiles(context, view, {room.x, room.y * kMapShare});
  const float plots = std::max(context.px(kLeastPlotWidth), room.x * kPlotShare) + context.px(kHeadsGap);
  if (room.x - plots < context.px(kLeastTile)) return below;
  Tiles across = best_tiles(context, view, {room.x - plots, room.y});
  across.plots_beside = true;
  const bool fits = across.size(context).y <= room.y;
  return fits && across.map.x > kWorthIt * below.map.x ? across : below;
}

float value_at(const std::vector<float>& values, const protocol::AttentionView& view, int head, int query) {
  const auto at =
      static_cast<std::size_t>(head) * static_cast<std::size_t>(view.queries) + static_cast<std::size_t>(query);
  return at < values.size() ? values[at] + 0.0F : NAN;  // what is -0 is told as 0
}

ShortText percent(float share) {
  ShortText text;
  return std::isfinite(share) ? text.print("%.0f %%", static_cast<double>(100 * share)) : text.add("–");
}

ShortText definitions(const protocol::AttentionView& view) {
  ShortText text("H: entropy of the weights in nats; 0 where one token has all, ");
  text.print("log %d = %.2f where all weigh the same.", view.tokens(), std::log(std::max(1, view.tokens())));
  if (!view.mass.empty()) {
    text.print(" Near: share of weight on tokens centred within 1 cell of an object; a uniform map has %.0f %%.",
               static_cast<double>(100 * view.area));
  }
  return text;
}

bool silenced(const PanelContext& context, int head) {
  const auto& heads = context.view.of<InterventionState>().intervention.attention.silenced;
  return std::find(heads.begin(), heads.end(), head) != heads.end();
}

struct HeadNumbers {
  float entropy;
  float mass;
};

void draw_heads_numbers(const PanelContext& context, const protocol::AttentionView& view, const HeadNumbers& numbers,
                        Rect tile, const Rect& map, bool beside) {
  auto& list = *ImGui::GetWindowDrawList();
  const auto* font = context.fonts.number;
  const auto entropy = static_cast<double>(numbers.entropy);
  if (beside) {
    tile.min = {map.max.x + context.px(8), map.min.y};
    draw_text_in(list, font, tile.cut_top(context.px(kHeadsLine)), context.theme.quiet,
                 ShortText("H ").add(fixed(entropy, 2)).print(" of %.2f", std::log(std::max(1, view.tokens()))));
    if (view.mass.empty()) return;
    draw_text_in(list, font, tile.cut_top(context.px(kHeadsLine)), context.theme.quiet,
                 ShortText("near ").add(percent(numbers.mass)));
    return;
  }
  tile.min.y = map.max.y + context.px(2);
  const Rect row = tile.cut_top(context.px(kHeadsLine));
  // All tiles say it in the same words: those that the widest numbers have room for.
  constexpr std::array<std::string_view, 3> kWords{" · within 1 cell ", " · near ", " · "};
  const auto text = [&](std::string_view words, double h, float mass) {
    const auto both = ShortText("H ").add(fixed(h, 2));
    return view.mass.empty() ? both : ShortText(both).add(words).add(percent(mass));
  };
  const auto* words = std::find_if(kWords.begin(), kWords.end() - 1, [&](std::string_view each) {
    return text_width(font, text(each, 8.88, 1)) <= row.width();
  });
  draw_text_in(list, font, row, context.theme.quiet, text(*words, entropy, numbers.mass));
}

/// Name and toggle above, numbers below or beside; the maps themselves are drawn together.
void draw_tile(const PanelContext& context, const ShownAttention& shown, int head, Rect tile, const Rect& map,
               bool beside) {
  const auto& theme = context.theme;
  const auto& view = *shown.view;
  auto& list = *ImGui::GetWindowDrawList();
  Rect title = tile.cut_top(context.px(kHeadsTitle));
  ShortText id("heads.silence.");
  id.print("%d", head + 1);
  const bool off = silenced(context, head);
  const Button silence{.label = off ? "silenced" : "silence",
                       .look = ButtonLook::Quiet,
                       .on = off,
                       .tooltip = "Intervention: this head gives nothing"};
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
  const auto interaction = press(context, control, map);
  if (interaction.clicked) context.view.of<AttentionState>().head = chosen ? kMeanHead : head;
  if (chosen || interaction.hovered) {
    outline(list, map.shrunk(-context.px(2)), chosen ? theme.stage(core::Stage::Attention) : theme.quiet, 0,
            context.px(2));
  } else {
    outline(list, map, theme.line);
  }
  tooltip(context, control, interaction, definitions(view));

  draw_heads_numbers(context, view,
                     {value_at(view.entropy, view, head, shown.query), value_at(view.mass, view, head, shown.query)},
                     tile, map, beside);
}

/// The frame that the map of a head is about.
void draw_beneath(const PanelContext& context, const protocol::AttentionView& view, int head, const Rect& map) {
  if (!lies_over_cells(context.stage, view)) return;
  const auto& grid = context.stage.scene->grid;
  auto& list = *ImGui::GetWindowDrawList();
  list.PushClipRect(map.min, map.max, true);
  ShortText key("attention.heads.frame.");
  key.print("%d", head + 1);
  draw_scene(context, key, *context.stage.scene, frame_beneath(view, map, grid.rows, grid.columns), false);
  list.PopClipRect();
}

/// The picture of things with what this head gives each.
void draw_head_lines(const PanelContext& context, const ShownAttention& shown, int head, const Rect& map, float most) {
  const auto& scene = *context.stage.scene;
  const auto& weights = context.view.of<AttentionState>().tiles[static_cast<std::size_t>(head)];
  auto& list = *ImGui::GetWindowDrawList();
  ShortText key("attention.heads.frame.");
  key.print("%d", head + 1);
  const Rect frame = scene_area(scene, map);
  draw_scene(context, key, scene, frame, false);
  list.PushClipRect(frame.min, frame.max, true);
  draw_attention_lines(context, attention_lines(scene, weights, asking_token(context, shown), most, frame),
                       head_color(context.theme, head));
  list.PopClipRect();
}

/// Each head's map for what is shown, in AttentionState::tiles. Returns where their colours end.
float gather_tiles(const PanelContext& context, const ShownAttention& shown) {
  auto& state = context.view.of<AttentionState>();
  const auto& view = *shown.view;
  state.tiles.resize(static_cast<std::size_t>(view.heads));
  float most = 0;
  for (int head = 0; head < view.heads; ++head) {
    auto& values = state.tiles[static_cast<std::size_t>(head)];
    weights_of(view, head, shown.query, state.weights);
    picture_of(view, state.weights, state.frame, values);
    most = std::max(most, greatest(values));
  }
  return state.pinned > 0 ? state.pinned : color_limit(view, most);
}

void draw_tiles(const PanelContext& context, const ShownAttention& shown, const Tiles& size, const Rect& area) {
  const auto& state = context.view.of<AttentionState>();
  const auto& view = *shown.view;
  const bool things = stands_in_picture(context.stage, view);
  HeatStyle style;
  style.colors = state.colors;
  style.high = gather_tiles(context, shown);
  style.veil = lies_over_cells(context.stage, view);
  style.opacity = kMapOpacity;
  std::array<HeatPicture, 64> pictures;
  std::size_t drawn = 0;
  for (int head = 0; head < view.heads; ++head) {
    const int row = head / size.columns;
    const ImVec2 corner{area.min.x + static_cast<float>(head % size.columns) * (size.width + context.px(kHeadsGap)),
                        area.min.y + static_cast<float>(row) * size.height(context)};
    const ImVec2 at{corner.x, corner.y + context.px(kHeadsTitle + 2)};
    const Rect map{at, at + size.map};
    draw_tile(context, shown, head, {corner, {corner.x + size.width, corner.y + size.height(context)}}, map,
              size.beside);
    if (things) {
      draw_head_lines(context, shown, head, map, style.high);
      continue;
    }
    const auto& values = state.tiles[static_cast<std::size_t>(head)];
    if (drawn < pictures.size()) pictures[drawn++] = {values, view.rows, view.columns, map};
    draw_beneath(context, view, head, map);
  }
  if (!things)
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
  ShortText all;
  if (view.heads > 1) all.add("all heads: H ").add(fixed(static_cast<double>(entropy), 2)).add(" · ");
  ShortText objects;
  ShortText brief;
  if (!view.mass.empty()) {
    objects.add("within 1 cell of objects ");
    brief.add("within 1 cell ");
    if (view.heads > 1) {
      objects.add(percent(mass)).add(" of the weight, ");
      brief.add(percent(mass)).add(", ");
    }
    objects.add(percent(view.area)).add(" of the area · ");
    brief.add("area ").add(percent(view.area)).add(" · ");
  }
  ShortText colors(stands_in_picture(context.stage, view) ? "lines 0 to " : "colours 0 to ");
  float most = 0;
  for (const auto& values : context.view.of<AttentionState>().tiles)
    most = std::max(most, greatest(values));
  const float pinned = context.view.of<AttentionState>().pinned;
  colors.add(number(pinned > 0 ? pinned : color_limit(view, most)));
  const auto fits = [&](const ShortText& text) { return text_width(context.fonts.quiet, text) <= row.width(); };
  ShortText text = ShortText(all).add(objects).add(colors);
  if (!fits(text)) text = ShortText(all).add(brief).add(colors);
  if (!fits(text)) text = ShortText(brief).add(colors);
  const auto interaction = interact(context, "heads.total", row);
  draw_text_in(*ImGui::GetWindowDrawList(), context.fonts.quiet, row, context.theme.quiet, text);
  tooltip(context, "heads.total", interaction, definitions(view));
}

void draw_head_tools(const PanelContext& context, const ShownAttention& shown, Rect tools) {
  auto& look = context.view.of<AttentionState>();
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

/// Side by side or one above the other, whichever leaves each more room.
void draw_plots(const PanelContext& context, const ShownAttention& shown, Rect area) {
  const bool beside = area.width() >= context.px(kTwoPlots) && area.width() > 2.2F * area.height();
  Rect first = beside ? area.cut_left((area.width() - context.px(14)) / 2, context.px(14))
                      : area.cut_top((area.height() - context.px(8)) / 2, context.px(8));
  draw_attention_plot(context, shown, AttentionPlot::Entropy, first);
  draw_attention_plot(context, shown, AttentionPlot::Mass, area);
}

float least_plots(const PanelContext& context, float width) {
  return context.px(width >= context.px(kTwoPlots) ? kLeastPlots : 2 * kLeastPlots);
}

void draw_plots_beside(const PanelContext& context, const ShownAttention& shown, const Tiles& size, Rect body) {
  draw_total(context, shown, body.cut_bottom(context.px(kTotal), context.px(4)));
  draw_tiles(context, shown, size, body.cut_left(size.size(context).x, context.px(2 * kHeadsGap)));
  draw_plots(context, shown, body);
}

void draw_plots_below(const PanelContext& context, const ShownAttention& shown, const Tiles& size, Rect body) {
  draw_tiles(context, shown, size, body.cut_top(size.size(context).y));
  draw_total(context, shown, body.cut_top(context.px(kTotal), context.px(4)));
  draw_plots(context, shown, body);
}

}  // namespace

void draw_heads(const PanelContext& context, const ShownAttention& shown, const Rect& area) {
  const bool several = shown && shown.view->heads > 1;
  Panel panel(context, "Heads", several ? "select one to drive every view" : "",
              context.theme.stage(core::Stage::Attention), area, context.px(several ? 136 : 60));
  if (panel.folded()) return;
  draw_head_tools(context, shown, panel.tools());
  const Rect inner = area.shrunk(context.px(12), context.px(12));
  if (!shown) {
    Rect body = panel.begin_body(context.px(kLeastPlots + 40));
    draw_text_in(*ImGui::GetWindowDrawList(), context.fonts.text, body.cut_top(context.px(32), context.px(8)),
                 context.theme.quiet, "the first map is about to come");
    draw_plots(context, shown, body);
    return;
  }
  const float total = context.px(kTotal + 4);
  const auto size = arrange(context, *shown.view, {inner.width(), inner.height() - context.px(32) - total});
  if (size.plots_beside) {
    draw_plots_beside(context, shown, size, panel.begin_body(size.size(context).y + total));
  } else {
    draw_plots_below(context, shown, size,
                     panel.begin_body(size.size(context).y + total + least_plots(context, inner.width())));
  }
}

}  // namespace qarium::widgets
