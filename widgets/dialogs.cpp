#include <charconv>

#include "widgets/actions.hpp"
#include "widgets/controls.hpp"
#include "widgets/dialog.hpp"
#include "widgets/format.hpp"
#include "widgets/rebuild_words.hpp"

namespace qarium::widgets {
namespace {

constexpr std::int64_t kLargestSeed = 4294967295;

std::optional<std::int64_t> read_seed(std::string_view text) {
  std::int64_t seed = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (result.ec != std::errc{} || result.ptr != text.data() + text.size()) return std::nullopt;
  if (seed < 0 || seed > kLargestSeed) return std::nullopt;
  return seed;
}

/// A quiet heading and a paragraph below it; takes its room off `rest`.
void draw_paragraph(const PanelContext& context, Rect& rest, std::string_view heading, std::string_view text) {
  auto& list = *ImGui::GetWindowDrawList();
  draw_text_in(list, context.fonts.quiet, rest.cut_top(context.px(18)), context.theme.quiet, heading);
  const float height = draw_wrapped(list, context.fonts.text, rest.min, rest.width(), context.theme.text, text);
  rest.cut_top(height, context.px(12));
}

}  // namespace

void draw_reset_dialog(const PanelContext& context) {
  auto& transient = context.view.transient;
  const bool opens = transient.dialog_opens;
  DialogScope dialog(context, "reset", {440, 218}, true);
  if (!dialog.open()) {
    transient.seed_edited = false;
    return;
  }
  auto& list = *ImGui::GetWindowDrawList();
  transient.seed_edited = true;
  Rect rest = draw_dialog_title(context, dialog.inside(), "Begin again from nothing", context.theme.attention);
  rest.cut_top(
      draw_wrapped(list, context.fonts.text, rest.min, rest.width(), context.theme.text,
                   "The network is drawn anew from the seed, replay is emptied and the curves begin again. The "
                   "hyperparameters stay as they are."),
      context.px(12));
  Rect row = rest.cut_top(context.px(30));
  draw_text_in(list, context.fonts.text, row.cut_left(context.px(48)), context.theme.quiet, "Seed");
  const auto field = draw_field(context, "reset.seed", row.cut_left(context.px(140), context.px(10)),
                                transient.seed_text, {.mono = true, .focus = opens, .numeric = true});
  const auto seed = read_seed(transient.seed_text);
  if (!seed) draw_text_in(list, context.fonts.quiet, row, context.theme.wrong, "a whole number, 0 to 4,294,967,295");
  int answer = draw_answer(context, dialog.inside(), "reset", "Reset", seed.has_value());
  if (field.entered && seed) answer = 1;
  if (field.cancelled) answer = -1;
  if (answer == 1) send(context, core::Reset{*seed});
  if (answer == 0) return;
  transient.seed_edited = false;
  dialog.close();
}

void draw_rebuild_dialog(const PanelContext& context) {
  const auto& asked = context.view.transient.asked;
  DialogScope dialog(context, "rebuild", {480, 316}, true);
  if (!dialog.open()) return;
  const auto& parameter = core::parameter(asked.name);
  Rect rest = draw_dialog_title(context, dialog.inside(), "This rebuilds", context.theme.attention);
  ShortText change(asked.name);
  change.add("  ").add(value_text(core::get(context.trainer.hyperparameters, parameter))).add(" ");
  change.add(glyphs(context.fonts.number).arrow).add(" ").add(value_text(asked.value));
  draw_text_in(*ImGui::GetWindowDrawList(), context.fonts.number, rest.cut_top(context.px(20), context.px(8)),
               context.theme.attention, change);
  const auto words = rebuild_words(parameter);
  draw_paragraph(context, rest, "Kept", words.kept);
  draw_paragraph(context, rest, "Made anew", words.anew);
  const int answer = draw_answer(context, dialog.inside(), "rebuild", "Rebuild");
  if (answer == 1) send(context, asked);
  if (answer != 0) dialog.close();
}

void draw_preset_dialog(const PanelContext& context) {
  const auto index = context.view.transient.asked_preset;
  if (index >= context.presets.size()) {
    close_dialog(context);
    return;
  }
  const auto& preset = context.presets[index];
  DialogScope dialog(context, "preset", {460, 236}, true);
  if (!dialog.open()) return;
  Rect rest = draw_dialog_title(context, dialog.inside(), preset.name, context.theme.accent);
  draw_paragraph(context, rest, "What it is", preset.description.empty() ? "An experiment" : preset.description);
  draw_paragraph(context, rest, "Made anew",
                 "Everything: learning begins again from nothing with these hyperparameters and the present seed.");
  const int answer = draw_answer(context, dialog.inside(), "preset", "Begin");
  if (answer == 1) {
    auto hyperparameters = preset.hyperparameters;
    hyperparameters.seed = context.trainer.hyperparameters.seed;
    send(context, core::Configure{std::move(hyperparameters)});
    context.view.preset = preset.name;
  }
  if (answer != 0) dialog.close();
}

}  // namespace qarium::widgets
