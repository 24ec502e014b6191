#include <algorithm>
#include <array>

#include "widgets/actions.hpp"
#include "widgets/memory/memory_panels.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/panel.hpp"

namespace qarium::widgets {
namespace {

constexpr std::array<std::string_view, 2> kPresets{"tmaze-ntm", "tmaze"};
constexpr std::string_view kNoMemoryWords =
    "This network has no memory, so there is nothing to look at here. Its Memory stage is 'none': what it sees now is "
    "all it knows. Choose another kind among the hyperparameters (memory.kind, which rebuilds the network), for a task "
    "that cannot be solved without one.";
constexpr std::string_view kOffer =
    "In the T-maze a cue is shown once, at the beginning of a corridor, and decides at its end which way is right.";

}  // namespace

void draw_no_memory(const PanelContext& context, const Rect& area) {
  Panel panel(context, "Episode", "no memory", context.theme.stage(core::Stage::Memory), area);
  if (panel.folded()) return;
  const float width = std::min(area.width() - context.px(24), context.px(520));
  const float words = wrapped_height(context.fonts.text, width, kNoMemoryWords);
  const float offer = wrapped_height(context.fonts.text, width, kOffer);
  Rect body = panel.begin_body(words + offer + context.px(28 + 30 + 2 * 38));
  auto& list = *ImGui::GetWindowDrawList();
  draw_wrapped(list, context.fonts.text, body.cut_top(words, context.px(12)).min, width, context.theme.text,
               kNoMemoryWords);
  const bool any = std::any_of(context.presets.begin(), context.presets.end(), [](const auto& preset) {
    return std::find(kPresets.begin(), kPresets.end(), preset.name) != kPresets.end();
  });
  if (!any) return;
  draw_wrapped(list, context.fonts.text, body.cut_top(offer, context.px(16)).min, width, context.theme.text, kOffer);
  for (const auto name : kPresets) {
    const auto found = std::find_if(context.presets.begin(), context.presets.end(),
                                    [&](const auto& preset) { return preset.name == name; });
    if (found == context.presets.end()) continue;
    const auto label = ShortText("begin ").add(name);
    const Button begin{.label = label,
                       .look = name == kPresets.front() ? ButtonLook::Primary : ButtonLook::Plain,
                       .tooltip = "Asks before anything is begun anew"};
    Rect row = body.cut_top(context.px(30), context.px(8));
    if (draw_button(context, ShortText("memory.preset.").add(name), row.cut_left(button_width(context, begin)),
                    begin)) {
      context.view.transient.asked_preset = static_cast<std::size_t>(found - context.presets.begin());
      open_dialog(context, Dialog::Preset);
    }
  }
}

}  // namespace qarium::widgets
