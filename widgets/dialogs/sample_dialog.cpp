#include <cmath>

#include "widgets/dialogs/dialog.hpp"
#include "widgets/dialogs/dialogs.hpp"
#include "widgets/moments.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/format.hpp"
#include "widgets/parts/scene_view.hpp"

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

}  // namespace

void draw_sample_dialog(const PanelContext& context) {
  auto& kept = context.view.transient.sample;
  DialogScope dialog(context, "sample", {620, 424}, true);
  if (!dialog.open() || !kept) return;
  const auto& sample = *kept;
  const auto& theme = context.theme;
  Rect rest =
      draw_dialog_title(context, dialog.inside(), "A transition from the last batch", theme.stage(core::Stage::Fusion));
  draw_sample_pictures(context, sample, rest.cut_top(context.px(kSamplePicture + 20), context.px(12)));

  const auto& hyperparameters = context.trainer.hyperparameters;
  const auto sign = glyphs(context.fonts.number);
  const double discount = std::pow(hyperparameters.gamma, static_cast<double>(hyperparameters.n_step));
  ShortText target("y = r");
  if (sample.terminal) {
    target.add(" = ").add(number(sample.target)).add("   the episode ended, nothing follows");
  } else {
    const double next = discount > 0 ? (sample.target - sample.reward) / discount : 0;
    target.add(" + ").add(sign.gamma);
    if (hyperparameters.n_step > 1) target.print("^%lld", static_cast<long long>(hyperparameters.n_step));
    target.add(" Q'(s') = ").add(number(sample.reward)).add(" + ").add(number(discount)).add(" ").add(sign.times);
    target.add(" ").add(number(next)).add(" = ").add(number(sample.target));
  }
  draw_equation(context, rest, target, theme.text);
  ShortText error(sign.delta);
  error.add(" = y ").add(sign.minus).add(" Q(s, a) = ").add(number(sample.target)).add(" ").add(sign.minus).add(" ");
  error.add(number(sample.q)).add(" = ").add(signed_number(sample.target - sample.q));
  draw_equation(context, rest, error, theme.attention);
  ShortText rarity("weight ");
  rarity.add(number(sample.weight)).add("   stored ").add(count(sample.age)).add(" steps before");
  draw_equation(context, rest, rarity, theme.quiet);

  Rect row = dialog.inside();
  row = row.cut_bottom(context.px(30));
  const Button close{.label = "Close", .key = "Esc"};
  if (draw_button(context, "sample.close", row.cut_right(button_width(context, close)), close)) dialog.close();
}

}  // namespace qarium::widgets
