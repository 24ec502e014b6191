#pragma once
#include <span>
#include <string>
#include <string_view>

#include "engine/protocol/snapshot.hpp"
#include "widgets/parts/draw.hpp"
#include "widgets/parts/format.hpp"
#include "widgets/parts/theme.hpp"

namespace qarium::widgets {

/// The action to speak of at the moment looked at: the one taken from there, or at the live end, where none is yet, the
/// one that led there.
struct TakenAction {
  int action = -1;
  bool before = false;     ///< it led to this moment
  std::string_view word;   ///< "greedy", "by chance", "your choice"
  Icon icon = Icon::None;  ///< a shape of its own for each word
};
TakenAction taken_action(const protocol::StageSnapshot& stage);
ImU32 taken_color(const Theme& theme, const TakenAction& taken);

/// "right", or "action 3" where the environment does not name it.
std::string_view action_name(const protocol::StageSnapshot& stage, int action);
std::string_view action_name(std::span<const std::string> names, int action);

/// By which network the moment's action values stand as they do: "now", "as it was", "by the network of step 99,000".
ShortText evaluated_words(const protocol::StageSnapshot& stage);

/// The greatest finite value's index; -1 without any.
int greedy_action(std::span<const float> values);

}  // namespace qarium::widgets
