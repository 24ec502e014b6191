#include <cmath>

#include "widgets/dialogs/dialog.hpp"
#include "widgets/dialogs/dialogs.hpp"
#include "widgets/moments.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/format.hpp"
#include "widgets/parts/scene_view.hpp"
#include "widgets/validity/validity.hpp"

namespace qarium::widgets {
namespace {

constexpr float kSamplePicture = 220;

void draw_picture(const PanelContext& context, Rect area, std::string_view title, std::string_view key,
                  const protocol::Scene& scene) {
  auto& list = *ImGui::GetWindowDrawList();
  draw_text_in(list, context.fonts.quiet, area.cut_top(context.px(20)), context.theme.quiet, title);
  const Rect picture = scene_area(scene, area);
  draw_scene(context, key, scene, picture, true);
  outline(list, picture, context.theme.line);
}

void draw_sample_pictures(const PanelContext& context, const protocol::TransitionView& sample, Rect area) {
  auto& list = *ImGui::GetWindowDrawList();
  const auto& theme = context.theme;
  const Rect before = area.cut_left(context.px(kSamplePicture));
  const Rect after = area.cut_right(context.px(kSamplePicture));
  draw_picture(context, before, "before, s", "sample.before", sample.before);
  draw_picture(context, after, sample.terminal ? "after, s', where it ended" : "after, s'", "sample.after",
               sample.after);
  const float y = area.centre().y;
  const Rect name{{area.min.x, y - context.px(30)}, {area.max.x, y - context.px(12)}};
  draw_text_in(list, context.fonts.title, name.shrunk(context.px(4), 0), theme.text,
               action_name(context.trainer.action_names, sample.action), Align::Centre);
  draw_icon(list, Icon::Arrow, {area.centre().x, y}, context.px(26), theme.stage(core::Stage::Head));
  const Rect reward{{area.min.x, y + context.px(12)}, {area.max.x, y + context.px(30)}};
  draw_text_in(list, context.fonts.number, reward.shrunk(context.px(4), 0), theme.quiet,
               ShortText("r ").add(signed_number(sample.reward)), Align::Centre);
}

void draw_equation(const PanelContext& context, Rect& rest, std::string_view text, ImU32 color) {
  draw_text_in(*ImGui::GetWindowDrawList(), context.fonts.number, rest.cut_top(context.px(20)), color, text);
}

/// y in numbers, with the discount that the update had.
ShortText target_words(const protocol::TransitionView& sample, const Glyphs& sign) {
  if (sample.discount == 0) {
    return ShortText("y = r = ").add(number(sample.target)).add("   the episode ended, nothing follows");
  }
  if (sample.rescaled) {
    ShortText text("y = h(r + ");
    return text.add(number(sample.discount)).add(" h^-1(Q'(s'))) = ").add(number(sample.target));
  }
  const float next = (sample.target - sample.reward) / sample.discount;
  ShortText text("y = r + ");
  text.add(sign.gamma).add("^n Q'(s') = ").add(number(sample.reward)).add(" + ").add(number(sample.discount)).add(" ");
  return text.add(sign.times).add(" ").add(number(next)).add(" = ").add(number(sample.target));
}

}  // namespace

void draw_sample_dialog(const PanelContext& context) {
  auto& kept = context.view.transient.sample;
  DialogScope dialog(context, "sample", {620, 424}, true);
  if (!dialog.open() || !kept) return;
  const auto& sample = *kept;
  const auto& theme = context.theme;
  const auto& replay = context.trainer.replay;
  const bool outdated = !replay || protocol::outdated(context.view.transient.sample_basis, replay->basis).any();
  ShortText title(outdated ? "A transition from an earlier batch" : "A transition from the last batch");
  title.add(", of update ").add(count(context.view.transient.sample_basis.position.updates));
  Rect rest = draw_dialog_title(context, dialog.inside(), title, theme.stage(core::Stage::Fusion));
  draw_sample_pictures(context, sample, rest.cut_top(context.px(kSamplePicture + 20), context.px(12)));

  const auto sign = glyphs(context.fonts.number);
  draw_equation(context, rest, target_words(sample, sign), theme.text);
  ShortText error(sign.delta);
  error.add(" = y ").add(sign.minus).add(" Q(s, a) = ").add(number(sample.target)).add(" ").add(sign.minus).add(" ");
  error.add(number(sample.q)).add(" = ").add(signed_number(sample.target - sample.q));
  draw_equation(context, rest, error, verdict_color(theme, theme.attention, outdated));
  ShortText rarity("weight ");
  rarity.add(number(sample.weight)).add("   stored ").add(count(sample.age)).add(" steps before the update");
  draw_equation(context, rest, rarity, theme.quiet);

  Rect row = dialog.inside();
  row = row.cut_bottom(context.px(30));
  const Button close{.label = "Close", .key = "Esc"};
  if (draw_button(context, "sample.close", row.cut_right(button_width(context, close)), close)) dialog.close();
}

}  // namespace qarium::widgets
