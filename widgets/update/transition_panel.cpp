#include <algorithm>
#include <cmath>
#include <utility>

#include "widgets/actions.hpp"
#include "widgets/moments.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/format.hpp"
#include "widgets/parts/panel.hpp"
#include "widgets/parts/scene_view.hpp"
#include "widgets/update/shown_update.hpp"
#include "widgets/update/update_panels.hpp"
#include "widgets/validity/validity.hpp"

namespace qarium::widgets {
namespace {

constexpr float kPictureTitle = 18;
constexpr float kActionBand = 44;
constexpr float kActionColumn = 76;
constexpr float kLeastPicture = 80;
constexpr float kUpdateTitle = 22;
constexpr float kWayWidth = 136;

/// Back, "12 of 64", on.
void draw_way(const PanelContext& context, const ShownUpdate& shown, Rect tools) {
  if (shown.sample == nullptr) return;
  const auto size = shown.update->samples.size();
  const Button back{.icon = Icon::StepBack,
                    .look = ButtonLook::Quiet,
                    .enabled = shown.at > 0,
                    .tooltip = "The transition before (Left); ten before with Ctrl"};
  const Button on{.icon = Icon::StepForward,
                  .look = ButtonLook::Quiet,
                  .enabled = shown.at + 1 < size,
                  .tooltip = "The next transition (Right); ten on with Ctrl"};
  const float width = std::min(button_width(context, on), tools.width() / 3);
  if (draw_button(context, "update.next", tools.cut_right(width), on)) move_in_batch(context, 1);
  if (draw_button(context, "update.previous", tools.cut_left(width), back)) move_in_batch(context, -1);
  ShortText words = count(static_cast<std::int64_t>(shown.sample->number) + 1);
  words.add(" of ").add(count(shown.update->batch_size));
  draw_text_in(*ImGui::GetWindowDrawList(), context.fonts.number, tools, context.theme.text, words, Align::Centre);
}

void draw_state(const PanelContext& context, Rect area, std::string_view title, std::string_view key,
                const protocol::Scene& scene) {
  auto& list = *ImGui::GetWindowDrawList();
  draw_text_in(list, context.fonts.quiet, area.cut_top(context.px(kPictureTitle)), context.theme.quiet, title);
  if (scene.grid.cells.empty() && scene.shapes.empty()) {
    outline(list, area, context.theme.line);
    draw_text_in(list, context.fonts.quiet, area.shrunk(4), context.theme.quiet, "no longer in replay", Align::Centre);
    return;
  }
  const ImVec2 size = scene_area(scene, area).size();
  const Rect picture{area.min, area.min + size};  // close to its title
  draw_scene(context, key, scene, picture, true);
  outline(list, picture, context.theme.line);
}

ShortText reward_words(const protocol::TransitionView& sample) {
  ShortText text("r = ");
  text.add(number(static_cast<double>(sample.reward)));
  return text;
}

/// The action and the reward, with an arrow from s to s'.
void draw_action(const PanelContext& context, const protocol::TransitionView& sample, const Rect& area, bool down) {
  auto& list = *ImGui::GetWindowDrawList();
  const auto& theme = context.theme;
  ShortText action("a = ");
  action.add(action_name(context.trainer.action_names, sample.action));
  const ImU32 color = theme.stage_text(core::Stage::Head);
  if (down) {
    const float x = area.min.x + context.px(12);
    const float tip = area.max.y - context.px(4);
    list.AddLine({x, area.min.y + context.px(6)}, {x, tip}, color, context.px(2));
    list.AddTriangleFilled({x - context.px(5), tip - context.px(7)}, {x + context.px(5), tip - context.px(7)}, {x, tip},
                           color);
    Rect words = area;
    words.cut_left(context.px(28));
    const Rect above = words.cut_top(words.height() / 2);
    draw_text_in(list, context.fonts.title, above, theme.text, action);
    draw_text_in(list, context.fonts.number, words, theme.text, reward_words(sample));
    return;
  }
  const float y = area.centre().y;
  const Rect words = area.shrunk(context.px(4), 0);
  draw_text_in(list, context.fonts.title, {{words.min.x, y - context.px(32)}, {words.max.x, y - context.px(12)}},
               theme.text, action, Align::Centre);
  draw_icon(list, Icon::Arrow, {area.centre().x, y}, context.px(24), color);
  draw_text_in(list, context.fonts.number, {{words.min.x, y + context.px(12)}, {words.max.x, y + context.px(32)}},
               theme.text, reward_words(sample), Align::Centre);
}

/// s and s' above each other or beside each other, whichever makes them larger.
void draw_states(const PanelContext& context, const protocol::TransitionView& sample, Rect area) {
  ShortText after("s'");
  if (sample.terminal) {
    after.add(", terminal");
  } else if (sample.steps > 1) {
    after.add(", ").add(count(sample.steps)).add(" steps on");
  }
  Rect below = area;
  const float half = (area.height() - context.px(kActionBand)) / 2;
  const Rect above = below.cut_top(half);
  const Rect band = below.cut_top(context.px(kActionBand));
  // Whole pixels, so that both pictures have the same size.
  const float side = std::floor((area.width() - context.px(kActionColumn)) / 2);
  Rect column = area;
  const Rect left = column.cut_left(side);
  const Rect right = column.cut_right(side);
  const auto picture_of = [&](Rect room) {
    room.cut_top(context.px(kPictureTitle));
    const Rect picture = scene_area(sample.before, room);
    return picture.width() * picture.height();
  };
  if (picture_of(above) >= picture_of(left)) {
    Rect room = above;
    room.cut_top(context.px(kPictureTitle));
    // No gap below a picture that is not as high as its room.
    const bool drawn = !sample.before.grid.cells.empty() || !sample.before.shapes.empty();
    const float spare = drawn ? room.height() - scene_area(sample.before, room).height() : 0;
    const ImVec2 up{0, spare};
    draw_state(context, above, "s", "update.before", sample.before);
    draw_action(context, sample, {band.min - up, band.max - up}, true);
    draw_state(context, {below.min - up, below.max - up}, after, "update.after", sample.after);
    return;
  }
  Rect room = left;
  room.cut_top(context.px(kPictureTitle));
  column.min.y = room.min.y;
  column.max.y = room.min.y + std::max(scene_area(sample.before, room).height(), context.px(kActionColumn));
  draw_state(context, left, "s", "update.before", sample.before);
  draw_action(context, sample, column, false);
  draw_state(context, right, after, "update.after", sample.after);
}

ShortText place_words(const protocol::UpdateView& update, const protocol::TransitionView& sample) {
  ShortText text;
  if (sample.sequence < 0) return text;
  text.add("Step ").add(count(sample.time + 1)).add(" of sequence ").add(count(sample.sequence + 1));
  // How many there are is known where all transitions are.
  if (std::cmp_equal(update.samples.size(), update.batch_size)) text.add(" of ").add(count(update.sequences));
  return text.add("; the memory's state is not drawn.");
}

ShortText stored_words(const protocol::TransitionView& sample) {
  ShortText text("Stored ");
  text.add(count(sample.age)).add(" environment steps before; importance weight ");
  return text.add(number(static_cast<double>(sample.weight))).add(".");
}

/// Why nothing is shown.
std::string_view nothing_words(const PanelContext& context, const ShownUpdate& shown) {
  if (context.trainer.status.position.updates == 0) return "No update was made yet. U makes the next one.";
  if (shown.update == nullptr) return "Looking at the last update.";
  return "Nothing is kept of the last update. U makes the next one.";
}

}  // namespace

void draw_transition(const PanelContext& context, const Rect& area) {
  const auto shown = shown_update(context);
  Panel panel(context, "Transition", {}, context.theme.stage(core::Stage::Fusion), area, context.px(kWayWidth));
  if (panel.folded()) return;
  draw_way(context, shown, panel.tools());
  if (shown.sample == nullptr) {
    const Rect body = panel.begin_body();
    const auto words = nothing_words(context, shown);
    const float width = std::min(text_width(context.fonts.text, words) + 1, body.width());
    const float high = wrapped_height(context.fonts.text, width, words);
    draw_wrapped(*ImGui::GetWindowDrawList(), context.fonts.text,
                 {body.centre().x - width / 2, body.centre().y - high / 2}, width, context.theme.quiet, words);
    return;
  }
  const auto& sample = *shown.sample;
  const float width = area.width() - context.px(24);
  OutdatedLine line{.name = "update.newest", .again = "newest"};
  if (shown.outdated)
    line.words.add("from an earlier batch, of update ").add(count(shown.update->basis.position.updates));
  const float line_height = outdated_height(context, line, width);
  const auto stored = stored_words(sample);
  const auto place = place_words(*shown.update, sample);
  const auto height_of = [&](const ShortText& text, float wide) {
    return text.empty() ? 0 : wrapped_height(context.fonts.quiet, wide, text) + context.px(4);
  };
  const float facts = height_of(stored, width) + height_of(place, width);
  const float least = line_height + 2 * context.px(kLeastPicture + kPictureTitle) + context.px(kActionBand) + facts +
                      context.px(kUpdateTitle);
  Rect body = panel.begin_body(least);
  const auto& position = shown.update->basis.position;
  ShortText which("Update ");
  which.add(count(position.updates)).add(", at step ").add(count(position.environment_steps));
  draw_text_in(*ImGui::GetWindowDrawList(), context.fonts.title, body.cut_top(context.px(kUpdateTitle)),
               context.theme.text, which);
  if (!line.words.empty()) {
    if (draw_outdated(context, line, body.cut_top(line_height, context.px(6)))) follow_updates(context);
  }
  auto& inside = *ImGui::GetWindowDrawList();
  for (const auto* text : {&place, &stored}) {
    if (text->empty()) continue;
    const Rect row = body.cut_bottom(height_of(*text, body.width()));
    draw_wrapped(inside, context.fonts.quiet, {row.min.x, row.min.y + context.px(4)}, row.width(), context.theme.quiet,
                 *text);
  }
  body.max.y -= context.px(4);
  draw_states(context, sample, body);
}

}  // namespace qarium::widgets
