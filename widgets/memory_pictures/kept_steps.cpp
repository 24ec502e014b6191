#include "widgets/memory_pictures/kept_steps.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "widgets/memory_pictures/recall.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/panel.hpp"

namespace qarium::widgets {
namespace {

constexpr float kKeptRow = 60;
constexpr float kPlainRow = 22;
constexpr float kKeptFrame = 56;
constexpr float kOrder = 104;

/// Mean over the heads.
float weight_of(const protocol::KeptSteps& steps, int place) {
  const int places = static_cast<int>(steps.ages.size());
  float sum = 0;
  for (int head = 0; head < steps.heads; ++head) {
    const auto row = row_of(steps.weights, head, places);
    if (!row.empty() && std::isfinite(row[static_cast<std::size_t>(place)]))
      sum += row[static_cast<std::size_t>(place)];
  }
  return sum / static_cast<float>(std::max(steps.heads, 1));
}

struct KeptRow {
  int place;
  int age;
  float weight;
  float share;  ///< of the greatest weight
};

void draw_kept_row(const PanelContext& context, const ShownMemory& shown, const KeptRow& row, Rect area, bool frames) {
  auto& list = *ImGui::GetWindowDrawList();
  ShortText age(row.age == 0 ? "now" : "t - ");
  if (row.age > 0) age.print("%d", row.age);
  if (frames) {
    ShortText name(shown.place);
    name.print(".frame.%d", row.place);
    draw_recalled(context, name, context.stage.moment.index - row.age, age,
                  area.cut_left(context.px(kKeptFrame), context.px(8)).shrunk(0, context.px(2)));
  } else {
    draw_text_in(list, context.fonts.number, area.cut_left(context.px(48), context.px(8)), context.theme.text, age);
  }
  ShortText value;
  value.print("%.4f", static_cast<double>(row.weight));
  draw_text_in(list, context.fonts.number, area.cut_right(context.px(52), context.px(6)), context.theme.text, value,
               Align::Right);
  const float half = context.px(5);
  const Rect track{{area.min.x, area.centre().y - half}, {area.max.x, area.centre().y + half}};
  fill(list, track, context.theme.line_quiet, context.px(2));
  fill(list, {track.min, {track.min.x + std::clamp(row.share, 0.0F, 1.0F) * track.width(), track.max.y}},
       context.theme.stage(core::Stage::Memory), context.px(2));
}

/// The steps that stand, as they shall from the top.
std::vector<KeptRow> rows_of(const protocol::KeptSteps& steps, KeptOrder order) {
  std::vector<KeptRow> rows;
  float most = 1e-6F;
  for (int place = static_cast<int>(steps.ages.size()) - 1; place >= 0; --place) {
    const int age = steps.ages[static_cast<std::size_t>(place)];
    if (age < 0) continue;
    rows.push_back({place, age, weight_of(steps, place), 0});
    most = std::max(most, rows.back().weight);
  }
  for (auto& row : rows)
    row.share = row.weight / most;
  if (order == KeptOrder::Weight) {
    std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.weight > b.weight; });
  }
  return rows;
}

void draw_kept_order_choice(const PanelContext& context, const ShownMemory& shown, const Rect& area) {
  constexpr std::array<std::string_view, 2> kOrders{"by weight", "by age"};
  auto& order = context.view.of<MemoryLook>().kept_order;
  const auto now = static_cast<std::size_t>(order);
  const auto picked =
      draw_choice(context, ShortText(shown.place).add(".kept"), area, kOrders[now], kOrders, now, ButtonLook::Quiet);
  if (picked) order = static_cast<KeptOrder>(*picked);
}

}  // namespace

void draw_kept_steps(const PanelContext& context, const ShownMemory& shown, const Rect& area) {
  const auto& steps = *shown.view->kept;
  const auto rows = rows_of(steps, context.view.of<MemoryLook>().kept_order);
  ShortText quiet;
  quiet.print("%zu of %zu", rows.size(), steps.ages.size());
  if (steps.heads > 1) quiet.print(", %d heads", steps.heads);
  Panel panel(context, "Kept steps", quiet, context.theme.stage(core::Stage::Memory), area, context.px(kOrder));
  if (panel.folded()) return;
  draw_kept_order_choice(context, shown, panel.tools());
  const bool frames = shown.can_intervene;
  const float high = context.px(frames ? kKeptRow : kPlainRow);
  Rect body = panel.begin_body(high * static_cast<float>(rows.size()));
  const Rect seen{ImGui::GetWindowDrawList()->GetClipRectMin(), ImGui::GetWindowDrawList()->GetClipRectMax()};
  for (const auto& row : rows) {
    const Rect place = body.cut_top(high);
    if (place.overlaps(seen)) draw_kept_row(context, shown, row, place, frames);
  }
}

}  // namespace qarium::widgets
