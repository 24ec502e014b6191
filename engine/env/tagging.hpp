#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/config/hyperparameters.hpp"
#include "engine/env/plain_state_environment.hpp"

namespace qarium::env {

struct TaggingState {
  static constexpr std::size_t kMostWords = 48;
  std::array<std::uint8_t, kMostWords> words{};  ///< numbers of symbols
  std::array<std::uint8_t, kMostWords> tags{};   ///< the right ones, as actions
  std::array<std::uint8_t, kMostWords> given{};  ///< tags that were named so far
  int length = 0;
  int at = 0;  ///< the word that is read now; `length` at the end
};

/// "tagging": a sentence is read word by word, and each action names the tag of the current word: O, or that it begins
/// (B) or goes on with (I) the name of a person, a place or an organisation (the BIO tags of Ramshaw and Marcus 1995,
/// "Text Chunking Using Transformation-Based Learning", with the kinds of CoNLL-2003, Tjong Kim Sang and De Meulder).
///
/// A sentence of the grammar, drawn anew for each episode, has `names` names, between which other words stand. A name
/// has one or two words. With probability `ambiguity` they are words that persons, places and organisations share
/// ("Jordan"), and what the name is of follows from a word that stands before it, up to two adjectives earlier: a title
/// ("Dr"), a preposition of places ("in") or one of organisations ("for"). All three are equally likely. Other names
/// have words of their own, and such a word before them half of the time. Without memory no more than 2 of 9 ambiguous
/// words can be told.
///
/// A right tag earns 1 / T, T the sentence's words; the episode is over, terminated, after the last. Observes
/// uint8 [1]: the current word's number, 0 after the last.
class Tagging final : public PlainStateEnvironment<TaggingState> {
 public:
  static constexpr std::string_view kId = "tagging";
  static constexpr std::string_view kDescription = "Tag names in a sentence that is read word by word";

  /// Throws core::UserError for options out of the table's range.
  explicit Tagging(const config::EnvironmentOptions& options = {});

  /// The word alone.
  void render_observation(std::span<const std::byte> observation, protocol::Scene& scene) const override;

  /// Of a symbol's number.
  static std::string_view word(int symbol);
  static bool ambiguous(int symbol);

 private:
  TaggingState begin(core::RandomStream& random) const override;
  StepResult advance(TaggingState& state, int action, core::RandomStream& random) const override;
  void observe_state(const TaggingState& state, std::span<std::byte> out) const override;
  /// The sentence up to the current word, the tags below the words.
  void draw_state(const TaggingState& state, protocol::Scene& scene) const override;

  int names_;
  double ambiguity_;
};

}  // namespace qarium::env
