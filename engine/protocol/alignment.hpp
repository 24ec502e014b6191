#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace qarium::protocol {

/// What is known of a sentence that is being translated: which word of the source each word of the target says.
struct Alignment {
  /// The source's words, one in each cell of the observation's first row, from its first column on.
  std::vector<std::string> source;
  std::vector<std::string> written;  ///< so far
  std::vector<int> truth;            ///< of each word of a right translation: its source word

  bool empty() const { return source.empty(); }
};

/// An alignment as the agent has it (Bahdanau 2015, figure 3): at each word that it wrote in the watched episode, where
/// it looked in the source.
struct AlignmentView {
  std::uint64_t version = 0;  ///< another number, another content
  Alignment known;
  std::int64_t first = 0;  ///< index of the moment that row 0 belongs to; each row belongs to the moment after
  int rows = 0;            ///< moments so far, the one looked at last
  /// [rows, source words]: of all weight at that moment what lay on this word; mean over heads, of the action taken
  /// where actions ask. The rest lay on other tokens.
  std::vector<float> weights;
};

}  // namespace qarium::protocol
