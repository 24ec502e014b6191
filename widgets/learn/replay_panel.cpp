#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <memory>
#include <numeric>

#include "widgets/actions.hpp"
#include "widgets/learn/learn_panels.hpp"
#include "widgets/learn/learn_state.hpp"
#include "widgets/moments.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/format.hpp"
#include "widgets/parts/panel.hpp"
#include "widgets/parts/scene_view.hpp"

namespace qarium::widgets {
namespace {

constexpr std::array<std::string_view, 3> kSortNames{"as sampled", "by |TD error|", "by age"};
constexpr float kThumbnail = 46;
constexpr float kCellWidth = 76;
constexpr float kReplayLine = 14;
constexpr float kCellHeight = kThumbnail + 4 + 4 * kReplayLine + 6;
constexpr float kSide = 196;
constexpr float kSideGap = 20;
constexpr float kSideHeight = 130;
constexpr int kRowsOnPage = 2;
constexpr float kMoreButton = 26;

void draw_histogram(const PanelContext& context, Rect area, std::string_view title,
                    const protocol::Histogram& histogram, std::string_view control) {
  auto& list = *ImGui::GetWindowDrawList();
  const auto& theme = context.theme;
  const Rect whole = area;
  draw_text_in(list, context.fonts.quiet, area.cut_top(context.px(kReplayLine), context.px(5)), theme.quiet, title);
  const Rect labels = area.cut_bottom(context.px(kReplayLine), context.px(2));
  const auto state = interact(context, control, whole);
  if (histogram.counts.empty() || area.height() < 4) return;
  const auto most = *std::max_element(histogram.counts.begin(), histogram.counts.end());
  const float width = area.width() / static_cast<float>(histogram.counts.size());
  for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
    if (histogram.counts[i] <= 0) continue;
    const float share = static_cast<float>(histogram.counts[i]) / static_cast<float>(std::max<std::int64_t>(most, 1));
    const float x = area.min.x + static_cast<float>(i) * width;
    const float height = std::max(1.0F, share * area.height());
    fill(list, {{x, area.max.y - height}, {x + std::max(1.0F, width - 1), area.max.y}},
         theme.stage(core::Stage::Fusion));
  }
  list.AddLine({area.min.x, area.max.y}, {area.max.x, area.max.y}, theme.line);
  draw_text_in(list, context.fonts.number, labels, theme.quiet, compact(histogram.low));
  draw_text_in(list, context.fonts.number, labels, theme.quiet, compact(histogram.high), Align::Right);
  if (!state.hovered) return;
  const float at = (ImGui::GetIO().MousePos.x - area.min.x) / std::max(1.0F, width);
  const auto bin = static_cast<std::size_t>(std::clamp(at, 0.0F, static_cast<float>(histogram.counts.size() - 1)));
  const double step = (histogram.high - histogram.low) / static_cast<double>(histogram.counts.size());
  ShortText text(title);
  text.add(" ").add(compact(histogram.low + static_cast<double>(bin) * step)).add(" to ");
  text.add(compact(histogram.low + static_cast<double>(bin + 1) * step)).add(": ").add(count(histogram.counts[bin]));
  tooltip(context, control, state, text.add(" transitions"));
}

void draw_replay_side(const PanelContext& context, const protocol::ReplayView& replay, Rect area) {
  auto& list = *ImGui::GetWindowDrawList();
  const auto& theme = context.theme;
  const Rect line = area.cut_top(context.px(16), context.px(2));
  const float share = replay.capacity > 0 ? static_cast<float>(replay.size) / static_cast<float>(replay.capacity) : 0;
  ShortText filled(compact(static_cast<double>(replay.size)));
  filled.add(" of ").add(compact(static_cast<double>(replay.capacity)));
  draw_text_in(list, context.fonts.number, line, theme.text, filled);
  draw_text_in(list, context.fonts.number, line, theme.quiet, bytes(replay.bytes), Align::Right);
  if (replay.most_state_bytes > 0) {
    ShortText states("memory states ");
    states.add(bytes(replay.state_bytes)).add(" of ").add(bytes(replay.most_state_bytes));
    draw_text_in(list, context.fonts.quiet, area.cut_top(context.px(16), context.px(2)), theme.quiet, states);
  }
  const Rect bar = area.cut_top(context.px(5), context.px(8));
  fill(list, bar, theme.line, context.px(2.5F));
  fill(list, {bar.min, {bar.min.x + std::clamp(share, 0.0F, 1.0F) * bar.width(), bar.max.y}},
       theme.stage(core::Stage::Fusion), context.px(2.5F));
  area.max.y = std::min(area.max.y, area.min.y + context.px(110));
  const Rect age = area.cut_left((area.width() - context.px(12)) / 2, context.px(12));
  draw_histogram(context, age, "age, steps", replay.age, "replay.age");
  draw_histogram(context, area, "reward", replay.reward, "replay.reward");
}

void sort(const PanelContext& context, const protocol::ReplayView& replay) {
  auto& order = context.view.of<LearnState>().sample_order;
  order.resize(replay.batch.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto& batch = replay.batch;
  const auto size = [&](std::size_t i) {
    const float error = std::abs(batch[i].td_error);
    return std::isnan(error) ? -1.0F : error;
  };
  if (context.view.of<LearnState>().replay_sort == ReplaySort::TdError) {
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return size(a) > size(b); });
  } else if (context.view.of<LearnState>().replay_sort == ReplaySort::Age) {
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return batch[a].age < batch[b].age; });
  }
}

/// |TD error| that stands out of its batch: the upper eighth.
float notable_error(const protocol::ReplayView& replay) {
  std::array<float, protocol::kSampleLimit> errors{};
  std::size_t size = 0;
  for (const auto& sample : replay.batch) {
    if (size < errors.size() && std::isfinite(sample.td_error)) errors[size++] = std::abs(sample.td_error);
  }
  if (size == 0) return INFINITY;
  const auto at = size - 1 - size / 8;
  std::nth_element(errors.begin(), errors.begin() + static_cast<std::ptrdiff_t>(at),
                   errors.begin() + static_cast<std::ptrdiff_t>(size));
  return errors[at];
}

/// Wide enough for every number of the batch.
float cell_width(const PanelContext& context, const protocol::ReplayView& replay) {
  const auto* font = context.fonts.number;
  float width = context.px(kCellWidth);
  for (const auto& sample : replay.batch) {
    const auto widest = std::max({text_width(font, signed_number(sample.td_error)),
                                  text_width(font, number(sample.target)), text_width(font, number(sample.q))});
    width = std::max(width, widest + text_width(font, "m ") + context.px(8));
  }
  return std::ceil(width);
}

void draw_replay_numbers(const PanelContext& context, const protocol::TransitionView& sample, Rect area, bool notable) {
  auto& list = *ImGui::GetWindowDrawList();
  const auto& theme = context.theme;
  const auto line = [&](const char* label, const ShortText& value, ImU32 color) {
    ShortText text(label);
    draw_text_in(list, context.fonts.number, area.cut_top(context.px(kReplayLine)), color, text.add(" ").add(value));
  };
  line(glyphs(context.fonts.number).delta, signed_number(sample.td_error), notable ? theme.attention : theme.text);
  line("y", number(sample.target), theme.text);
  line("Q", number(sample.q), theme.text);
  draw_text_in(list, context.fonts.quiet, area.cut_top(context.px(kReplayLine)), theme.quiet,
               action_name(context.trainer.action_names, sample.action));
}

/// Differs when the pictures do: also after learning began again and reached the same step.
std::uint64_t version_of(const protocol::ReplayView& replay, ReplaySort order) {
  auto version = replay.basis.weights * 0x9e3779b97f4a7c15ULL;
  version +=
      static_cast<std::uint64_t>(replay.basis.position.environment_steps) * 4 + static_cast<std::uint64_t>(order);
  for (const auto& sample : replay.batch)
    version = version * 31 + std::bit_cast<std::uint32_t>(sample.q);
  return version;
}

/// What is known here of the update that the batch was for: its first transitions, and no values after it.
std::shared_ptr<const protocol::UpdateView> update_of(const protocol::ReplayView& replay) {
  auto update = std::make_shared<protocol::UpdateView>();
  update->basis = replay.basis;
  update->facts = replay.facts;
  update->batch_size = replay.batch_size;
  for (const auto& sample : replay.batch)
    update->sequences = std::max(update->sequences, sample.sequence + 1);
  update->samples = replay.batch;
  return update;
}

/// How the last batch lies in so much width.
struct Cells {
  int columns = 1;
  int rows = 0;
  float step = 0;   ///< from one to the next
  float width = 0;  ///< of each
};

Cells cells_in(const PanelContext& context, const protocol::ReplayView& replay, float width) {
  const float gap = context.px(4);
  const int columns = std::max(1, static_cast<int>((width + gap) / (cell_width(context, replay) + gap)));
  const float step = (width + gap) / static_cast<float>(columns);
  return {columns, (static_cast<int>(replay.batch.size()) + columns - 1) / columns, step, step - gap};
}

float side_width(const PanelContext& context, float width) {
  return std::min(context.px(kSide), width * 0.4F);
}

/// How the panel is laid out where the page scrolls: nothing in it scrolls, two rows of the batch are shown, and all of
/// them where they are asked for.
struct ReplayPage {
  bool below = false;  ///< the batch stands below what the buffer holds, not beside it
  int rows = 0;        ///< of the batch that are shown
  int all_rows = 0;
  float height = 0;
};

ReplayPage page_of(const PanelContext& context, const protocol::ReplayView& replay, float width) {
  ReplayPage page;
  const float beside = width - side_width(context, width) - context.px(kSideGap);
  page.below = beside < 4 * cell_width(context, replay);
  page.all_rows = cells_in(context, replay, page.below ? width : beside).rows;
  page.rows = context.view.of<LearnState>().all_samples ? page.all_rows : std::min(page.all_rows, kRowsOnPage);
  const float side = context.px(kSideHeight);
  const float more = page.all_rows > kRowsOnPage ? context.px(kMoreButton) : 0;
  const float batch = static_cast<float>(page.rows) * context.px(kCellHeight) + more;
  page.height = page.below ? side + context.px(kSideGap) + batch : std::max(side, batch);
  return page;
}

void draw_replay_strip(const PanelContext& context, const protocol::ReplayView& replay, const Rect& area) {
  const auto [columns, rows, step, width] = cells_in(context, replay, area.width());
  const auto& order = context.view.of<LearnState>().sample_order;
  ImGui::SetCursorScreenPos(area.min);
  const bool scrolls = !context.view.transient.workspace_scrolls;
  ImGui::BeginChild("strip", {area.width() + context.px(8), area.height()}, false,
                    scrolls ? 0 : ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  auto& list = *ImGui::GetWindowDrawList();
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float notable = notable_error(replay);
  auto& pictures = context.view.of<LearnState>().pictures;
  pictures.clear();
  for (std::size_t at = 0; at < order.size(); ++at) {
    const auto index = order[at];
    const auto& sample = replay.batch[index];
    const int column = static_cast<int>(at) % columns;
    const int row = static_cast<int>(at) / columns;
    const ImVec2 corner{origin.x + static_cast<float>(column) * step,
                        origin.y + static_cast<float>(row) * context.px(kCellHeight)};
    const Rect cell{corner, {corner.x + width, corner.y + context.px(kCellHeight - 4)}};
    const Rect room{corner + ImVec2(context.px(3), context.px(3)),
                    {corner.x + context.px(kThumbnail + 3), corner.y + context.px(kThumbnail + 3)}};
    const Rect picture = scene_area(sample.before, room);
    // All of them always, so that a version stands for the same pictures however far it is scrolled.
    if (!sample.before.grid.cells.empty()) pictures.push_back({&sample.before.grid, picture});
    if (cell.max.y < area.min.y || cell.min.y > area.max.y - 1) continue;
    ShortText name("replay.sample.");
    name.print("%zu", index);
    const auto state = press(context, name, cell);
    if (state.hovered) fill(list, cell, context.theme.raised, context.px(4));
    if (state.clicked) {
      show_update(context, {update_of(replay), sample.number});
    }
    fill(list, picture, context.theme.scene_ground);
    list.PushClipRect(picture.min, picture.max, true);
    draw_shapes(list, sample.before, picture);
    list.PopClipRect();
    draw_replay_numbers(context, sample, {{corner.x + context.px(3), room.max.y + context.px(3)}, cell.max},
                        std::abs(sample.td_error) >= notable);
  }
  context.canvas.draw_many(list, "replay", version_of(replay, context.view.of<LearnState>().replay_sort), pictures, {});
  if (scrolls) {
    ImGui::SetCursorPos({0, static_cast<float>(rows) * context.px(kCellHeight) - 1});
    ImGui::Dummy({1, 1});
  }
  ImGui::EndChild();
}

void draw_batch_on_page(const PanelContext& context, const protocol::ReplayView& replay, const ReplayPage& page,
                        Rect area) {
  const Rect cells = area.cut_top(static_cast<float>(page.rows) * context.px(kCellHeight));
  draw_replay_strip(context, replay, cells);
  if (page.all_rows <= kRowsOnPage) return;
  bool& all = context.view.of<LearnState>().all_samples;
  ShortText words("all ");
  words.print("%zu", replay.batch.size());
  const Button more{.label = all ? std::string_view("fewer") : words.view(), .look = ButtonLook::Quiet};
  const Rect row = area.cut_top(context.px(kMoreButton)).shrunk(0, context.px(2));
  if (draw_button(context, "replay.all", {row.min, {row.min.x + button_width(context, more), row.max.y}}, more))
    all = !all;
}

}  // namespace

void draw_replay(const PanelContext& context, const Rect& area) {
  const auto& replay = context.trainer.replay;
  ShortText quiet("nothing sampled yet");
  if (replay && !replay->batch.empty()) {
    quiet = ShortText("last batch, ");
    quiet.add(count(replay->batch_size)).add(" transitions, at step ");
    quiet.add(count(replay->basis.position.environment_steps));
  }
  const bool rollouts = context.trainer.status.rollout_length > 0;
  if (rollouts) quiet = ShortText("none");
  Panel panel(context, "Replay", quiet, context.theme.stage(core::Stage::Fusion), area, context.px(130));
  if (panel.folded()) return;
  const auto now = static_cast<std::size_t>(context.view.of<LearnState>().replay_sort);
  if (const auto picked =
          draw_choice(context, "replay.sort", panel.tools(), kSortNames[now], kSortNames, now, ButtonLook::Quiet)) {
    context.view.of<LearnState>().replay_sort = static_cast<ReplaySort>(*picked);
  }
  const bool on_page = context.view.transient.workspace_scrolls && replay && !replay->batch.empty();
  const auto page = on_page ? page_of(context, *replay, area.width() - context.px(24)) : ReplayPage{};
  Rect body = panel.begin_body(page.height);
  if (rollouts) {
    draw_text_in(*ImGui::GetWindowDrawList(), context.fonts.text, body, context.theme.quiet,
                 "This algorithm keeps no replay: it learns from rollouts.", Align::Centre);
    return;
  }
  if (!replay) {
    draw_text_in(*ImGui::GetWindowDrawList(), context.fonts.text, body, context.theme.quiet, "nothing remembered yet",
                 Align::Centre);
    return;
  }
  const Rect side = page.below ? body.cut_top(context.px(kSideHeight), context.px(kSideGap))
                               : body.cut_left(side_width(context, body.width()), context.px(kSideGap));
  draw_replay_side(context, *replay, side);
  if (replay->batch.empty() || body.width() < context.px(kCellWidth)) return;
  sort(context, *replay);
  if (on_page) {
    draw_batch_on_page(context, *replay, page, body);
  } else {
    draw_replay_strip(context, *replay, body);
  }
}

}  // namespace qarium::widgets
