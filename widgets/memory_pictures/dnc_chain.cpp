#include <algorithm>
#include <array>
#include <cmath>

#include "widgets/memory_pictures/addressing_chain.hpp"
#include "widgets/memory_pictures/strips.hpp"
#include "widgets/parts/controls.hpp"

namespace qarium::widgets {
namespace {

constexpr float kDncChainLabel = 17;
constexpr float kDncChainGap = 4;
constexpr float kBar = 18;
constexpr float kMostLink = 200;
constexpr int kStrips = 8;
constexpr int kBars = 6;

struct Writer {
  const PanelContext& context;
  const ShownMemory& shown;
  Rect area;

  void strip(std::string_view name, std::string_view label, std::span<const float> values, const HeatStyle& style) {
    draw_text_in(*ImGui::GetWindowDrawList(), context.fonts.quiet, area.cut_top(context.px(kDncChainLabel)),
                 context.theme.text, label);
    draw_strip(context, shown, {name, values, {}, style},
               area.cut_top(context.px(kStripHeight), context.px(kDncChainGap)));
  }

  /// A share as a bar with its number.
  void bar(std::string_view label, float value) {
    auto& list = *ImGui::GetWindowDrawList();
    Rect row = area.cut_top(context.px(kBar));
    draw_text_in(list, context.fonts.quiet, row.cut_left(context.px(100), context.px(6)), context.theme.quiet, label);
    ShortText text;
    text.print("%.2f", static_cast<double>(value));
    draw_text_in(list, context.fonts.number, row.cut_right(context.px(36), context.px(6)), context.theme.text, text,
                 Align::Right);
    const Rect track = row.shrunk(0, context.px(6));
    const float share = std::isfinite(value) ? std::clamp(value, 0.0F, 1.0F) : 0;
    fill(list, track, context.theme.line_quiet, context.px(2));
    fill(list, {track.min, {track.min.x + share * track.width(), track.max.y}},
         context.theme.stage(core::Stage::Memory), context.px(2));
  }
};

/// Which slot was written after which.
void draw_dnc_chain_link(Writer& writer, const std::vector<float>& link, int slots) {
  const auto& context = writer.context;
  auto& list = *ImGui::GetWindowDrawList();
  draw_text_in(list, context.fonts.quiet, writer.area.cut_top(context.px(kDncChainLabel)), context.theme.text,
               "link: row was written after column");
  const auto cells = static_cast<std::size_t>(slots) * static_cast<std::size_t>(slots);
  if (link.size() != cells) return;
  const float side = std::min(writer.area.width(), context.px(kMostLink));
  const Rect area{writer.area.min, writer.area.min + ImVec2(side, side)};
  const auto key = ShortText(writer.shown.place).add(".link");
  const HeatPicture picture{link, slots, slots, area};
  context.canvas.draw_heat(list, key, {&picture, 1}, weight_style());
  outline(list, area.shrunk(-1), context.theme.line);
  const auto interaction = interact(context, key, area);
  if (!interaction.hovered) return;
  const ImVec2 at = ImGui::GetIO().MousePos - area.min;
  const auto part = [&](float offset) {
    return std::clamp(static_cast<int>(offset / side * static_cast<float>(slots)), 0, slots - 1);
  };
  const int row = part(at.y);
  const int column = part(at.x);
  writer.shown.kept->hovered_slot_next = row;
  begin_tooltip(context);
  ImGui::Text("slot %d after slot %d: %s", row, column,
              number(static_cast<double>(row_of(link, row, slots)[static_cast<std::size_t>(column)])).c_str());
  end_tooltip();
}

}  // namespace

float dnc_height(const PanelContext& context, float width) {
  return context.px(kStrips * (kDncChainLabel + kStripHeight + kDncChainGap) + kBars * kBar + 2 * kDncChainGap +
                    kDncChainLabel) +
         std::min(width, context.px(kMostLink)) + context.px(2);
}

void draw_dnc(const PanelContext& context, const ShownMemory& shown, Rect area) {
  const auto& view = *shown.view;
  const auto& dnc = *view.dnc;
  Writer writer{context, shown, area};
  const auto at = [](const std::vector<float>& values, int index) {
    return index >= 0 && static_cast<std::size_t>(index) < values.size() ? values[static_cast<std::size_t>(index)]
                                                                         : NAN;
  };
  const int r = shown.read_head;
  HeatStyle usage;
  usage.colors = ColorMap::Viridis;
  writer.bar("write gate", dnc.write_gate);
  writer.bar("allocation gate", dnc.allocation_gate);
  writer.strip("usage", "usage", dnc.usage, usage);
  writer.strip("allocation", "allocation", dnc.allocation, weight_style());
  writer.strip("write_content", "content, write", dnc.write_content, weight_style());
  writer.strip("write", "write weights", row_of(view.write_weights, shown.write_head, view.slots), weight_style());
  writer.area.cut_top(context.px(kDncChainGap));
  writer.bar("free gate", at(dnc.free_gates, r));
  const auto modes = row_of(dnc.read_modes, r, 3);
  constexpr std::array<std::string_view, 3> kModes{"mode backward", "mode content", "mode forward"};
  for (std::size_t i = 0; i < kModes.size(); ++i)
    writer.bar(kModes[i], i < modes.size() ? modes[i] : NAN);
  writer.strip("backward", "backward", row_of(dnc.backward, r, view.slots), weight_style());
  writer.strip("content", "content, read", row_of(dnc.content, r, view.slots), weight_style());
  writer.strip("forward", "forward", row_of(dnc.forward, r, view.slots), weight_style());
  writer.strip("read", "read weights", row_of(view.read_weights, r, view.slots), weight_style());
  writer.area.cut_top(context.px(kDncChainGap));
  draw_dnc_chain_link(writer, dnc.link, view.slots);
}

}  // namespace qarium::widgets
