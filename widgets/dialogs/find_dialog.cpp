#include <algorithm>
#include <array>
#include <utility>

#include "widgets/dialogs/dialog.hpp"
#include "widgets/dialogs/dialogs.hpp"
#include "widgets/find/findable.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/format.hpp"
#include "widgets/parts/imgui_compat.hpp"

namespace qarium::widgets {
namespace {

constexpr float kFindRow = 26;
constexpr std::size_t kFindRows = 12;
constexpr float kFindHelp = 92;

/// What is typed, and where the arrows are.
struct FindState {
  std::string query;
  std::size_t row = 0;
  std::size_t first = 0;  ///< row that is drawn at the top
  bool typing = true;     ///< the field takes the keyboard with the next frame
};

constexpr std::array<std::string_view, 4> kKindWords{"command", "preset", "parameter", "term"};

void draw_row(const PanelContext& context, const Findable& findable, const Rect& area, bool here) {
  auto& list = *ImGui::GetWindowDrawList();
  const auto& theme = context.theme;
  if (here) fill(list, area, theme.raised_hover, context.px(4));
  Rect rest = area.shrunk(context.px(8), 0);
  draw_text_in(list, context.fonts.quiet, rest.cut_left(context.px(72), context.px(8)), theme.quiet,
               kKindWords[static_cast<std::size_t>(findable.kind)]);
  if (!findable.beside.empty()) {
    const float width = text_width(context.fonts.quiet, findable.beside);
    draw_text_in(list, context.fonts.quiet, rest.cut_right(width, context.px(12)), theme.quiet, findable.beside);
  }
  const float name = std::min(rest.width(), text_width(context.fonts.text, findable.name) + context.px(12));
  draw_text_in(list, context.fonts.text, rest.cut_left(name), theme.text, findable.name);
  draw_text_in(list, context.fonts.quiet, rest, theme.quiet, findable.help);
}

/// The whole help of what is chosen, with a term's source.
void draw_help(const PanelContext& context, const Findable& findable, Rect area) {
  auto& list = *ImGui::GetWindowDrawList();
  list.AddLine(area.min, {area.max.x, area.min.y}, context.theme.line);
  area.cut_top(context.px(8));
  draw_wrapped(list, context.fonts.text, area.min, area.width(), context.theme.text, findable.help);
  if (findable.kind != Findable::Kind::Term) return;
  draw_text_in(list, context.fonts.quiet, area.cut_bottom(context.px(18)), context.theme.quiet,
               context.terms[findable.index].source);
}

void move_by_keys(FindState& state, std::size_t count) {
  if (key_pressed(Key::Down, true) && state.row + 1 < count) ++state.row;
  if (key_pressed(Key::Up, true) && state.row > 0) --state.row;
  state.row = count == 0 ? 0 : std::min(state.row, count - 1);
  state.first = std::min(state.first, state.row);
  if (state.row >= state.first + kFindRows) state.first = state.row + 1 - kFindRows;
}

}  // namespace

void draw_find_dialog(const PanelContext& context) {
  auto& state = context.view.of<FindState>();
  const bool opens = context.view.transient.dialog_opens;
  if (opens) state = {};
  DialogScope dialog(context, "find", {660, 32 + 34 + 10 + kFindRow * kFindRows + 8 + kFindHelp}, true);
  if (!dialog.open()) return;
  Rect rest = dialog.inside();
  const auto before = state.query;
  const auto field = draw_field(
      context, "find.query", rest.cut_top(context.px(34), context.px(10)), state.query,
      {.hint = "a command, a preset, a hyperparameter or a term", .focus = std::exchange(state.typing, false)});
  if (state.query != before) state.row = state.first = 0;
  const auto all = findables(context);
  const auto found = matching(all, state.query);
  move_by_keys(state, found.size());
  const Findable* chosen = nullptr;
  if (field.entered && state.row < found.size()) chosen = found[state.row];
  for (std::size_t i = state.first; i < std::min(state.first + kFindRows, found.size()); ++i) {
    const Rect row = rest.cut_top(context.px(kFindRow));
    const auto its = press(context, ShortText("find.").add(found[i]->name), row);
    if (its.hovered && (ImGui::GetIO().MouseDelta.x != 0 || ImGui::GetIO().MouseDelta.y != 0)) state.row = i;
    if (its.clicked) chosen = found[i];
    draw_row(context, *found[i], row, i == state.row);
  }
  Rect help = dialog.inside();
  help = help.cut_bottom(context.px(kFindHelp));
  if (found.empty()) {
    draw_text_in(*ImGui::GetWindowDrawList(), context.fonts.text, rest.cut_top(context.px(kFindRow)),
                 context.theme.quiet, "Nothing of that name.");
  } else {
    draw_help(context, *found[state.row], help);
  }
  if (chosen == nullptr) return;
  // A term stays to be read.
  if (chosen->kind == Findable::Kind::Term) {
    state.typing = true;
    return;
  }
  dialog.close();
  choose(context, *chosen);
}

}  // namespace qarium::widgets
