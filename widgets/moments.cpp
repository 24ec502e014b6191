#include "widgets/moments.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

namespace qarium::widgets {

TakenAction taken_action(const protocol::StageSnapshot& stage) {
  const auto* moment = &stage.moment;
  TakenAction taken;
  if (moment->action < 0) {
    const auto found = std::find_if(stage.history.begin(), stage.history.end(),
                                    [&](const auto& other) { return other.index == moment->index - 1; });
    if (found == stage.history.end() || found->action < 0 || found->episode != moment->episode) return taken;
    moment = &*found;
    taken.before = true;
  }
  taken.action = moment->action;
  taken.word = moment->chosen_by_user ? "your choice" : moment->exploratory ? "by chance" : "greedy";
  taken.icon = moment->chosen_by_user ? Icon::Dot : moment->exploratory ? Icon::Triangle : Icon::Diamond;
  return taken;
}

ImU32 taken_color(const Theme& theme, const TakenAction& taken) {
  if (taken.icon == Icon::Dot) return theme.stage_text(core::Stage::Memory);
  return taken.icon == Icon::Triangle ? theme.attention : theme.stage_text(core::Stage::Head);
}

std::string_view action_name(std::span<const std::string> names, int action) {
  constexpr std::array<std::string_view, 10> kUnnamed{"action 0", "action 1", "action 2", "action 3", "action 4",
                                                      "action 5", "action 6", "action 7", "action 8", "action 9"};
  if (action < 0) return "none";
  const auto index = static_cast<std::size_t>(action);
  if (index < names.size()) return names[index];
  return index < kUnnamed.size() ? kUnnamed[index] : "another action";
}

std::string_view action_name(const protocol::StageSnapshot& stage, int action) {
  return action_name(stage.action_names, action);
}

ShortText evaluated_words(const protocol::StageSnapshot& stage) {
  const auto& moment = stage.moment;
  if (moment.network != stage.basis.network) {
    return ShortText("by another network, of step ").add(count(moment.parameters.environment_steps));
  }
  if (!stage.values_now.empty())
    return ShortText("by the network of step ").add(count(moment.parameters.environment_steps));
  return {moment.index < stage.last ? "as it was" : "now"};
}

int greedy_action(std::span<const float> values) {
  int best = -1;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) continue;
    if (best < 0 || values[i] > values[static_cast<std::size_t>(best)]) best = static_cast<int>(i);
  }
  return best;
}

}  // namespace qarium::widgets
