#include "widgets/attention/attention_shown.hpp"

#include <algorithm>
#include <array>

#include "widgets/moments.hpp"

namespace qarium::widgets {
namespace {

/// The action whose map is shown where actions ask: pointed at, chosen, or greedy.
int shown_query(const PanelContext& context, int queries) {
  const auto& state = context.view.of<AttentionState>();
  for (const int query : {state.hovered_query, state.chosen_query}) {
    if (query >= 0 && query < queries) return query;
  }
  return std::clamp(greedy_action(context.stage.moment.action_values), 0, queries - 1);
}

}  // namespace

ShownAttention shown_attention(const PanelContext& context) {
  ShownAttention shown;
  const auto& stage = context.stage;
  if (stage.attention && sound(*stage.attention)) shown.actual = &*stage.attention;
  shown.view = shown.actual;
  if (stage.counterfactual && sound(stage.counterfactual->attention)) {
    shown.view = &stage.counterfactual->attention;
    shown.counterfactual = true;
  }
  if (!shown) return shown;
  const int wanted = context.view.of<AttentionState>().head;
  shown.head = wanted < shown.view->heads ? wanted : kMeanHead;
  shown.query = shown_query(context, shown.view->queries);
  shown.matrix = shown.actual != nullptr && sound_matrix(*shown.actual);
  return shown;
}

bool has_cells(const protocol::StageSnapshot& stage) {
  if (!stage.scene) return false;
  const auto& grid = stage.scene->grid;
  return grid.rows > 0 && grid.columns > 0 &&
         grid.cells.size() == static_cast<std::size_t>(grid.rows) * static_cast<std::size_t>(grid.columns);
}

bool lies_over_cells(const protocol::StageSnapshot& stage, const protocol::AttentionView& view) {
  return view.parts.empty() && has_cells(stage);
}

ShortText head_name(int head, int heads) {
  if (heads == 1) return {"one head"};
  ShortText text;
  if (head >= 0) return text.print("head %d", head + 1);
  return text.print("%s of %d heads", head == kMaximumHead ? "maximum" : "mean", heads);
}

ImU32 head_color(const Theme& theme, int head) {
  constexpr std::array kOrder{core::Stage::Attention, core::Stage::Head, core::Stage::Encoder, core::Stage::Memory,
                              core::Stage::Fusion};
  const auto at = static_cast<std::size_t>(std::max(head, 0));
  const ImU32 color = theme.stage(kOrder[at % kOrder.size()]);
  const auto round = at / kOrder.size();
  return mixed(color, theme.text, 0.25F * static_cast<float>(round));
}

int pinned_token(const PanelContext& context, const ShownAttention& shown) {
  const int token = context.view.of<AttentionState>().pinned_token;
  return shown.matrix && !shown.counterfactual && token < shown.actual->tokens() ? token : -1;
}

void shown_weights(const PanelContext& context, const ShownAttention& shown, std::vector<float>& out) {
  const int pinned = pinned_token(context, shown);
  if (pinned < 0) {
    weights_of(*shown.view, shown.head, shown.query, out);
  } else {
    row_of(*shown.actual, shown.head, pinned, out);
  }
}

ShortText token_name(const protocol::AttentionView& view, int token) {
  const int size = view.rows * view.columns;
  ShortText text;
  int first = 0;
  for (const auto& part : view.parts) {
    const int within = token - first;
    first += part.tokens();
    if (token >= first) continue;
    text.add(part.name);
    if (part.columns > 1)
      return text.print(", row %d, column %d", within / part.columns + 1, within % part.columns + 1);
    return part.tokens() > 1 ? text.print(" %d", within + 1) : text;
  }
  text.print("row %d, column %d", token % size / view.columns + 1, token % view.columns + 1);
  if (view.frames > 1) text.print(", frame %d", token / size + 1);
  return text;
}

}  // namespace qarium::widgets
