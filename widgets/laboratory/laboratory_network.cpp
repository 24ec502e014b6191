#include <algorithm>

#include "widgets/bars/bars.hpp"
#include "widgets/laboratory/laboratory_panels.hpp"
#include "widgets/laboratory/laboratory_state.hpp"
#include "widgets/parts/flow.hpp"

namespace qarium::widgets {
namespace {

constexpr float kNetworkEnds = 84;
constexpr float kNetworkArrow = 84;
constexpr float kLeastNetworkArrow = 28;
constexpr float kNetworkBlock = 220;

/// "ntm 128 × 20"
ShortText memory_words(const config::MemoryOptions& memory) {
  ShortText text(memory.kind);
  const bool matrix = memory.kind == "ntm" || memory.kind == "dnc" || memory.kind == "mann";
  if (matrix) {
    text.print(" %lld × %lld", static_cast<long long>(memory.slots), static_cast<long long>(memory.width));
  }
  return text;
}

ShortText channels(int number) {
  ShortText text;
  return number > 0 ? text.print("%d", number) : text.add("–");
}

}  // namespace

void draw_laboratory_network(const PanelContext& context, const Rect& area) {
  auto& list = *ImGui::GetWindowDrawList();
  fill(list, area, context.theme.ground);
  list.AddLine({area.min.x, area.max.y - 1}, {area.max.x, area.max.y - 1}, context.theme.line);
  Rect rest = area.shrunk(context.px(16), context.px(8));
  const auto& laboratory = laboratory_of(context);
  const bool any = begun(laboratory);
  const auto& chosen = context.view.of<LaboratoryState>().experiment;
  const auto* sample = laboratory.sample.get();
  // Where there is little room arrows become short, then blocks narrow.
  const float end = context.px(kNetworkEnds);
  const float room = rest.width() - 2 * end;
  const float arrow = std::clamp((room - context.px(1.5F * kNetworkBlock)) / 3, context.px(kLeastNetworkArrow),
                                 context.px(kNetworkArrow));
  const float block = std::min(context.px(kNetworkBlock), (room - 3 * arrow) / 1.5F);
  const auto memory = any ? memory_words(laboratory.options.hyperparameters.memory) : ShortText(chosen.memory);
  draw_flow_end(context, rest.cut_left(end), "bits", channels(sample != nullptr ? sample->inputs : 0), Align::Centre);
  draw_flow_arrow(context, rest.cut_left(arrow), {});
  draw_flow_block(context,
                  {.title = "Memory", .kind = memory, .size = {}, .color = context.theme.stage(core::Stage::Memory)},
                  rest.cut_left(block));
  draw_flow_arrow(context, rest.cut_left(arrow), {});
  draw_flow_block(context,
                  {.title = "Read-out", .kind = "linear", .size = {}, .color = context.theme.stage(core::Stage::Head)},
                  rest.cut_left(block / 2));
  draw_flow_arrow(context, rest.cut_left(arrow), {});
  draw_flow_end(context, rest.cut_left(end), "answer", channels(sample != nullptr ? sample->outputs : 0),
                Align::Centre);
  if (rest.width() < context.px(240)) return;
  ShortText of(any ? "learns " : "Start begins ");
  draw_flow_end(context, rest, "The laboratory's own network", of.add(any ? laboratory.options.task : chosen.task),
                Align::Right);
}

}  // namespace qarium::widgets
