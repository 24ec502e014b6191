#pragma once
#include <array>
#include <string_view>

#include "engine/protocol/attention_view.hpp"
#include "widgets/parts/draw.hpp"

namespace qarium::widgets {

/// What a measurement says, in words with a shape of their own.
struct Verdict {
  std::string_view words;
  std::string_view brief;  ///< where there is little room
  Icon icon = Icon::None;
  ImU32 Theme::* color = nullptr;
};

/// Of deletion or insertion: by where the gain's 95 % interval lies.
Verdict verdict(const protocol::FaithfulnessCurve& curve);
/// Of the map's correlation with itself after weights were drawn anew: under 0.5 it depends on what was learned.
Verdict redrawn_verdict(float correlation);

/// Was anything measured that can be shown?
bool measured(const protocol::Faithfulness& faithfulness);

inline constexpr std::string_view kDeletionHelp =
    "Cells are emptied in order of weight. The curve is the gap of the greedy action against its best rival, divided "
    "by "
    "the intact gap; the earlier it falls, the more the map named what counts. Gain: area under random orders minus "
    "area "
    "under the map's, paired over states, with its 95 % interval.";
inline constexpr std::string_view kInsertionHelp =
    "From an empty frame, cells are revealed in order of weight; the earlier the gap of the greedy action comes back, "
    "the more the map named what counts. Gain: area of the map's order minus that of random orders, paired over "
    "states, "
    "with its 95 % interval.";
inline constexpr std::string_view kSaliencyHelp =
    "How much the action values change where a cell is emptied, next to the attention map of the same frame, and "
    "Spearman's rank correlation of the two, mean over states: 1 = the same order.";
inline constexpr std::string_view kRedrawnHelp =
    "Rank correlation of the map with itself after weights were drawn anew: attention's, then the Encoder's too. Below "
    "one half the "
    "map depends on what was learned. Necessary, not sufficient.";
inline constexpr std::string_view kMassHelp =
    "Share of weight on tokens centred within 1 cell of an object, next to that region's share of all tokens. Weight "
    "beside an object counts.";
inline constexpr std::string_view kStatesHelp =
    "States measured. Those whose intact gap is under one hundredth are skipped: dividing by it would say nothing.";
inline constexpr std::string_view kClaim =
    "A map is faithful where what it marks decides what the agent does. Measure whether it is.";
inline constexpr std::string_view kCaution =
    "Attention is not explanation: passing these tests is necessary, not sufficient.";
struct Test {
  std::string_view name;
  std::string_view words;
};
inline constexpr std::array<Test, 3> kTests{
    {{"Deletion, insertion",
      "Cells are emptied, and revealed, in the order of their weight and in random orders. A map that names what "
      "counts does better than chance."},
     {"Perturbation", "Each cell is emptied alone. How much that changes the action values is laid next to the map."},
     {"Weights re-drawn",
      "Attention's weights are drawn anew, then the Encoder's too. A map that stays as it was does not show what was "
      "learned."}}};
inline constexpr std::string_view kAllSkipped =
    "Nothing to measure: where the best action is ahead of the next by less than 0.01, the shares of that lead say "
    "nothing. Choose another moment, or measure episodes.";

}  // namespace qarium::widgets
