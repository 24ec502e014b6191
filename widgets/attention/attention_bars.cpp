#include "widgets/attention/attention_bars.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "widgets/attention/attention_lines.hpp"
#include "widgets/parts/controls.hpp"

namespace qarium::widgets {
namespace {

constexpr float kBarRow = 20;
constexpr float kPartCell = 12;     ///< of a part's own map
constexpr float kPartMapSpace = 8;  ///< below it

bool is_picture(const protocol::AttentionPart& part) {
  return part.columns > 1;
}

/// What a bar stands for: some tokens in a row, and what they have in all.
struct BarOf {
  int first = 0;
  int tokens = 1;
  float weight = 0;
  ShortText name;
  float name_width = 70;
  const protocol::AttentionPart* picture = nullptr;  ///< whose tokens they are, where it is one
};

class Bars {
 public:
  Bars(const PanelContext& context, const ShownAttention& shown)
      : context_(context), shown_(shown), state_(context.view.of<AttentionState>()), view_(*shown.view) {
    shown_weights(context, shown, state_.weights);
    add_all();
    float most = 0;
    for (const auto& bar : bars_)
      most = std::isfinite(bar.weight) ? std::max(most, bar.weight) : most;
    most_ = state_.pinned > 0 ? state_.pinned : color_limit(view_, most);
  }

  void draw(Rect area) {
    for (const auto& bar : bars_) {
      draw_bar(bar, area.cut_top(context_.px(kBarRow)));
      if (bar.picture != nullptr) draw_map(bar, *bar.picture, area);
    }
  }

 private:
  float weight_of(int first, int tokens) const {
    const auto begin = state_.weights.begin() + first;
    return std::accumulate(begin, begin + tokens, 0.0F);
  }

  void add_all() {
    const int size = view_.rows * view_.columns;
    for (int token = 0; view_.parts.empty() && token < view_.tokens(); ++token) {
      BarOf bar{.first = token, .weight = weight_of(token, 1)};
      bar.name.print("number %d", token % size + 1);
      if (view_.frames > 1) bar.name.print(", frame %d", token / size + 1);
      if (view_.frames > 1) bar.name_width = 118;
      bars_.push_back(bar);
    }
    int first = 0;
    for (const auto& part : view_.parts) {
      const int each = is_picture(part) ? part.tokens() : 1;
      for (int at = 0; at < part.tokens(); at += each) {
        BarOf bar{.first = first + at, .tokens = each, .weight = weight_of(first + at, each), .name_width = 90};
        bar.name.add(part.name);
        if (is_picture(part)) bar.picture = &part;
        if (each == 1 && part.tokens() > 1) bar.name.print(" %d", at + 1);
        bars_.push_back(bar);
      }
      first += part.tokens();
    }
  }

  void draw_bar(const BarOf& bar, Rect row) {
    auto& list = *ImGui::GetWindowDrawList();
    const auto& theme = context_.theme;
    ShortText id("attention.component.");
    id.print("%d", bar.first);
    const auto interaction = interact(context_, id, row);
    const bool single = bar.tokens == 1;
    if (interaction.hovered) {
      if (single) state_.hovered_next = {bar.first, bar.first};
    }
    if (interaction.clicked && shown_.matrix && single)
      state_.pinned_token = state_.pinned_token == bar.first ? -1 : bar.first;
    const bool marked = single && (state_.hovered.asks == bar.first || state_.hovered.asked == bar.first ||
                                   pinned_token(context_, shown_) == bar.first);
    if (marked || interaction.hovered) fill(list, row, theme.raised, context_.px(3));
    draw_text_in(list, context_.fonts.quiet, row.cut_left(context_.px(bar.name_width), context_.px(6)),
                 marked ? theme.text : theme.quiet, bar.name);
    draw_text_in(list, context_.fonts.number, row.cut_right(context_.px(66), context_.px(6)), theme.text,
                 number(bar.weight), Align::Right);
    const Rect whole = row.shrunk(0, context_.px(5));
    fill(list, whole, theme.line_quiet, context_.px(2));
    const float share = std::isfinite(bar.weight) ? std::clamp(bar.weight / most_, 0.0F, 1.0F) : 0;
    fill(list, {whole.min, {whole.min.x + share * whole.width(), whole.max.y}}, shown_color(theme, shown_.head),
         context_.px(2));
  }

  /// Each token's weight, where it lies in its part.
  void draw_map(const BarOf& bar, const protocol::AttentionPart& part, Rect& area) {
    const Rect space = area.cut_top(context_.px(kPartCell * static_cast<float>(part.rows)), context_.px(kPartMapSpace));
    const float side = std::min(context_.px(kPartCell), space.width() / static_cast<float>(part.columns));
    const Rect map{
        space.min,
        {space.min.x + side * static_cast<float>(part.columns), space.min.y + side * static_cast<float>(part.rows)}};
    const auto values = std::span<const float>(state_.weights)
                            .subspan(static_cast<std::size_t>(bar.first), static_cast<std::size_t>(bar.tokens));
    HeatStyle style;
    style.colors = state_.colors;
    style.high = color_limit(view_, greatest(values));
    ShortText key("attention.part.");
    key.print("%d", bar.first);
    const HeatPicture picture{values, part.rows, part.columns, map};
    auto& list = *ImGui::GetWindowDrawList();
    context_.canvas.draw_heat(list, key, {&picture, 1}, style);
    outline(list, map, context_.theme.line);
    const auto interaction = interact(context_, key, map);
    if (!interaction.hovered) return;
    const auto at = ImGui::GetIO().MousePos - map.min;
    const int row = std::clamp(static_cast<int>(at.y / side), 0, part.rows - 1);
    const int column = std::clamp(static_cast<int>(at.x / side), 0, part.columns - 1);
    const int token = bar.first + row * part.columns + column;
    state_.hovered_next = {token, token};
    ShortText words(token_name(view_, token));
    words.add(": ");
    words.add(number(state_.weights[static_cast<std::size_t>(token)]));
    tooltip(context_, key, interaction, words);
  }

  const PanelContext& context_;
  const ShownAttention& shown_;
  AttentionState& state_;
  const protocol::AttentionView& view_;
  std::vector<BarOf> bars_;
  float most_ = 1;
};

}  // namespace

float bars_height(const PanelContext& context, const protocol::AttentionView& view) {
  if (view.parts.empty()) return static_cast<float>(view.tokens()) * context.px(kBarRow);
  float height = 0;
  for (const auto& part : view.parts) {
    height += is_picture(part) ? kBarRow + kPartCell * static_cast<float>(part.rows) + kPartMapSpace
                               : kBarRow * static_cast<float>(part.tokens());
  }
  return context.px(height);
}

void draw_attention_bars(const PanelContext& context, const ShownAttention& shown, Rect area) {
  Bars(context, shown).draw(area);
}

}  // namespace qarium::widgets
