#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "widgets/context.hpp"
#include "widgets/memory_pictures/kept_pictures.hpp"
#include "widgets/parts/format.hpp"

namespace qarium::widgets {

/// What the pictures of a memory show in this frame: the watched episode's, or that of the laboratory's sequence.
struct ShownMemory {
  std::string_view place;                            ///< what its controls and textures are called after: "memory"
  const protocol::MemoryView* view = nullptr;        ///< the counterfactual where there is one; null = nothing to show
  const protocol::MemoryView* actual = nullptr;      ///< the factual one
  const protocol::MemoryEpisode* episode = nullptr;  ///< null = nothing to show
  std::uint64_t version = 0;                         ///< another number, another episode
  KeptPictures* kept = nullptr;
  bool counterfactual = false;
  bool can_intervene = false;
  int cursor = -1;    ///< column of the moment looked at; -1 = beyond
  int hovered = -1;   ///< column pointed at in any panel; -1 = none
  int read_head = 0;  ///< as chosen, where the memory has it
  int write_head = 0;
  std::span<const std::string> outputs;  ///< names of the outputs' rows; may be empty

  explicit operator bool() const { return view != nullptr; }
};
/// Sets the heads as chosen, as far as the memory has them.
void choose_heads(ShownMemory& shown, const MemoryLook& look);

/// Do the sizes of its matrix fit together, and is there one?
bool sound_matrix(const protocol::MemoryView& view);
bool sound(const protocol::MemoryEpisode& episode);
/// `values` [n, size]: row `row` of it; empty where there is none.
std::span<const float> row_of(std::span<const float> values, int row, int size);
/// The greatest finite magnitude, and at least `least`.
float greatest_magnitude(std::span<const float> values, float least);
/// The greatest finite value's index; -1 without any.
int strongest(std::span<const float> values);
/// The diverging colours of the theme.
ColorMap signed_colors(const Theme& theme);

/// The head whose addressing chain is shown: read heads first, then write heads.
int chain_head(const ShownMemory& shown, const MemoryLook& look);
/// "read head 1"
ShortText chain_head_name(const protocol::MemoryView& view, int head);
/// The slot to speak of: pointed at, chosen, or else the most strongly read one; -1 = none.
int looked_slot(const ShownMemory& shown);

}  // namespace qarium::widgets
