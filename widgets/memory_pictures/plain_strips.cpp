#include <algorithm>
#include <array>

#include "widgets/memory_pictures/addressing_chain.hpp"
#include "widgets/memory_pictures/strips.hpp"
#include "widgets/parts/draw.hpp"

namespace qarium::widgets {
namespace {

constexpr float kStripsLabel = 18;
constexpr float kStripsGap = 6;
constexpr std::size_t kMost = 16;

struct Labelled {
  ShortText label;
  std::span<const float> values;
  HeatStyle style;
  std::string_view word;
};
struct List {
  std::array<Labelled, kMost> strips;
  std::size_t size = 0;
  void add(const ShortText& label, std::span<const float> values, const HeatStyle& style, std::string_view word) {
    if (!values.empty() && size < kMost) strips[size++] = {label, values, style, word};
  }
};

void add_units(List& list, const PanelContext& context, const protocol::UnitsView& units) {
  const auto count = units.gate_names.size();
  const int size = count > 0 ? static_cast<int>(units.gates.size() / count) : 0;
  for (std::size_t gate = 0; gate < count; ++gate) {
    const auto& name = units.gate_names[gate];
    const auto values = row_of(units.gates, static_cast<int>(gate), size);
    const bool candidate = name == "candidate";
    HeatStyle style;
    style.colors = ColorMap::Viridis;
    if (candidate) style = signed_style(context.theme, {});
    if (candidate) style.high = -(style.low = -1);
    list.add(ShortText(name).add(candidate ? "" : " gate"), values, style, "unit");
  }
  list.add(ShortText("hidden"), units.hidden, signed_style(context.theme, units.hidden), "unit");
  list.add(ShortText("cell"), units.cell, signed_style(context.theme, units.cell), "unit");
  list.add(ShortText("change of hidden"), units.change, signed_style(context.theme, units.change), "unit");
}

List strips_of(const PanelContext& context, const ShownMemory& shown) {
  const auto& view = *shown.view;
  List list;
  if (view.units) add_units(list, context, *view.units);
  if (view.kept) {
    const int places = static_cast<int>(view.kept->ages.size());
    HeatStyle style;
    for (int head = 0; head < view.kept->heads; ++head)
      list.add(ShortText().print("weights, head %d, newest last", head + 1), row_of(view.kept->weights, head, places),
               style, "place");
  }
  if (view.slots > 0) {
    list.add(ShortText("write weights"), row_of(view.write_weights, shown.write_head, view.slots), weight_style(),
             "slot");
    list.add(ShortText("read weights"), row_of(view.read_weights, shown.read_head, view.slots), weight_style(), "slot");
    HeatStyle usage;
    usage.colors = ColorMap::Viridis;
    usage.high = greatest_magnitude(view.usage, 1);
    list.add(ShortText("usage"), view.usage, usage, "slot");
  }
  return list;
}

}  // namespace

float plain_strips_height(const PanelContext& context, const ShownMemory& shown) {
  return static_cast<float>(strips_of(context, shown).size) * context.px(kStripsLabel + kStripHeight + kStripsGap);
}

void draw_plain_strips(const PanelContext& context, const ShownMemory& shown, Rect area) {
  const auto all = strips_of(context, shown);
  auto& list = *ImGui::GetWindowDrawList();
  for (std::size_t i = 0; i < all.size; ++i) {
    const auto& each = all.strips[i];
    Rect row = area.cut_top(context.px(kStripsLabel));
    const auto limits = ShortText(number(static_cast<double>(each.style.low)))
                            .add(" to ")
                            .add(number(static_cast<double>(each.style.high)));
    draw_text_in(list, context.fonts.number, row.cut_right(text_width(context.fonts.number, limits) + 1, context.px(6)),
                 context.theme.quiet, limits);
    draw_text_in(list, context.fonts.quiet, row, context.theme.text, each.label);
    draw_strip(context, shown, {each.label, each.values, {}, each.style, each.word},
               area.cut_top(context.px(kStripHeight), context.px(kStripsGap)));
  }
}

}  // namespace qarium::widgets
