#include "widgets/present.hpp"

#include <array>

#include "widgets/actions.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/format.hpp"
#include "widgets/parts/imgui_compat.hpp"
#include "widgets/take_over/take_over.hpp"
#include "widgets/workspaces.hpp"

namespace qarium::widgets {
namespace {

constexpr float kSlimBar = 34;
constexpr float kPresentGap = 8;

const PanelRow* find_panel(std::span<const PanelRow> panels, std::string_view title) {
  const auto found = std::find_if(panels.begin(), panels.end(), [&](const auto& row) { return row.is(title); });
  return found == panels.end() ? nullptr : &*found;
}

/// Which panel stands beside the first.
void draw_beside_choice(const PanelContext& context, std::span<const PanelRow> panels, const Rect& area) {
  constexpr std::size_t kMost = 16;
  auto& present = context.view.present;
  std::array<std::string_view, kMost> items;
  std::array<std::string_view, kMost> titles;
  std::size_t size = 1;
  std::size_t chosen = 0;
  items[0] = "nothing beside";
  for (const auto& row : panels) {
    if (row.is(present.title) || size == kMost) continue;
    if (row.is(present.beside)) chosen = size;
    titles[size] = row.titles.front();
    items[size++] = row.titles.front();
  }
  const auto picked =
      draw_choice(context, "present.beside", area, items[chosen], {items.data(), size}, chosen, ButtonLook::Quiet);
  if (picked) present.beside = *picked == 0 ? std::string() : std::string(titles[*picked]);
}

void draw_slim_bar(const PanelContext& context, std::span<const PanelRow> panels, const Rect& area) {
  auto& list = *ImGui::GetWindowDrawList();
  const auto& theme = context.theme;
  fill(list, area, theme.panel);
  list.AddLine({area.min.x, area.max.y - 1}, {area.max.x, area.max.y - 1}, theme.line);
  Rect rest = area.shrunk(context.px(12), context.px(4));
  const Button leave{
      .label = "Back", .look = ButtonLook::Quiet, .key = "Esc", .tooltip = "All panels again (Esc or F5)"};
  if (draw_button(context, "present.leave", rest.cut_right(button_width(context, leave), context.px(8)), leave))
    context.view.present = {};
  draw_beside_choice(context, panels, rest.cut_right(std::min(context.px(150), rest.width() / 3), context.px(8)));
  const bool runs = learning_runs(context.trainer.status);
  const Button learn{.icon = runs ? Icon::Pause : Icon::Play,
                     .look = ButtonLook::Quiet,
                     .tooltip = runs ? "Pause learning (Space)" : "Go on learning (Space)"};
  if (draw_button(context, "present.pause", rest.cut_left(button_width(context, learn), context.px(8)), learn))
    toggle_learning(context);
  ShortText words(context.trainer.hyperparameters.environment.id);
  words.add(" · step ").add(count(context.trainer.status.position.environment_steps));
  if (!context.view.preset.empty()) words = ShortText(context.view.preset).add(" · ").add(words);
  draw_text_in(list, context.fonts.quiet, rest, theme.quiet, words);
}

}  // namespace

bool draw_presented(const PanelContext& context, const Rect& area) {
  auto& present = context.view.present;
  if (!present.on()) return false;
  const auto panels = shown_workspace(context.view).panels;
  const auto* first = find_panel(panels, present.title);
  const auto& mode = context.view.of<TakeOver>();
  const bool free = context.view.transient.dialog == Dialog::None && !mode.on && !mode.took_escape;
  const bool leaves = free && key_pressed(Key::Escape, false);
  if (first == nullptr || leaves || context.view.panels_hidden) {
    present = {};
    return false;
  }
  Rect rest = area;
  draw_slim_bar(context, panels, rest.cut_top(context.px(kSlimBar)));
  rest = rest.shrunk(context.px(kPresentGap));
  if (const auto* second = find_panel(panels, present.beside); second != nullptr && second != first) {
    const float gap = context.px(kPresentGap);
    const bool abreast = rest.width() >= rest.height();
    const Rect other =
        abreast ? rest.cut_right((rest.width() - gap) / 2, gap) : rest.cut_bottom((rest.height() - gap) / 2, gap);
    second->draw(context, other);
  }
  first->draw(context, rest);
  return true;
}

}  // namespace qarium::widgets
