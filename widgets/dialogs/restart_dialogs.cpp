#include <charconv>
#include <filesystem>

#include "engine/config/trained_agents.hpp"
#include "widgets/actions.hpp"
#include "widgets/dialogs/dialog.hpp"
#include "widgets/dialogs/dialogs.hpp"
#include "widgets/dialogs/rebuild_words.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/format.hpp"

namespace qarium::widgets {
namespace {

constexpr std::int64_t kLargestAskedSeed = 4294967295;

std::optional<std::int64_t> read_seed(std::string_view text) {
  std::int64_t seed = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (result.ec != std::errc{} || result.ptr != text.data() + text.size()) return std::nullopt;
  if (seed < 0 || seed > kLargestAskedSeed) return std::nullopt;
  return seed;
}

/// A quiet heading and a paragraph below it; takes its room off `rest`.
void draw_paragraph(const PanelContext& context, Rect& rest, std::string_view heading, std::string_view text) {
  auto& list = *ImGui::GetWindowDrawList();
  draw_text_in(list, context.fonts.quiet, rest.cut_top(context.px(18)), context.theme.quiet, heading);
  const float height = draw_wrapped(list, context.fonts.text, rest.min, rest.width(), context.theme.text, text);
  rest.cut_top(height, context.px(12));
}

/// At scale 1, as draw_paragraph needs it inside a dialog of this width.
float paragraph_height(const PanelContext& context, float dialog_width, std::string_view text) {
  return 30 + wrapped_height(context.fonts.text, context.px(dialog_width - 40), text) / context.scale;
}

void begin_preset(const PanelContext& context, const config::Preset& preset) {
  auto hyperparameters = preset.hyperparameters;
  hyperparameters.seed = context.trainer.hyperparameters.seed;
  send(context, protocol::Configure{std::move(hyperparameters)});
  context.view.preset = preset.name;
}

void open_trained(const PanelContext& context, const config::Preset& preset) {
  send(context, protocol::LoadTrained{preset.name});
  context.view.preset = preset.name;
}

/// Padding, title and answer.
constexpr float kDialogFrame = 32 + 34 + 8 + 32;

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
  auto answer = draw_answer(context, dialog.inside(), "reset", {.agree = "Reset", .possible = seed.has_value()});
  if (field.entered && seed) answer = Answer::Agreed;
  if (field.cancelled) answer = Answer::Refused;
  if (answer == Answer::Agreed) send(context, protocol::Reset{*seed});
  if (answer == Answer::None) return;
  transient.seed_edited = false;
  dialog.close();
}

void draw_rebuild_dialog(const PanelContext& context) {
  const auto& asked = context.view.transient.asked;
  const auto& parameter = config::parameter(asked.name);
  const auto words = rebuild_words(parameter);
  constexpr float kWidth = 480;
  const float height =
      kDialogFrame + 28 + paragraph_height(context, kWidth, words.kept) + paragraph_height(context, kWidth, words.anew);
  DialogScope dialog(context, "rebuild", {kWidth, height}, true);
  if (!dialog.open()) return;
  Rect rest = draw_dialog_title(context, dialog.inside(), "This rebuilds", context.theme.attention);
  ShortText change(asked.name);
  change.add("  ").add(value_text(config::get(context.trainer.hyperparameters, parameter))).add(" ");
  change.add(glyphs(context.fonts.number).arrow).add(" ").add(value_text(asked.value));
  draw_text_in(*ImGui::GetWindowDrawList(), context.fonts.number, rest.cut_top(context.px(20), context.px(8)),
               context.theme.attention, change);
  draw_paragraph(context, rest, "Kept", words.kept);
  draw_paragraph(context, rest, "Made anew", words.anew);
  const auto answer = draw_answer(context, dialog.inside(), "rebuild", {.agree = "Rebuild"});
  if (answer == Answer::Agreed) send(context, asked);
  if (answer != Answer::None) dialog.close();
}

void draw_last_run_dialog(const PanelContext& context) {
  constexpr float kWidth = 500;
  constexpr std::string_view kWhat =
      "Learning goes on in that run's own folder, from its last checkpoint, with its hyperparameters. The present run "
      "is saved first.";
  const auto name = std::filesystem::path(context.last_run).filename().string();
  const float height =
      kDialogFrame + paragraph_height(context, kWidth, name) + paragraph_height(context, kWidth, kWhat);
  DialogScope dialog(context, "last_run", {kWidth, height}, true);
  if (!dialog.open()) return;
  Rect rest = draw_dialog_title(context, dialog.inside(), "Continue the last run", context.theme.accent);
  draw_paragraph(context, rest, "Run", name);
  draw_paragraph(context, rest, "What happens", kWhat);
  const auto answer = draw_answer(context, dialog.inside(), "last_run", {.agree = "Continue"});
  if (answer == Answer::Agreed) {
    send(context, protocol::OpenRun{std::string(context.last_run)});
    context.view.preset.clear();
  }
  if (answer != Answer::None) dialog.close();
}

void draw_preset_dialog(const PanelContext& context) {
  const auto index = context.view.transient.asked_preset;
  if (index >= context.presets.size()) {
    close_dialog(context);
    return;
  }
  const auto& preset = context.presets[index];
  const bool trained = config::has_trained_agent(preset.name);
  const float width = trained ? 500 : 460;
  const std::string_view anew =
      trained ? "Learning begins again with these hyperparameters and the present seed."
              : "Everything: learning begins again from nothing with these hyperparameters and the present seed.";
  constexpr std::string_view kTrained =
      "The agent that ships for this experiment takes the place of the present one, and you see it play. Learning is "
      "paused; Space goes on with it.";
  const std::string_view what = preset.description.empty() ? "An experiment" : std::string_view(preset.description);
  const float height = kDialogFrame + paragraph_height(context, width, what) + paragraph_height(context, width, anew) +
                       (trained ? paragraph_height(context, width, kTrained) : 0);
  DialogScope dialog(context, "preset", {width, height}, true);
  if (!dialog.open()) return;
  Rect rest = draw_dialog_title(context, dialog.inside(), preset.name, context.theme.accent);
  draw_paragraph(context, rest, "What it is", what);
  draw_paragraph(context, rest, trained ? "Start from nothing" : "Made anew", anew);
  if (trained) draw_paragraph(context, rest, "Open trained", kTrained);
  const auto answer = draw_answer(
      context, dialog.inside(), "preset",
      trained ? Answers{.agree = "Start from nothing", .other = "Open trained"} : Answers{.agree = "Begin"});
  if (answer == Answer::Agreed) begin_preset(context, preset);
  if (answer == Answer::Other) open_trained(context, preset);
  if (answer != Answer::None) dialog.close();
}

}  // namespace qarium::widgets
