#include <algorithm>

#include "widgets/actions.hpp"
#include "widgets/attention/attention_panels.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/panel.hpp"

namespace qarium::widgets {
namespace {

constexpr std::string_view kPreset = "catch-attention";
constexpr std::string_view kNoAttentionWords =
    "This network has no attention, so there is nothing to look at here. Its Attention stage is 'none': every number "
    "of "
    "the encoder goes on as it is. Choose another kind among the hyperparameters (attention.kind, which rebuilds the "
    "network), or begin the experiment below, in which attention learns to follow a falling ball.";
constexpr std::string_view kShortWords =
    "This network has no attention, so there is nothing to look at here. Its Attention stage is 'none': every number "
    "of "
    "the encoder goes on as it is. Choose another kind among the hyperparameters (attention.kind, which rebuilds the "
    "network).";

}  // namespace

void draw_no_attention(const PanelContext& context, const Rect& area) {
  const auto found = std::find_if(context.presets.begin(), context.presets.end(),
                                  [](const auto& preset) { return preset.name == kPreset; });
  const bool offered = found != context.presets.end();
  Panel panel(context, "Heads", "none", context.theme.stage(core::Stage::Attention), area);
  if (panel.folded()) return;
  const float width = std::min(area.width() - context.px(24), context.px(520));
  const auto words = offered ? kNoAttentionWords : kShortWords;
  const float height = wrapped_height(context.fonts.text, width, words);
  Rect body = panel.begin_body(height + context.px(60));
  draw_wrapped(*ImGui::GetWindowDrawList(), context.fonts.text, body.min, width, context.theme.text, words);
  body.cut_top(height, context.px(16));
  if (!offered) return;
  const Button begin{
      .label = "begin catch-attention", .look = ButtonLook::Primary, .tooltip = "Asks before anything is begun anew"};
  const Rect row = body.cut_top(context.px(30));
  if (draw_button(context, "attention.preset", {row.min, {row.min.x + button_width(context, begin), row.max.y}},
                  begin)) {
    context.view.transient.asked_preset = static_cast<std::size_t>(found - context.presets.begin());
    open_dialog(context, Dialog::Preset);
  }
}

}  // namespace qarium::widgets
