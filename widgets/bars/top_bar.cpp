#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "widgets/actions.hpp"
#include "widgets/bars/bars.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/format.hpp"
#include "widgets/workspaces.hpp"

namespace qarium::widgets {
namespace {

constexpr std::array<float, 8> kScales{0.5F, 0.75F, 1.0F, 1.25F, 1.5F, 2.0F, 2.5F, 3.0F};
constexpr std::array<std::string_view, 8> kScaleNames{"50 %",  "75 %",  "100 %", "125 %",
                                                      "150 %", "200 %", "250 %", "300 %"};

constexpr float kTabGap = 4;
/// What all but the tabs needs.
constexpr float kOthersLeastWidth = 560;
/// Where that is not there the tabs are a list.
constexpr float kCompactWidth = 560;
constexpr float kWorkspaceWidth = 112;
/// What is left beside tabs and scale where the gallery has a button of its own.
constexpr float kGalleryRoom = 600;

void draw_wordmark(const PanelContext& context, Rect& rest, bool compact) {
  auto& list = *ImGui::GetWindowDrawList();
  const auto* font = context.fonts.heading;
  const float q = text_width(font, "Q");
  draw_text_in(list, font, rest, context.theme.accent, "Q");
  if (compact) {
    rest.cut_left(q, context.px(8));
    return;
  }
  Rect word = rest;
  word.cut_left(q);
  const float width = draw_text_in(list, font, word, context.theme.text, "arium");
  rest.cut_left(q + width, context.px(16));
}

Button tab_of(const PanelContext& context, const Workspace& workspace) {
  return {.label = workspace.title, .look = ButtonLook::Tab, .on = &shown_workspace(context.view) == &workspace};
}

void draw_tabs(const PanelContext& context, Rect& rest) {
  for (const auto* workspace : workspaces()) {
    Button button = tab_of(context, *workspace);
    const auto help = ShortText(workspace->help).add(" (").add(workspace->key_name).add("; Tab for the next)");
    button.tooltip = help;
    const Rect area = rest.cut_left(button_width(context, button), context.px(kTabGap));
    if (draw_button(context, ShortText("workspace.").add(workspace->id), area, button))
      context.view.workspace = workspace->id;
  }
  rest.cut_left(context.px(12));
}

/// All tabs as one list.
void draw_tab_list(const PanelContext& context, const Rect& area) {
  constexpr std::size_t kMost = 16;
  std::array<std::string_view, kMost> titles;
  std::size_t chosen = 0;
  const auto all = workspaces();
  const auto size = std::min(all.size(), kMost);
  for (std::size_t i = 0; i < size; ++i) {
    titles[i] = all[i]->title;
    if (all[i] == &shown_workspace(context.view)) chosen = i;
  }
  if (const auto picked = draw_choice(context, "top.workspace", area, titles[chosen], {titles.data(), size}, chosen))
    context.view.workspace = all[*picked]->id;
}

float tabs_width(const PanelContext& context) {
  float width = kOthersLeastWidth;
  for (const auto* workspace : workspaces())
    width += button_width(context, tab_of(context, *workspace)) / context.scale + kTabGap;
  return width;
}

void draw_presets(const PanelContext& context, const Rect& area) {
  const auto& presets = context.presets;
  std::vector<std::string_view> names{"gallery (Ctrl O)"};
  names.reserve(presets.size() + 2);
  if (!context.last_run.empty()) names.emplace_back("continue the last run");
  const auto first = names.size();  // of the presets
  std::optional<std::size_t> chosen;
  for (const auto& preset : presets) {
    if (preset.name == context.view.preset) chosen = names.size();
    names.push_back(preset.name);
  }
  const std::string_view shown = context.view.preset.empty() ? std::string_view("no preset") : context.view.preset;
  const auto picked = draw_choice(context, "top.preset", area, shown, names, chosen);
  if (!picked) return;
  if (*picked < first) {
    open_dialog(context, *picked == 0 ? Dialog::Gallery : Dialog::LastRun);
    return;
  }
  context.view.transient.asked_preset = *picked - first;
  open_dialog(context, Dialog::Preset);
}

void draw_top_bar_seed(const PanelContext& context, Rect area) {
  auto& transient = context.view.transient;
  if (!transient.seed_edited) {
    transient.seed_text = std::to_string(context.trainer.hyperparameters.seed);
  }
  if (area.width() >= context.px(80)) {
    const Rect label = area.cut_left(text_width(context.fonts.quiet, "seed") + 1, context.px(6));
    draw_text_in(*ImGui::GetWindowDrawList(), context.fonts.quiet, label, context.theme.quiet, "seed");
  }
  const auto field = draw_field(context, "top.seed", area, transient.seed_text, {.mono = true, .numeric = true});
  transient.seed_edited = field.active || field.entered;
  if (field.entered) open_dialog(context, Dialog::Reset);
}

void draw_top_bar_right(const PanelContext& context, Rect& rest) {
  const float height = rest.height();
  const Rect theme = rest.cut_right(height, context.px(4));
  if (draw_button(context, "top.theme", theme,
                  {.icon = Icon::Theme,
                   .look = ButtonLook::Quiet,
                   .tooltip = context.theme.dark ? "Light theme (F2)" : "Dark theme (F2)"})) {
    context.view.theme = context.theme.dark ? ThemeChoice::Light : ThemeChoice::Dark;
  }
  const auto at = std::min_element(kScales.begin(), kScales.end(), [&](float a, float b) {
    return std::abs(a - context.view.scale) < std::abs(b - context.view.scale);
  });
  const auto chosen = static_cast<std::size_t>(at - kScales.begin());
  ShortText shown;
  shown.print("%.0f %%", static_cast<double>(100 * context.view.scale));
  const Rect scale = rest.cut_right(context.px(68), context.px(4));
  if (const auto picked = draw_choice(context, "top.scale", scale, shown, kScaleNames, chosen, ButtonLook::Quiet)) {
    context.view.scale = kScales[*picked];
  }
  const Button keys{.label = "Keys",
                    .look = ButtonLook::Tab,
                    .key = rest.width() > context.px(440) ? "F1" : "",
                    .tooltip = "The keyboard map (F1)"};
  if (draw_button(context, "top.keys", rest.cut_right(button_width(context, keys), context.px(8)), keys)) {
    open_dialog(context, Dialog::Keys);
  }
  // Where there is no room for it, it stands in the list of presets.
  if (rest.width() < context.px(kGalleryRoom)) return;
  const Button gallery{.label = "Gallery",
                       .look = ButtonLook::Tab,
                       .key = rest.width() > context.px(kGalleryRoom + 120) ? "Ctrl O" : "",
                       .tooltip = "All worlds and presets, and any environment of Gymnasium (Ctrl O)"};
  if (draw_button(context, "top.gallery", rest.cut_right(button_width(context, gallery), context.px(4)), gallery)) {
    open_dialog(context, Dialog::Gallery);
  }
}

}  // namespace

float top_bar_least_width(const PanelContext& /*context*/) {
  return kCompactWidth;
}

void draw_top_bar(const PanelContext& context, const Rect& area) {
  auto& list = *ImGui::GetWindowDrawList();
  fill(list, area, context.theme.panel);
  list.AddLine({area.min.x, area.max.y - 1}, {area.max.x, area.max.y - 1}, context.theme.line);
  Rect rest = area.shrunk(context.px(16), context.px(11));
  const bool compact = area.width() + 1 < context.px(tabs_width(context));
  draw_wordmark(context, rest, compact);
  if (compact) {
    draw_tab_list(context, rest.cut_left(context.px(kWorkspaceWidth), context.px(8)));
  } else {
    draw_tabs(context, rest);
  }
  draw_top_bar_right(context, rest);
  // Where there is little room it goes to the preset's name.
  const bool tight = rest.width() < context.px(520);
  const bool tighter = rest.width() < context.px(350);
  const Button reset{.label = tighter ? "" : "Reset",
                     .icon = Icon::Reset,
                     .waiting = context.pending.waiting_for<protocol::Reset>(),
                     .key = tight ? "" : "R",
                     .tooltip = "Begin again from nothing, with a seed (R)"};
  const Button save{.label = "Save",
                    .waiting = context.pending.waiting_for<protocol::Save>(),
                    .tooltip = "Write the checkpoint now (Ctrl S)"};
  const float seed = context.px(tighter ? 52 : tight ? 88 : 120);
  const float others = seed + button_width(context, reset) + button_width(context, save) + context.px(36);
  draw_presets(context, rest.cut_left(std::clamp(rest.width() - others, context.px(tighter ? 70 : 90), context.px(200)),
                                      context.px(tighter ? 8 : 16)));
  draw_top_bar_seed(context, rest.cut_left(seed, context.px(8)));
  if (draw_button(context, "top.reset", rest.cut_left(button_width(context, reset), context.px(8)), reset)) {
    open_dialog(context, Dialog::Reset);
  }
  if (draw_button(context, "top.save", rest.cut_left(button_width(context, save)), save))
    send(context, protocol::Save{});
}

}  // namespace qarium::widgets
