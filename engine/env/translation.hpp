#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/config/hyperparameters.hpp"
#include "engine/env/plain_state_environment.hpp"

namespace qarium::env {

struct TranslationState {
  static constexpr std::size_t kMostWords = 16;
  std::array<std::uint8_t, kMostWords> source{};   ///< numbers of symbols, a mark of punctuation last
  std::array<std::uint8_t, kMostWords> target{};   ///< the right words, as actions, an end last; as many
  std::array<std::uint8_t, kMostWords> truth{};    ///< the source word that each of them says
  std::array<std::uint8_t, kMostWords> written{};  ///< as actions
  int length = 0;
  int at = 0;  ///< words written
};

/// "translation": a sentence is translated word by word into an invented language, with an alignment that is known (the
/// task that attention was first made for: Bahdanau, Cho and Bengio 2015, "Neural Machine Translation by Jointly
/// Learning to Align and Translate", in the small).
///
/// A sentence, drawn anew for each episode, has 1 to `noun_phrases` noun phrases: an article, an adjective half of the
/// time, and a noun; a verb joins the first two, prepositions join more; one of three marks of punctuation ends it. The
/// dictionary gives each of its 20 words another word, decided by `dictionary_seed` for all episodes; an adjective
/// stands after its noun in the target, and before it in the source. Each action writes one word; the last three say
/// how the sentence ends. There is no place where the grammar alone would tell the word: each must be looked at.
///
/// With T the words of the right translation, its end among them, each word that is right in its place earns 1 / T. The
/// episode is over, terminated, with an end, or when as many words are written as the row has places.
///
/// Observes uint8 [2, L], L = 4 `noun_phrases` the places of a row, symbols by number, 0 for none: first the whole
/// source sentence, then the words written so far, with a mark where the next one will stand.
class Translation final : public PlainStateEnvironment<TranslationState> {
 public:
  static constexpr std::string_view kId = "translation";
  static constexpr std::string_view kDescription = "Translate a sentence word by word";
  static constexpr std::size_t kWords = 20;  ///< of the source language, punctuation apart, and as many of the other
  static constexpr std::size_t kEnds = 3;
  static constexpr int kFirstEnd = static_cast<int>(kWords);  ///< the first action that ends a sentence

  /// Throws core::UserError for options out of the table's range.
  explicit Translation(const config::EnvironmentOptions& options = {});

  void render_observation(std::span<const std::byte> observation, protocol::Scene& scene) const override;
  protocol::Alignment alignment(std::span<const std::byte> observation) const override;

 private:
  TranslationState begin(core::RandomStream& random) const override;
  StepResult advance(TranslationState& state, int action, core::RandomStream& random) const override;
  void observe_state(const TranslationState& state, std::span<std::byte> out) const override;
  void draw_state(const TranslationState& state, protocol::Scene& scene) const override;

  /// What the observation tells, which is everything.
  TranslationState state_of(std::span<const std::byte> observation) const;
  /// Of a source that is there: target and alignment.
  void translate(TranslationState& state) const;

  int phrases_;
  std::size_t places_;
  std::array<std::uint8_t, kWords> dictionary_{};  ///< action of each source word, the first being number 1
};

}  // namespace qarium::env
