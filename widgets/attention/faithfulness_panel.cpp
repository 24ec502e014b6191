#include <algorithm>
#include <array>
#include <cmath>

#include "widgets/attention/attention_panels.hpp"
#include "widgets/attention/faithfulness_words.hpp"
#include "widgets/attention/gap_plot.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/panel.hpp"
#include "widgets/validity/validity.hpp"

namespace qarium::widgets {
namespace {

constexpr float kFaithfulnessTools = 232;
constexpr float kToolsSaid = 290;  ///< with the word before them
constexpr float kSayTools = 520;   ///< where the panel is so wide
constexpr float kThreeTests = 600;
constexpr float kBegin = 28;
constexpr float kProgress = 160;
constexpr float kFaithfulnessLine = 17;
constexpr float kFaithfulnessPlotHeight = 164;
constexpr float kPlotWidth = 165;
constexpr float kFaithfulnessPicture = 108;
constexpr float kFactsWidth = 250;
constexpr float kFactsHeight = 7 * kFaithfulnessLine + 4;
constexpr float kFaithfulnessGap = 16;
constexpr std::int64_t kManyOrders = 8;
constexpr std::int64_t kFrameOrders = 128;

void test_faithfulness(const PanelContext& context, std::int64_t episodes) {
  send(context, protocol::TestFaithfulness{episodes, episodes == 0 ? kFrameOrders : kManyOrders});
}

void draw_progress(const PanelContext& context, const protocol::Faithfulness& faithfulness, Rect tools) {
  const Button stop{.label = "stop", .look = ButtonLook::Quiet, .tooltip = "Keep what was measured so far"};
  if (draw_button(context, "faithfulness.stop", tools.cut_right(button_width(context, stop), context.px(8)), stop)) {
    send(context, protocol::StopFaithfulnessTest{});
  }
  const float share = std::isfinite(faithfulness.progress) ? std::clamp(faithfulness.progress, 0.0F, 1.0F) : 0;
  auto& list = *ImGui::GetWindowDrawList();
  ShortText text;
  text.print("%.0f %%", static_cast<double>(100 * share));
  const float wide = text_width(context.fonts.number, "100 %");
  draw_text_in(list, context.fonts.number, tools.cut_right(wide + 1, context.px(8)), context.theme.text, text,
               Align::Right);
  if (tools.width() < context.px(12)) return;
  const Rect bar = tools.shrunk(0, (tools.height() - context.px(5)) / 2);
  fill(list, bar, context.theme.line, context.px(2.5F));
  fill(list, {bar.min, {bar.min.x + share * bar.width(), bar.max.y}}, context.theme.stage(core::Stage::Attention),
       context.px(2.5F));
}

void draw_faithfulness_tools(const PanelContext& context, const ShownAttention& shown, Rect tools) {
  const auto* faithfulness = context.stage.faithfulness.get();
  if (faithfulness != nullptr && faithfulness->running) {
    draw_progress(context, *faithfulness, tools);
    return;
  }
  const auto place = [&](std::string_view name, std::string_view label, std::string_view help, std::int64_t episodes) {
    const Button button{.label = label,
                        .look = ButtonLook::Quiet,
                        .enabled = static_cast<bool>(shown),
                        .waiting = context.pending.waiting_for<protocol::TestFaithfulness>(),
                        .tooltip = help};
    if (draw_button(context, name, tools.cut_right(button_width(context, button), context.px(2)), button)) {
      test_faithfulness(context, episodes);
    }
  };
  place("faithfulness.many", "100 episodes", "Every state of 100 greedy episodes, 8 random orders each; takes minutes",
        100);
  place("faithfulness.few", "3 episodes", "Every state of 3 greedy episodes, 8 random orders each", 3);
  place("faithfulness.frame", "this frame", "The moment looked at, against 128 random orders; takes seconds", 0);
  if (tools.width() >= text_width(context.fonts.quiet, "measure")) {
    draw_text_in(*ImGui::GetWindowDrawList(), context.fonts.quiet, tools, context.theme.quiet, "measure", Align::Right);
  }
}

/// Name and words of each test, side by side where there is room; takes its height off `body`.
void draw_tests(const PanelContext& context, Rect& body, float column, bool abreast) {
  auto& list = *ImGui::GetWindowDrawList();
  const float gap = context.px(2 * kFaithfulnessGap);
  float lowest = 0;
  for (const auto& test : kTests) {
    ImVec2 corner = body.min;
    draw_text(list, context.fonts.title, corner, context.theme.text, test.name);
    corner.y += context.px(kFaithfulnessLine + 2);
    const float high = draw_wrapped(list, context.fonts.quiet, corner, column, context.theme.quiet, test.words);
    const float whole = context.px(kFaithfulnessLine + 2) + high;
    lowest = std::max(lowest, whole);
    if (abreast) {
      body.cut_left(column, gap);
    } else {
      body.cut_top(whole, context.px(10));
    }
  }
  if (abreast) body.cut_top(lowest, context.px(14));
}

/// Of what draw_tests needs.
float tests_height(const PanelContext& context, float column, bool abreast) {
  float height = 0;
  for (const auto& test : kTests) {
    const float whole = context.px(kFaithfulnessLine + 2) + wrapped_height(context.fonts.quiet, column, test.words);
    height = abreast ? std::max(height, whole) : height + whole + context.px(10);
  }
  return height + (abreast ? context.px(14) : 0);
}

/// What this is about, and where to begin.
void draw_explanation(const PanelContext& context, const ShownAttention& shown, Panel& panel, float width) {
  const auto& theme = context.theme;
  const auto* faithfulness = context.stage.faithfulness.get();
  const bool skipped =
      faithfulness != nullptr && !faithfulness->running && faithfulness->states == 0 && faithfulness->skipped > 0;
  const bool abreast = width >= context.px(kThreeTests);
  const float column = abreast ? (width - 2 * context.px(2 * kFaithfulnessGap)) / 3 : width;
  const auto lead = skipped ? kAllSkipped : kClaim;
  const float lead_height = wrapped_height(context.fonts.text, width, lead) + context.px(12);
  const Button begin{.label = "measure this frame",
                     .look = ButtonLook::Primary,
                     .enabled = static_cast<bool>(shown) && (faithfulness == nullptr || !faithfulness->running),
                     .waiting = context.pending.waiting_for<protocol::TestFaithfulness>(),
                     .tooltip = "Against 128 random orders; takes seconds"};
  const float button = button_width(context, begin);
  const bool one_row = button + context.px(kFaithfulnessGap) + text_width(context.fonts.quiet, kCaution) <= width;
  const float caution = one_row ? 0 : wrapped_height(context.fonts.quiet, width, kCaution) + context.px(12);
  Rect body = panel.begin_body(lead_height + tests_height(context, column, abreast) + caution + context.px(kBegin) + 1);
  auto& list = *ImGui::GetWindowDrawList();
  const float left = body.min.x;
  draw_wrapped(list, context.fonts.text, body.min, width, skipped ? theme.attention : theme.text, lead);
  body.cut_top(lead_height);
  draw_tests(context, body, column, abreast);
  body.min.x = left;
  if (!one_row) draw_wrapped(list, context.fonts.quiet, body.min, width, theme.quiet, kCaution);
  body.cut_top(caution);
  Rect row = body.cut_top(context.px(kBegin));
  if (draw_button(context, "faithfulness.begin", row.cut_left(button, context.px(kFaithfulnessGap)), begin))
    test_faithfulness(context, 0);
  if (one_row) draw_text_in(list, context.fonts.quiet, row, theme.quiet, kCaution);
}

/// The attention map and what emptying cells changes, side by side.
void draw_faithfulness_pictures(const PanelContext& context, const protocol::Faithfulness& faithfulness, Rect area) {
  auto& list = *ImGui::GetWindowDrawList();
  const float side = std::min((area.width() - context.px(8)) / 2, context.px(kFaithfulnessPicture));
  const bool fits = faithfulness.rows > 0 && faithfulness.columns > 0 &&
                    faithfulness.saliency.size() >=
                        static_cast<std::size_t>(faithfulness.rows) * static_cast<std::size_t>(faithfulness.columns);
  const auto picture = [&](std::string_view name, std::string_view title, std::span<const float> values,
                           ColorMap colors) {
    Rect cell = area.cut_left(side, context.px(8));
    draw_text_in(list, context.fonts.quiet, cell.cut_top(context.px(kFaithfulnessLine)), context.theme.quiet, title);
    if (!fits) return;
    const float aspect = static_cast<float>(faithfulness.columns) / static_cast<float>(faithfulness.rows);
    const float wide = std::min(side, std::max(4.0F, std::min(cell.height(), side) * aspect));
    const Rect map{cell.min, cell.min + ImVec2(wide, std::max(2.0F, wide / aspect))};
    HeatStyle style;
    style.colors = colors;
    style.high = std::max(greatest(values), 1e-9F);
    const HeatPicture one{values, faithfulness.rows, faithfulness.columns, map};
    context.canvas.draw_heat(list, name, {&one, 1}, style);
    outline(list, map, context.theme.line);
    const auto interaction = interact(context, name, map);
    if (!interaction.hovered) return;
    const TokenGrid grid(protocol::AttentionView{.rows = faithfulness.rows, .columns = faithfulness.columns}, map,
                         faithfulness.rows, faithfulness.columns);
    const auto cell_at = grid.cell_at(ImGui::GetIO().MousePos);
    if (!cell_at || static_cast<std::size_t>(*cell_at) >= values.size()) return;
    outline(list, grid.cell(*cell_at), context.theme.text);
    ShortText text;
    text.print("row %d, column %d: ", *cell_at / faithfulness.columns + 1, *cell_at % faithfulness.columns + 1);
    tooltip(context, name, interaction,
            text.add(number(values[static_cast<std::size_t>(*cell_at)]))
                .print(" (0 to %.3g)", static_cast<double>(style.high)));
  };
  picture("faithfulness.map", "attention", faithfulness.attention, ColorMap::Magma);
  picture("faithfulness.saliency", "perturbation", faithfulness.saliency, ColorMap::Viridis);
}

struct Fact {
  std::string_view name;
  std::string_view label;
  ShortText value;
  std::string_view help;
  Verdict verdict;
};

void draw_faithfulness_fact(const PanelContext& context, const Fact& fact, Rect row, bool outdated) {
  auto& list = *ImGui::GetWindowDrawList();
  const auto& theme = context.theme;
  const auto name = ShortText("faithfulness.fact.").add(fact.name);
  const auto interaction = interact(context, name, row);
  draw_text_in(list, context.fonts.quiet, row.cut_left(context.px(116), context.px(6)), theme.quiet, fact.label);
  row.cut_left(draw_text_in(list, context.fonts.number, row, theme.text, fact.value), context.px(8));
  if (fact.verdict.icon != Icon::None && row.width() > context.px(40)) {
    const ImU32 color = verdict_color(theme, theme.*fact.verdict.color, outdated);
    draw_icon(list, fact.verdict.icon, row.cut_left(context.px(10), context.px(4)).centre(), context.px(9), color);
    draw_text_in(list, context.fonts.quiet, row, color, fact.verdict.words);
  }
  tooltip(context, name, interaction, fact.help);
}

void draw_facts(const PanelContext& context, const protocol::Faithfulness& faithfulness, Rect area, bool outdated) {
  const auto correlation = [](float value) { return fixed(static_cast<double>(value), 2); };
  const auto percent = [](float value) {
    ShortText text;
    return std::isfinite(value) ? text.print("%.0f %%", static_cast<double>(100 * value)) : text.add("–");
  };
  const auto fact = [&](const Fact& each) {
    draw_faithfulness_fact(context, each, area.cut_top(context.px(kFaithfulnessLine)), outdated);
  };
  ShortText scope(faithfulness.episodes == 0 ? ShortText("one frame") : count(faithfulness.episodes));
  if (faithfulness.episodes > 0) scope.add(faithfulness.episodes == 1 ? " episode" : " episodes");
  fact({"scope", "measured on", scope, kStatesHelp, {}});
  fact({"orders", "random orders", count(faithfulness.orders).add(" a state"), kStatesHelp, {}});
  ShortText states = count(faithfulness.states);
  fact({"states", "states", states.add(", ").add(count(faithfulness.skipped)).add(" skipped"), kStatesHelp, {}});
  fact({"saliency", "like perturbation", correlation(faithfulness.saliency_correlation), kSaliencyHelp, {}});
  fact({"redrawn", "attention re-drawn", correlation(faithfulness.redrawn_attention_correlation), kRedrawnHelp,
        redrawn_verdict(faithfulness.redrawn_attention_correlation)});
  fact({"encoder", "Encoder too", correlation(faithfulness.redrawn_encoder_correlation), kRedrawnHelp,
        redrawn_verdict(faithfulness.redrawn_encoder_correlation)});
  if (!(faithfulness.area > 0)) return;
  ShortText mass = percent(faithfulness.mass);
  fact({"mass", "within 1 cell", mass.add(", area ").add(percent(faithfulness.area)), kMassHelp, {}});
}

void draw_measured(const PanelContext& context, const protocol::Faithfulness& faithfulness, Rect body, bool outdated) {
  const float gap = context.px(kFaithfulnessGap);
  const float pictures = context.px(2 * kFaithfulnessPicture + 8);
  const float facts = context.px(kFactsWidth);
  const bool wide = body.width() >= 2 * context.px(kPlotWidth) + pictures + facts + 3 * gap;
  Rect upper = wide ? body : body.cut_top(context.px(kFaithfulnessPlotHeight), context.px(10));
  Rect lower = wide ? upper.cut_right(pictures + gap + facts, gap) : body;
  const GapPlot deletion{"Deletion", "deletion", kDeletionHelp, faithfulness.deletion, outdated};
  const GapPlot insertion{"Insertion", "insertion", kInsertionHelp, faithfulness.insertion, outdated};
  draw_gap(context, deletion, upper.cut_left((upper.width() - gap) / 2, gap));
  draw_gap(context, insertion, upper);
  const bool abreast = lower.width() >= pictures + gap + context.px(200);
  draw_faithfulness_pictures(context, faithfulness,
                             abreast
                                 ? lower.cut_left(pictures, gap)
                                 : lower.cut_top(context.px(kFaithfulnessPicture + kFaithfulnessLine), context.px(8)));
  draw_facts(context, faithfulness, lower, outdated);
}

/// At scale 1, of what draw_measured needs in this width.
float content_height(const PanelContext& context, float width) {
  const float pictures = 2 * kFaithfulnessPicture + 8;
  width /= context.scale;
  if (width >= 2 * kPlotWidth + pictures + kFactsWidth + 3 * kFaithfulnessGap) return kFaithfulnessPlotHeight;
  const bool abreast = width >= pictures + kFaithfulnessGap + 200;
  return kFaithfulnessPlotHeight + 10 +
         (abreast ? std::max(kFaithfulnessPicture + kFaithfulnessLine, kFactsHeight)
                  : kFaithfulnessPicture + kFaithfulnessLine + 8 + kFactsHeight);
}

}  // namespace

void draw_faithfulness(const PanelContext& context, const ShownAttention& shown, const Rect& area) {
  const auto* faithfulness = context.stage.faithfulness.get();
  const bool any = faithfulness != nullptr && measured(*faithfulness);
  ShortText quiet("not measured yet");
  if (any) quiet = ShortText("network of step ").add(count(faithfulness->basis.position.environment_steps));
  const bool running = faithfulness != nullptr && faithfulness->running;
  if (running)
    quiet =
        ShortText("measuring, ").add(count(faithfulness->states)).add(faithfulness->states == 1 ? " state" : " states");
  const float tools = running ? kProgress : area.width() >= context.px(kSayTools) ? kToolsSaid : kFaithfulnessTools;
  Panel panel(context, "Faithfulness", quiet, context.theme.stage(core::Stage::Attention), area, context.px(tools));
  if (panel.folded()) return;
  draw_faithfulness_tools(context, shown, panel.tools());
  const float width = area.width() - context.px(24);
  if (!any) {
    draw_explanation(context, shown, panel, width);
    return;
  }
  const OutdatedLine line{.name = "faithfulness.again",
                          .words = outdated_words(faithfulness->basis, context.stage.basis),
                          .again = running || !shown ? std::string_view() : "measure again",
                          .waiting = context.pending.waiting_for<protocol::TestFaithfulness>()};
  const bool outdated = !line.words.empty();
  if (outdated && draw_outdated(context, line, panel.strip(outdated_height(context, line, width))))
    test_faithfulness(context, faithfulness->episodes);
  draw_measured(context, *faithfulness, panel.begin_body(context.px(content_height(context, width))), outdated);
}

}  // namespace qarium::widgets
