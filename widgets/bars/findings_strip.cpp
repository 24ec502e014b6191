#include <algorithm>

#include "widgets/actions.hpp"
#include "widgets/bars/bars.hpp"
#include "widgets/curves/curves_state.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/format.hpp"
#include "widgets/parts/stages.hpp"
#include "widgets/workspaces.hpp"

namespace qarium::widgets {
namespace {

/// Which of several findings is told.
struct FindingsState {
  std::size_t at = 0;
};

std::span<const protocol::Finding> findings_of(const PanelContext& context) {
  const auto& findings = context.trainer.findings;
  return findings ? std::span<const protocol::Finding>(*findings) : std::span<const protocol::Finding>();
}

void show_plot(const PanelContext& context, const std::string& title) {
  context.view.workspace = workspaces().front()->id;
  context.view.of<CurvesState>().maximised = title;
}

/// Where learning has stopped by an error there is a way back to the checkpoint before it.
void go_back(const PanelContext& context) {
  send(context, protocol::OpenRun{.run = context.trainer.status.run, .learn = false});
}

void draw_links(const PanelContext& context, const protocol::Finding& finding, Rect& rest) {
  const auto link = [&](std::string_view name, const Button& button) {
    return draw_button(context, name,
                       rest.cut_right(button_width(context, button), context.px(6)).shrunk(0, context.px(3)), button);
  };
  const bool stopped = context.trainer.status.activity == protocol::Activity::Failed;
  if (finding.severity == protocol::Finding::Severity::Error && stopped && !context.trainer.status.run.empty() &&
      link("finding.go_back",
           {.label = "Go back",
            .icon = Icon::StepBack,
            .waiting = context.pending.waiting_for<protocol::OpenRun>(),
            .tooltip = "Back to the run's last good checkpoint, paused; what was learned since is given up"})) {
    go_back(context);
  }
  if (!finding.parameter.empty() &&
      link("finding.parameter", {.label = finding.parameter, .tooltip = "Show this hyperparameter"})) {
    show_parameter(context, finding.parameter);
  }
  if (!finding.plot.empty() && link("finding.plot", {.label = "curve", .tooltip = "Show the curve that tells it"})) {
    show_plot(context, finding.plot);
  }
  if (finding.block && link("finding.block", {.label = "look inside", .tooltip = "Show the block's layers"})) {
    open_dialog(context, *finding.block);
  }
}

/// "1 of 3", which goes to the next.
void draw_choice_of_finding(const PanelContext& context, std::size_t size, Rect& rest) {
  auto& at = context.view.of<FindingsState>().at;
  if (size < 2) return;
  ShortText words;
  words.print("%zu of %zu", at + 1, size);
  const Button next{.label = words, .look = ButtonLook::Quiet, .tooltip = "The next finding"};
  if (draw_button(context, "finding.next",
                  rest.cut_right(button_width(context, next), context.px(6)).shrunk(0, context.px(3)), next)) {
    at = (at + 1) % size;
  }
}

}  // namespace

bool tells_of_error(const PanelContext& context) {
  return std::ranges::any_of(findings_of(context), [](const protocol::Finding& finding) {
    return finding.severity == protocol::Finding::Severity::Error;
  });
}

float findings_height(const PanelContext& context) {
  return findings_of(context).empty() ? 0 : kFindingsHeight;
}

void draw_findings(const PanelContext& context, const Rect& area) {
  const auto findings = findings_of(context);
  if (findings.empty()) return;
  auto& at = context.view.of<FindingsState>().at;
  at = std::min(at, findings.size() - 1);
  const auto& finding = findings[at];
  const auto& theme = context.theme;
  const bool error = finding.severity == protocol::Finding::Severity::Error;
  const ImU32 color = error ? theme.wrong : theme.attention;
  auto& list = *ImGui::GetWindowDrawList();
  fill(list, area, mixed(theme.panel, color, 0.08F));
  list.AddLine(area.min, {area.max.x, area.min.y}, color);
  Rect rest = area.shrunk(context.px(16), 0);
  draw_icon(list, error ? Icon::Warning : Icon::Triangle, rest.cut_left(context.px(12), context.px(8)).centre(),
            context.px(11), color);
  draw_choice_of_finding(context, findings.size(), rest);
  draw_links(context, finding, rest);
  const auto state = interact(context, "finding.words", rest);
  rest.cut_left(draw_text_in(list, context.fonts.title, rest, theme.text, finding.title), context.px(12));
  draw_text_in(list, context.fonts.quiet, rest, theme.text, finding.evidence);
  ShortText help(finding.title);
  tooltip(context, "finding.words", state, help.add(": ").add(finding.evidence));
}

}  // namespace qarium::widgets
